-- Ends a session and leaves a tombstone; of two tombstones the one that lives longer stands.
--
-- KEYS  1  session
--       2  tombstone
-- ARGV  1  reason
--       2  life of the tombstone in ms
--
-- Returns 1 if the session lived, 0 if not.

if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[2]) then
  redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
end
return redis.call('DEL', KEYS[1])
