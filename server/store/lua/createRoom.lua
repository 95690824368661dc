-- Makes a room: its snapshot at version 0 and the first claim.
--
-- KEYS  1  log
--       2  snapshot
-- ARGV  1  node
--       2  bytes of the snapshot
--       3  life in ms of what nobody snapshots again
--
-- Returns { "created", epoch } or { "exists" }; nothing is changed then.

if redis.call('EXISTS', KEYS[1]) == 1 then
  return { 'exists' }
end
local time = redis.call('TIME')
local epoch = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
redis.call('XADD', KEYS[1], epoch .. '-0', 'kind', 'claim', 'node', ARGV[1], 'bytes', '')
redis.call('HSET', KEYS[2], 'place', epoch .. '-0', 'bytes', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return { 'created', epoch }
