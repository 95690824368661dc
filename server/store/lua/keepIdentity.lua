-- Keeps an identity's record, if the one it replaces is the one that was read.
--
-- KEYS  1  identity
-- ARGV  1  mark that the stored record must have, or "" for any and none
--       2  new mark: an account's revision; an identity's, and how often it was changed
--       3  new record
--       4  store time in ms at which the identity ends, or "" for never
--
-- Returns "kept" or "stale".

if ARGV[1] ~= '' and redis.call('HGET', KEYS[1], 'revision') ~= ARGV[1] then
  return 'stale'
end
redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'record', ARGV[3])
if ARGV[4] == '' then
  redis.call('PERSIST', KEYS[1])
else
  redis.call('PEXPIREAT', KEYS[1], ARGV[4])
end
return 'kept'
