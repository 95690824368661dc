-- Reads the mark of what a shard holds, and sets a fresh one if that may not be what it was: the
-- mark is gone with everything else, or another process or another history answers than wrote it.
--
-- KEYS  1  mark
-- ARGV  1  a mark never used before
--
-- Returns the mark.

local function named(section, name)
  return string.match(redis.call('INFO', section), name .. ':(%x+)') or ''
end

local server = named('server', 'run_id') .. '/' .. named('replication', 'master_replid')
local kept = redis.call('HMGET', KEYS[1], 'mark', 'server')
if kept[1] and kept[2] == server then
  return kept[1]
end
redis.call('HSET', KEYS[1], 'mark', ARGV[1], 'server', server)
return ARGV[1]
