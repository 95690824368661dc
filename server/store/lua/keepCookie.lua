-- Keeps what a cookie proves, until it is not used for its idle time or its absolute end comes.
--
-- KEYS  1  cookie
-- ARGV  1  identity
--       2  idle time in ms
--       3  absolute end, in store time in ms
--
-- Returns "kept", or "ended" if the absolute end has come; nothing is kept then.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local life = math.min(tonumber(ARGV[2]), tonumber(ARGV[3]) - now)
if life <= 0 then
  return 'ended'
end
redis.call('HSET', KEYS[1], 'identity', ARGV[1], 'idleMs', ARGV[2], 'endsMs', ARGV[3])
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', life))
return 'kept'
