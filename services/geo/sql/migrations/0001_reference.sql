-- The national reference, by versioned dataset. A dataset is written whole in one transaction and never changed after.
CREATE TABLE dataset (
  id text PRIMARY KEY,
  cog smallint NOT NULL,
  active boolean NOT NULL DEFAULT false,
  imported_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX one_active_dataset ON dataset (active) WHERE active;

CREATE TABLE source (
  dataset text NOT NULL REFERENCES dataset ON DELETE CASCADE,
  position smallint NOT NULL,
  objet text NOT NULL,
  source text NOT NULL,
  millesime text NOT NULL,
  licence text,
  PRIMARY KEY (dataset, position)
);

CREATE TABLE region (
  dataset text NOT NULL REFERENCES dataset ON DELETE CASCADE,
  code text NOT NULL,
  nom text NOT NULL,
  PRIMARY KEY (dataset, code)
);

CREATE TABLE departement (
  dataset text NOT NULL REFERENCES dataset ON DELETE CASCADE,
  code text NOT NULL,
  nom text NOT NULL,
  region text NOT NULL,
  PRIMARY KEY (dataset, code),
  FOREIGN KEY (dataset, region) REFERENCES region ON DELETE CASCADE
);

CREATE TABLE epci (
  dataset text NOT NULL REFERENCES dataset ON DELETE CASCADE,
  code text NOT NULL,
  nom text NOT NULL,
  forme text NOT NULL,
  PRIMARY KEY (dataset, code)
);

-- Communes and arrondissements municipaux; `parent` is the commune of an arrondissement.
CREATE TABLE commune (
  dataset text NOT NULL REFERENCES dataset ON DELETE CASCADE,
  code text NOT NULL,
  nom text NOT NULL,
  nature text NOT NULL CHECK (nature IN ('commune', 'arrondissement')),
  parent text CHECK ((parent IS NOT NULL) = (nature = 'arrondissement')),
  departement text NOT NULL,
  region text NOT NULL,
  epci text,
  siren text,
  codes_postaux text[] NOT NULL,
  population integer CHECK (population >= 0),
  PRIMARY KEY (dataset, code)
);

-- Codes no longer in use; several rows for one code where its commune was split.
CREATE TABLE old_code (
  dataset text NOT NULL REFERENCES dataset ON DELETE CASCADE,
  code text NOT NULL,
  actuel text NOT NULL,
  nature text NOT NULL CHECK (nature IN ('deleguee', 'associee', 'ancien')),
  nom text,
  PRIMARY KEY (dataset, code, actuel)
);

CREATE TABLE zonage (
  dataset text NOT NULL REFERENCES dataset ON DELETE CASCADE,
  code text NOT NULL,
  millesime smallint NOT NULL,
  zonage text NOT NULL,
  qpv smallint NOT NULL CHECK (qpv >= 0),
  source text NOT NULL,
  PRIMARY KEY (dataset, code, millesime)
);

-- Official polygons as they came: WKB, EPSG:4326.
CREATE TABLE contour (
  dataset text NOT NULL REFERENCES dataset ON DELETE CASCADE,
  code text NOT NULL,
  wkb bytea NOT NULL,
  PRIMARY KEY (dataset, code)
);

-- The ready-made Atlas: raw numpy arrays, cut into parts far from bytea's limit. Not compressed: loading speed is what counts.
CREATE TABLE atlas_array (
  dataset text NOT NULL REFERENCES dataset ON DELETE CASCADE,
  name text NOT NULL,
  part smallint NOT NULL,
  dtype text NOT NULL,
  shape integer[] NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (dataset, name, part)
);
ALTER TABLE atlas_array ALTER COLUMN body SET STORAGE EXTERNAL;
