-- Keeps an account that does not exist yet.
--
-- KEYS  1  account
-- ARGV  1  revision
--       2  record
--
-- Returns "kept", or "taken" if there is one; nothing is changed then.

if redis.call('EXISTS', KEYS[1]) == 1 then
  return 'taken'
end
redis.call('HSET', KEYS[1], 'revision', ARGV[1], 'record', ARGV[2])
return 'kept'
