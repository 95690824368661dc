-- Lists a room among those in play or those that are parked, or takes it off both lists.
-- What a host writes that was taken over from meanwhile comes too late and changes nothing.
--
-- KEYS  1  listings of rooms in play
--       2  listings of parked rooms
--       3  parked rooms by the time from which on they may go
-- ARGV  1  room
--       2  its listing, or "" for none
--       3  epoch of the host that lists it
--       4  store time in ms from which on it may go if it is parked, "" if it is in play
--
-- Returns 1 if it is done, 0 if a newer host has listed the room.

local kept = redis.call('HGET', KEYS[1], ARGV[1]) or redis.call('HGET', KEYS[2], ARGV[1])
if kept and ARGV[2] ~= '' then
  local isJson, listing = pcall(cjson.decode, kept)
  local epoch = isJson and type(listing) == 'table' and tonumber(listing.epoch) or 0
  if epoch > tonumber(ARGV[3]) then
    return 0
  end
end
if ARGV[2] == '' or ARGV[4] ~= '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
end
if ARGV[4] == '' then
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('ZREM', KEYS[3], ARGV[1])
else
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
  redis.call('ZADD', KEYS[3], ARGV[4], ARGV[1])
end
return 1
