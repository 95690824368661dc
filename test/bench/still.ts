// Still: a game in which nothing happens unless somebody does something, so that what its players
// cost is what being seated costs. Our server and plain Socket.IO seat them in the same rooms.

import { defineGame, many, seatIndex, u16 } from "../../shared/game.ts";
import { ROOM_SIZE } from "./drift.ts";

export const stillGame = defineGame({
  name: "still",
  version: 1,
  seats: { min: 1, max: ROOM_SIZE },
  records: { people: many({ owner: seatIndex, waves: u16 }) },
  commands: { wave: {} },
  rules: {
    join: (room, seat) => {
      if (!room.state.people.has(seat)) room.state.people.add({ owner: seat }, seat);
    },
    leave: (room, seat) => {
      room.state.people.delete(seat);
    },
    wave: (room, seat) => {
      const person = room.state.people.get(seat);
      if (person !== undefined) person.waves = (person.waves + 1) % 65_536;
    },
  },
});
