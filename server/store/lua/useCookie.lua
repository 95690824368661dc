-- Tells what a cookie proves, notes its use and moves its idle end, never past its absolute one.
--
-- KEYS  1  cookie
--
-- Returns the record, or nil if there is no such cookie; one that does not say when it ends is none.

local kept = redis.call('HMGET', KEYS[1], 'record', 'idleMs', 'endsMs')
if not kept[1] then
  return nil
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local life = math.min(tonumber(kept[2]) or 0, (tonumber(kept[3]) or 0) - now)
if life <= 0 then
  return nil
end
redis.call('HSET', KEYS[1], 'usedMs', string.format('%.0f', now))
redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', now + life))
return kept[1]
