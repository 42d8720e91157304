-- What BullMQ 5 had put aside waits again.
if call("HDEL", key("meta"), "paused") == 1 then
  while call("RPOPLPUSH", key("paused"), key("wait")) do
  end
  if call("LLEN", key("wait")) + call("ZCARD", key("prioritized")) > 0 then
    wake()
  else
    wake_when_due()
  end
  emit("resumed")
end
return 0
