-- a token to set where there is none -> the token that stands, and the server's run id. An emptied server has lost the
-- token; one that was restarted, or another one in its place, has another run id.
call("SET", key("incarnation"), ARGV[1], "NX")
return { call("GET", key("incarnation")), string.match(call("INFO", "server"), "run_id:(%x+)") or "" }
