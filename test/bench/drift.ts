// Drift: the least game that is real time: every body moves each tick where its player steers. Both
// servers of the load bench play it, so that only the way of playing differs.

import { defineGame, many, quantised, seatIndex, u8 } from "../../shared/game.ts";

export const SEA = 1_000;
export const TICK_HZ = 20;
export const ROOM_SIZE = 10;
const SPEED = 6;

export interface Body {
  x: number;
  y: number;
  heading: number;
}

/** Moves a body one tick; headings are 256 parts of a turn. */
export function drift(body: Body): void {
  const angle = (body.heading / 128) * Math.PI;
  body.x = (body.x + Math.cos(angle) * SPEED + SEA) % SEA;
  body.y = (body.y + Math.sin(angle) * SPEED + SEA) % SEA;
}

const place = quantised(0, SEA, SEA / 65_535);

export const driftGame = defineGame({
  name: "drift",
  version: 1,
  seats: { min: 1, max: ROOM_SIZE },
  tickHz: TICK_HZ,
  records: { bodies: many({ x: place, y: place, heading: u8, owner: seatIndex }) },
  inputs: { steer: { heading: u8 } },
  commands: { turn: { heading: u8 } },
  rules: {
    join: (room, seat) => {
      const body = { x: room.random() * SEA, y: room.random() * SEA, heading: 0, owner: seat };
      if (!room.state.bodies.has(seat)) room.state.bodies.add(body, seat);
    },
    leave: (room, seat) => {
      room.state.bodies.delete(seat);
    },
    turn: (room, seat, { heading }) => {
      const body = room.state.bodies.get(seat);
      if (body !== undefined) body.heading = heading;
    },
    tick: (room) => {
      for (const body of room.state.bodies) {
        body.heading = room.input(body.owner, "steer")?.heading ?? body.heading;
        drift(body);
      }
    },
  },
});
