-- Links a seat to its identity, or ends a link. What a host that was taken over from meanwhile writes
-- comes too late and changes nothing, and so does what it wrote before the link that is there. The links
-- of an identity end together, when none was written for their life.
--
-- KEYS  1  seats of the identity
-- ARGV  1  room
--       2  epoch of the host that writes it
--       3  its place among what is written under that epoch
--       4  link, or "" for none
--       5  life in ms
--
-- Returns 1 if it is done, 0 if the link that is there was made later.

local kept = redis.call('HGET', KEYS[1], ARGV[1])
if kept and isLater(kept, ARGV[2], ARGV[3]) then
  return 0
end
if ARGV[4] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[4])
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
end
return 1
