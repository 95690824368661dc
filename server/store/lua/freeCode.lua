-- Frees a room's code, unless it leads to another room by now.
--
-- KEYS  1  code
-- ARGV  1  room
--
-- Returns 1 if the code was freed, 0 if not.

if redis.call('HGET', KEYS[1], 'room') == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
