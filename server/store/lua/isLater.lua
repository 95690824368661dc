-- Tells whether what is kept as JSON was said by a newer host, or later by the same one, than something of
-- this epoch and this place under it. Stands before scripts that replace what hosts say. Older builds gave no
-- order.

local function isLater(kept, epoch, ordinal)
  local isJson, said = pcall(cjson.decode, kept)
  local isTable = isJson and type(said) == 'table'
  local keptEpoch = isTable and tonumber(said.epoch) or 0
  local keptOrdinal = isTable and tonumber(said.ordinal) or 0
  local given = tonumber(epoch)
  return keptEpoch > given or (keptEpoch == given and keptOrdinal > tonumber(ordinal))
end
