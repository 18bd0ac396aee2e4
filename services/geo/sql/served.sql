SELECT id, ARRAY(SELECT layer.id FROM layer WHERE layer.active) AS layers FROM dataset WHERE active;
