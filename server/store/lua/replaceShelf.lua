-- Writes what is kept of an identity's progress in a game, if nobody has written it since it was read.
--
-- KEYS  1  shelf
-- ARGV  1  text that must be there, or "" for none
--       2  new text
--       3  life in ms, or 0 for what is left of the life of before
--
-- Returns "replaced" or "stale".

if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then
  return 'stale'
end
if ARGV[3] == '0' then
  redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
else
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
return 'replaced'
