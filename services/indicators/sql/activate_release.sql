UPDATE release SET active = true, activated_at = coalesce(activated_at, now()) WHERE id = $1
