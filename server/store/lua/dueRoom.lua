-- Finds the parked room that may go for the longest time.
--
-- KEYS  1  listings of parked rooms
--       2  parked rooms by the time from which on they may go
--
-- Returns { room, listing }, or nil if none may go yet.

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local due = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 1)
if #due == 0 then
  return nil
end
local listing = redis.call('HGET', KEYS[1], due[1])
return { due[1], listing or '' }
