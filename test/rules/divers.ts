// Divers: a game whose players take their pearls along from sea to sea, for tests. What a save holds
// is added to what there is, so that one given twice shows.

import { defineGame, many, refuse, seatIndex, u16 } from "../../shared/game.ts";

export const divers = defineGame({
  name: "divers",
  version: 1,
  seats: { min: 1, max: 3, graceMs: 10_000 },
  records: { bags: many({ owner: seatIndex, pearls: u16.private }, { seat: "owner" }) },
  commands: { find: { count: u16 }, surface: {} },
  rules: {
    join(room, seat) {
      room.state.bags.add({ owner: seat }, seat);
    },
    leave(room, seat) {
      room.state.bags.delete(seat);
    },
    find(room, seat, { count }) {
      const bag = room.state.bags.get(seat);
      if (bag === undefined) return refuse("no-bag");
      bag.pearls += count;
      return undefined;
    },
    surface: (room) => room.end("surfaced"),
    save(room, seat) {
      const bag = room.state.bags.get(seat);
      if (bag === undefined || bag.pearls === 0) return undefined;
      const { pearls } = bag;
      // May only look: this is undone, or nobody could look twice.
      bag.pearls = 0;
      room.random();
      // Too many to be carried.
      if (pearls > 60_000) throw new Error("the bag tore");
      return { pearls };
    },
    restore(room, seat, save) {
      const { pearls } = save as { pearls: number };
      // A pearl of another sea: this one cannot hold it.
      if (pearls === 13) throw new Error("unlucky");
      const bag = room.state.bags.get(seat);
      if (bag !== undefined) bag.pearls += pearls;
    },
  },
});
