-- Writes a room back from its host's memory, if the log has lost what the host has: its snapshot,
-- and a claim under a newer epoch, which fences whatever is still on its way from before.
--
-- KEYS  1  log
--       2  snapshot
-- ARGV  1  node
--       2  epoch of the room in memory
--       3  its version
--       4  bytes of its snapshot
--       5  life in ms of what nobody snapshots again
--
-- Returns { "reseeded", epoch }, or { "held", newest place, its node } if the log reaches that far.

local epoch, version = tonumber(ARGV[2]), tonumber(ARGV[3])
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
if #newest > 0 then
  local topEpoch, topVersion = string.match(newest[1][1], '^(%d+)-(%d+)$')
  topEpoch, topVersion = tonumber(topEpoch), tonumber(topVersion)
  if topEpoch > epoch or (topEpoch == epoch and topVersion >= version) then
    return { 'held', newest[1][1], newest[1][2][4] }
  end
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local claimed = string.format('%.0f', math.max(epoch + 1, now))
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[2], 'place', ARGV[2] .. '-' .. ARGV[3], 'bytes', ARGV[4])
redis.call('XADD', KEYS[1], claimed .. '-' .. ARGV[3],
  'kind', 'claim', 'node', ARGV[1], 'bytes', '')
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
return { 'reseeded', claimed }
