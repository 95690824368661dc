-- Replaces a room's snapshot and drops the entries below it, if the host that made it still hosts.
-- The entry at its place must be there: an older snapshot than the one kept would leave a gap.
--
-- KEYS  1  log
--       2  snapshot
-- ARGV  1  epoch
--       2  version
--       3  bytes
--       4  life in ms of log and snapshot from now on
--
-- Returns "kept", "fenced" or "missing".

local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
if #newest == 0 then
  return 'missing'
end
local place = ARGV[1] .. '-' .. ARGV[2]
local epoch = string.match(newest[1][1], '^(%d+)-')
if epoch ~= ARGV[1] or #redis.call('XRANGE', KEYS[1], place, place) == 0 then
  return 'fenced'
end
redis.call('HSET', KEYS[2], 'place', place, 'bytes', ARGV[3])
redis.call('XTRIM', KEYS[1], 'MINID', '=', place)
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return 'kept'
