SELECT audited_at, code_version, verdict, figures, flags FROM release_audit WHERE release = $1 ORDER BY number DESC
