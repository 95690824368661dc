// Adventure: the light of Thole, a story that 1 to 50 people walk about in. It moves when somebody
// types, and by the tide while somebody does; it keeps no clock going for those who read.

import { defineGame } from "../../game.ts";
import { carryOut } from "./acts/carryOut.ts";
import { arrive, comeBack, depart, welcomeBack } from "./coming.ts";
import { declared } from "./declared.ts";
import { type Island, personAt } from "./island.ts";
import { keptOf, readKept } from "./keeping.ts";
import { showSights } from "./sight.ts";
import { beat, wake } from "./tide.ts";

/** Others are told that somebody does something at most this often. */
const ACTIVE_STEP_MS = 15_000;

export const adventure = defineGame({
  ...declared,
  rules: {
    join: (room: Island, seat) => arrive(room, seat),
    leave: (room: Island, seat) => depart(room, seat),
    back: (room: Island, seat, awayMs) => welcomeBack(room, seat, awayMs),
    save: (room: Island, seat) => keptOf(room, personAt(room, seat)),
    restore(room: Island, seat, save) {
      const kept = readKept(save);
      return kept === undefined ? undefined : comeBack(room, seat, kept);
    },
    type(room: Island, seat, { line }) {
      const person = personAt(room, seat);
      if (room.nowMs - person.activeMs >= ACTIVE_STEP_MS) person.activeMs = room.nowMs;
      wake(room);
      carryOut(room, person, line);
      return showSights(room);
    },
  },
  timers: { beat: (room: Island) => beat(room) },
});
