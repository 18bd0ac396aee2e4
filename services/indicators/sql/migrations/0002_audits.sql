-- Whether a release was audited is what its audits say. Figures and cells found stay here: no answer carries them.
ALTER TABLE release DROP COLUMN audited;

CREATE TABLE release_audit (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  release text NOT NULL REFERENCES release ON DELETE CASCADE,
  audited_at timestamptz NOT NULL,
  code_version text NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('passed', 'partial', 'failed')),
  figures jsonb NOT NULL,
  flags jsonb NOT NULL
);
CREATE INDEX audits_of_a_release ON release_audit (release, number);

-- What is left of a release retired for good, so that its id never comes back unsaid.
CREATE TABLE retired_release (
  id text PRIMARY KEY,
  vintage text NOT NULL,
  retired_at timestamptz NOT NULL DEFAULT now()
);

-- The last audit that found something or saw the whole release decides; one of some départements only adds.
CREATE VIEW known_release AS
SELECT release.*, (layout->>'format')::integer AS format, activated_at IS NOT NULL AS activated,
  decisive.verdict, decisive.audited_at
FROM release
LEFT JOIN LATERAL (
  SELECT verdict, audited_at FROM release_audit WHERE release_audit.release = release.id
  ORDER BY verdict = 'partial', number DESC LIMIT 1
) AS decisive ON true;
