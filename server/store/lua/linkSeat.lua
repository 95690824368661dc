-- Links a seat to its identity. The links of an identity end together, when none was written for
-- their life.
--
-- KEYS  1  seats of the identity
-- ARGV  1  room
--       2  link
--       3  life in ms
--
-- Returns 1.

redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return redis.call('PEXPIRE', KEYS[1], ARGV[3])
