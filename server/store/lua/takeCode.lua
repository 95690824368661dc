-- Makes a code lead to a room until it is freed.
--
-- KEYS  1  code
-- ARGV  1  room
--
-- Returns 1.

redis.call('HSET', KEYS[1], 'room', ARGV[1])
redis.call('PERSIST', KEYS[1])
return 1
