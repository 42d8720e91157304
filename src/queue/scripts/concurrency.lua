-- how many may be active at one time, 0: no bound -> 0
if tonumber(ARGV[1]) > 0 then
  call("HSET", key("meta"), "concurrency", ARGV[1])
else
  call("HDEL", key("meta"), "concurrency")
end
if call("LLEN", key("wait")) + call("ZCARD", key("prioritized")) > 0 then
  wake()
end
return 0
