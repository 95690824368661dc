-- Counts one more of something. The time that is counted over begins with the first of them.
--
-- KEYS  1  count
-- ARGV  1  that time in ms
--
-- Returns the count and the ms until it begins anew.

local count = redis.call('INCR', KEYS[1])
if count == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return { count, redis.call('PTTL', KEYS[1]) }
