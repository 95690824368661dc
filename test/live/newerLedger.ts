// Newer ledger: the ledger of a build that is yet to come: its marks say in which build they were left.
// It takes over rooms of today's, and no client of today fits to it.

import { defineGame, int, many, migration, seatIndex, text, u8, u32 } from "../../shared/game.ts";
import { ledger as today } from "./ledger.ts";

const { name, seats, commands, events, rules } = today;
const records = {
  accounts: many({ owner: seatIndex, coins: int(0, 100_000), pin: u32.private }, { seat: "owner" }),
  marks: many({ by: seatIndex, mark: text(32), leftBefore: u8 }),
};

export const newerLedger = defineGame({
  name,
  version: today.version + 1,
  seats,
  records,
  commands,
  events,
  rules: { ...rules.lifecycle, ...rules.commands } as never,
  migrate: {
    [today.version]: migration({ from: today, records }, (old, next) => {
      for (const { id, owner, coins, pin } of old.accounts)
        next.accounts.add({ owner, coins, pin }, id);
      for (const { by, mark } of old.marks) next.marks.add({ by, mark, leftBefore: 1 });
    }),
  },
});
