-- a token to set where there is none -> the token that stands, and the server's run id. An emptied server has lost the
-- token; one that was restarted, or another one in its place, has another run id.
call("SET", key("incarnation"), ARGV[1], "NX")
local allowed, info = pcall(call, "INFO", "server") -- which an ACL may forbid
return { call("GET", key("incarnation")), allowed and string.match(info, "run_id:(%x+)") or "" }
