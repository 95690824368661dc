-- Notes something that ends among those of an identity, and forgets those whose end has come.
--
-- KEYS  1  sessions or cookies of the identity
-- ARGV  1  session or cookie
--       2  its absolute end, in store time in ms
--
-- Returns how many are noted.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
if #last == 2 then
  redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', last[2]))
end
return redis.call('ZCARD', KEYS[1])
