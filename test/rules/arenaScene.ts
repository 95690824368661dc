// A scene of the arena for tests: ships set where a test wants them, under way or at rest, and no bots
// that sail into it.

import { arena } from "../../shared/games/arena.ts";
import { isBot } from "../../shared/games/arenaBots.ts";
import { courseOf } from "../../shared/games/arenaMotion.ts";
import type { Point } from "../../shared/games/arenaSea.ts";
import { RulesRoom } from "./rulesRoom.ts";

/** Open water, with no rock for 300 units around. */
export const OPEN: Point = { x: 1290, y: 480 };
/** The middle of a kelp bed. */
export const IN_KELP: Point = { x: 300, y: 800 };
export const EAST = 0;
export const SOUTH = 64;
export const NORTH = 192;

export class Scene extends RulesRoom<
  typeof arena.records,
  typeof arena.commands,
  typeof arena.inputs,
  typeof arena.events
> {
  constructor(seats: number, seed = 1) {
    super(arena, seed);
    for (let seat = 0; seat < seats; seat++) this.take(seat);
    this.#removeBots();
    // A fresh ship is safe for two seconds; most tests are about those that are not.
    this.tick(41);
  }

  #removeBots(): void {
    const { ships, lurkers } = this.state;
    this.commit(() => {
      for (const { id } of [...ships].filter((ship) => isBot(ship.id))) {
        ships.delete(id);
        lurkers.delete(id);
      }
    });
  }

  ship(seat: number) {
    const ship = this.state.ships.get(seat);
    if (ship === undefined) throw new Error(`seat ${seat} has no ship`);
    return ship;
  }

  /** Sets a ship at rest somewhere, looking somewhere. */
  put(seat: number, at: Point, heading = EAST): void {
    this.commit(() => {
      Object.assign(this.ship(seat), { x: at.x, y: at.y, vx: 0, vy: 0, course: courseOf(heading) });
    });
    this.steer(seat, { heading });
    this.tick();
  }

  steer(seat: number, steer: { heading?: number; thrust?: number; fire?: boolean }): void {
    this.input(seat, "steer", { heading: EAST, thrust: 0, fire: false, ...steer });
  }

  /** One shot of a ship, and the ticks until it has flown `distance`. */
  shoot(seat: number, heading: number, distance: number): void {
    this.steer(seat, { heading, fire: true });
    this.tick();
    this.steer(seat, { heading });
    this.tick(Math.ceil(distance / 31));
  }

  hitsTold(seat: number): number {
    return this.told.filter((each) => each.name === "hit" && each.seat === seat).length;
  }
}
