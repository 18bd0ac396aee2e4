SELECT id, policy, two_sided FROM release WHERE vintage = $1 AND activated_at IS NOT NULL
