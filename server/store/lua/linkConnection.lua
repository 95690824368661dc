-- Links a connection to a session that lives; a link never revives one.
--
-- KEYS  1  session
-- ARGV  1  field of the connection
--       2  its link
--
-- Returns 1 if it is linked, 0 if there is no such session.

if redis.call('EXISTS', KEYS[1]) == 0 then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
