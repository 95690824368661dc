// Well: a small game whose rules end the process once somebody is away beside a bucket that was
// drawn twice, in the builds that are poisoned.

import { defineGame, one, u8 } from "../../shared/game.ts";

export function wellOf(build: "sound" | "poisoned") {
  return defineGame({
    name: "well",
    version: 1,
    seats: { min: 1, max: 4, graceMs: 600_000 },
    records: { bucket: one({ drawn: u8 }) },
    commands: { draw: {} },
    rules: {
      draw(room) {
        room.state.bucket.drawn += 1;
      },
      away(room) {
        if (build === "poisoned" && room.state.bucket.drawn > 1) process.exit(1);
      },
    },
  });
}
