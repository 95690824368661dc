-- Reads a room's snapshot and its log from there on in one step: a trim between two reads would
-- look like a gap.
--
-- KEYS  1  log
--       2  snapshot
--
-- Returns { place, bytes, entries, newest entry }, or {} if there is no log. Place and bytes are
-- empty if a log has no snapshot. An entry is { place, { "kind", _, "node", _, "bytes", _ } }.

local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
if #newest == 0 then
  return {}
end
local snapshot = redis.call('HMGET', KEYS[2], 'place', 'bytes')
if not snapshot[1] then
  return { '', '', {}, newest[1] }
end
local entries = redis.call('XRANGE', KEYS[1], '(' .. snapshot[1], '+')
return { snapshot[1], snapshot[2], entries, newest[1] }
