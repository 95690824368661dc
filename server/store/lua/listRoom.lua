-- Lists a room among those in play or those that are parked, or takes it off both lists.
-- What a host writes that was taken over from meanwhile comes too late and changes nothing, and so does
-- what it wrote before something that is listed by now.
--
-- KEYS  1  listings of rooms in play
--       2  listings of parked rooms
--       3  parked rooms by the time from which on they may go
-- ARGV  1  room
--       2  its listing, or "" for none
--       3  epoch of the host that lists it
--       4  its place among the listings under that epoch
--       5  store time in ms from which on it may go if it is parked, "" if it is in play
--
-- Returns 1 if it is done, 0 if a later listing is there.

local kept = redis.call('HGET', KEYS[1], ARGV[1]) or redis.call('HGET', KEYS[2], ARGV[1])
if kept and ARGV[2] ~= '' and isLater(kept, ARGV[3], ARGV[4]) then
  return 0
end
if ARGV[2] == '' or ARGV[5] ~= '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
end
if ARGV[5] == '' then
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('ZREM', KEYS[3], ARGV[1])
else
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
  redis.call('ZADD', KEYS[3], ARGV[5], ARGV[1])
end
return 1
