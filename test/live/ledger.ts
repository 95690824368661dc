// Ledger: the game that tests play. Coins pass between seats and each transfer leaves its mark, so
// that one lost or applied twice is seen by counting. Rules only.

import { defineGame, int, many, refuse, seatIndex, text, u32 } from "../../shared/game.ts";

export const COINS_AT_START = 1_000;

export const ledger = defineGame({
  name: "ledger",
  version: 1,
  seats: { min: 1, max: 8, graceMs: 120_000 },
  records: {
    accounts: many(
      { owner: seatIndex, coins: int(0, 100_000), pin: u32.private },
      { seat: "owner" },
    ),
    /** One record a transfer that took effect. */
    marks: many({ by: seatIndex, mark: text(32) }),
  },
  commands: {
    transfer: { to: seatIndex, coins: int(1, 5), mark: text(32) },
    /** Throws after it has changed something: nothing of it may stay. */
    stumble: {},
    /** Never ends. */
    spin: {},
  },
  events: { moved: { mark: text(32) } },
  rules: {
    join: (room, seat) => {
      if (room.state.accounts.has(seat)) return;
      room.state.accounts.add({ owner: seat, coins: COINS_AT_START, pin: 4_000_000 + seat }, seat);
    },
    transfer(room, seat, { to, coins, mark }) {
      const from = room.state.accounts.get(seat);
      const into = room.state.accounts.get(to);
      if (from === undefined || into === undefined) return refuse("no-such-account");
      if (from.coins < coins) return refuse("too-few-coins");
      from.coins -= coins;
      into.coins += coins;
      room.state.marks.add({ by: seat, mark });
      room.emit("moved", { mark });
      return undefined;
    },
    stumble(room, seat) {
      const account = room.state.accounts.get(seat);
      if (account !== undefined) account.coins = 99_999;
      throw new Error("stumbled on purpose");
    },
    spin() {
      for (;;);
    },
  },
});
