if call("HEXISTS", key("meta"), "paused") == 0 then
  call("HSET", key("meta"), "paused", 1)
  call("DEL", key("marker"))
  emit("paused")
end
return 0
