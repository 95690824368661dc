-- Keeps a session, unless it was revoked: whoever writes it back cannot undo that. What is linked
-- to a session that lives stays linked.
--
-- KEYS  1  session
--       2  tombstone
-- ARGV  1  revision
--       2  absolute end, in store time in ms
--       3  life in ms without a touch
--       4  record
--
-- Returns "opened", "revoked", or "ended" if the absolute end has come.

if redis.call('EXISTS', KEYS[2]) == 1 then
  return 'revoked'
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local life = math.min(tonumber(ARGV[3]), tonumber(ARGV[2]) - now)
if life <= 0 then
  return 'ended'
end
redis.call('HSET', KEYS[1], 'revision', ARGV[1], 'endsMs', ARGV[2], 'record', ARGV[4])
redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', now + life))
return 'opened'
