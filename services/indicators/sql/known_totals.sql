SELECT DISTINCT known.total
FROM release_audit JOIN release ON release.id = release_audit.release
CROSS JOIN LATERAL jsonb_array_elements(known_totals) AS known (total)
WHERE release.vintage = $1
