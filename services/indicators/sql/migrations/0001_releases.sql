-- Releases: facts and published arrays serve; raw arrays stay apart and are read by no query that answers.
CREATE TABLE release (
  id text PRIMARY KEY,
  vintage text NOT NULL,
  policy text NOT NULL CHECK (policy IN ('commune-mask', 'atoms')),
  two_sided boolean NOT NULL,
  audited boolean NOT NULL DEFAULT false,
  facts jsonb NOT NULL,
  layout jsonb NOT NULL,
  active boolean NOT NULL DEFAULT false,
  built_at timestamptz NOT NULL,
  activated_at timestamptz
);
CREATE UNIQUE INDEX one_active_release ON release (active) WHERE active;
-- Once activated, a vintage is frozen: the difference of two masks of the same data is a disclosure.
CREATE UNIQUE INDEX one_release_per_frozen_vintage ON release (vintage) WHERE activated_at IS NOT NULL;

CREATE TABLE published_array (
  release text NOT NULL REFERENCES release ON DELETE CASCADE,
  name text NOT NULL,
  dtype text NOT NULL,
  shape integer[] NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (release, name)
);
ALTER TABLE published_array ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE raw_array (
  release text NOT NULL REFERENCES release ON DELETE CASCADE,
  name text NOT NULL,
  dtype text NOT NULL,
  shape integer[] NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (release, name)
);
ALTER TABLE raw_array ALTER COLUMN body SET COMPRESSION pglz;
