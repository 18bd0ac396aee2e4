-- The reference that a dataset was patched from; NULL for one made of the set-up’s files alone.
ALTER TABLE dataset ADD COLUMN base text;

-- What official files say beside the reference: versions written whole, never changed after, of which one
-- of each kind and variant is in service.
CREATE TABLE layer (
  id text PRIMARY KEY,
  kind text NOT NULL,
  variant text NOT NULL,
  millesime text NOT NULL,
  source text NOT NULL,
  licence text,
  detected text NOT NULL,
  rows integer NOT NULL CHECK (rows > 0),
  rejects integer NOT NULL CHECK (rejects >= 0),
  active boolean NOT NULL DEFAULT false,
  imported_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX one_active_layer ON layer (kind, variant) WHERE active;

-- The rows of a layer as one Parquet document, cut into parts far from bytea's limit; Parquet compresses already.
CREATE TABLE layer_part (
  layer text NOT NULL REFERENCES layer ON DELETE CASCADE,
  part smallint NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (layer, part)
);
ALTER TABLE layer_part ALTER COLUMN body SET STORAGE EXTERNAL;
