-- Frees a room's code, now or after a while, unless it leads to another room by now.
--
-- KEYS  1  code
-- ARGV  1  room
--       2  ms until it is free
--
-- Returns 1 if it is or will be free, 0 if not.

if redis.call('HGET', KEYS[1], 'room') == ARGV[1] then
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 0
