-- now -> waiting, prioritized, active, delayed, completed, failed
promote_due(tonumber(ARGV[1]))
return { call("LLEN", key("wait")), call("ZCARD", key("prioritized")), call("LLEN", key("active")),
  call("ZCARD", key("delayed")), call("ZCARD", key("completed")), call("ZCARD", key("failed")) }
