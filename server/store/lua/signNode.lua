-- Keeps a node's life sign until its end and gives every sign that has not run out.
-- All ends go by the clock of this Redis, whatever the nodes' own clocks say.
--
-- KEYS  1  signs
-- ARGV  1  node
--       2  sign
--       3  ms that it lives
--
-- Returns 1 if the node's sign of before still stood, else 0, and the signs of the nodes that live.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local before = redis.call('HGET', KEYS[1], ARGV[1])
local stoodUntil = before and string.match(before, '^(%d+) ')
local stood = stoodUntil and tonumber(stoodUntil) > now and 1 or 0
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f %s', now + tonumber(ARGV[3]), ARGV[2]))
local living = {}
local kept = redis.call('HGETALL', KEYS[1])
for at = 1, #kept, 2 do
  local ends, sign = string.match(kept[at + 1], '^(%d+) (.*)$')
  if ends and tonumber(ends) > now then
    living[#living + 1] = sign
  else
    redis.call('HDEL', KEYS[1], kept[at])
  end
end
return { stood, living }
