-- Links a seat to its identity, or ends a link. What a host that was taken over from meanwhile writes
-- comes too late and changes nothing. The links of an identity end together, when none was written for
-- their life.
--
-- KEYS  1  seats of the identity
-- ARGV  1  room
--       2  epoch of the host that writes it
--       3  link, or "" for none
--       4  life in ms
--
-- Returns 1 if it is done, 0 if a newer host made the link that is there.

local kept = redis.call('HGET', KEYS[1], ARGV[1])
if kept then
  local isJson, link = pcall(cjson.decode, kept)
  local epoch = isJson and type(link) == 'table' and tonumber(link.epoch) or 0
  if epoch > tonumber(ARGV[2]) then
    return 0
  end
end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
return 1
