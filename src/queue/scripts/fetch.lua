-- now, token, lease ms, worker, failed ones kept -> see fetch()
return fetch(tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5]))
