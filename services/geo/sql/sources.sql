SELECT objet, source, millesime, licence FROM source WHERE dataset = $1 ORDER BY position;
