SELECT layer, body FROM layer_part JOIN layer ON layer.id = layer_part.layer
WHERE active ORDER BY layer, part;
