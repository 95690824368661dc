-- Keeps what a cookie proves, until it is not used for its idle time or its absolute end comes.
--
-- KEYS  1  cookie
-- ARGV  1  idle time in ms
--       2  absolute end, in store time in ms
--       3  record
--
-- Returns "kept", or "ended" if the absolute end has come; nothing is kept then.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local life = math.min(tonumber(ARGV[1]), tonumber(ARGV[2]) - now)
if life <= 0 then
  return 'ended'
end
local used = string.format('%.0f', now)
redis.call('HSET', KEYS[1], 'idleMs', ARGV[1], 'endsMs', ARGV[2], 'usedMs', used, 'record', ARGV[3])
redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', now + life))
return 'kept'
