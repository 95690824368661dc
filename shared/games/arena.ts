// Arena: a sea for up to 16 ships at 20 ticks a second. They gather pearls, fit out their ships and
// sink each other; kelp hides who lies in it. This file says which rule does what, and in what order.

import { defineGame, refuse } from "../game.ts";
import { fire, flyAll, layMine, tripMines } from "./arenaFight.ts";
import { TICK_HZ } from "./arenaMotion.ts";
import { gatherAll, layAllPearls, layPearl, TIDE_MS, upgrade } from "./arenaPearls.ts";
import {
  type ArenaRoom,
  commands,
  DASH_CHARGES,
  DASH_MS,
  events,
  inputs,
  records,
  SIGHT_IN_KELP,
  SIGHT_OF_MINES,
} from "./arenaRecords.ts";
import { isNear, type Point } from "./arenaSea.ts";
import { isSailing, launch, place, sailAll, spendCharges, weighAnchor } from "./arenaShips.ts";

/** Control and formatting characters, among them those that turn the direction of text. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

export const arena = defineGame({
  name: "arena",
  version: 1,
  seats: { min: 1, max: 16 },
  tickHz: TICK_HZ,
  records,
  inputs,
  commands,
  events,
  rules: {
    start(room) {
      layAllPearls(room);
      room.timer("tide", TIDE_MS);
    },
    join: launch,
    leave(room, seat) {
      const { ships, lurkers, mines } = room.state;
      ships.delete(seat);
      lurkers.delete(seat);
      for (const mine of [...mines]) if (mine.by === seat) mines.delete(mine.id);
    },
    away(room, seat) {
      const ship = room.state.ships.get(seat);
      if (ship !== undefined) ship.awaySinceMs = room.nowMs;
    },
    back(room, seat) {
      const ship = room.state.ships.get(seat);
      if (ship !== undefined) weighAnchor(room, ship);
    },
    tick(room) {
      const moves = sailAll(room);
      for (const move of moves) {
        // A shot shows who fired it, so it comes before the ship is shown or hidden.
        fire(room, move);
        place(room, move);
      }
      flyAll(room);
      tripMines(room);
      gatherAll(room, moves);
    },
    dash(room, seat) {
      const ship = room.state.ships.get(seat);
      if (ship === undefined || !isSailing(ship)) return refuse("not-sailing");
      if (room.nowMs < ship.dashUntilMs) return refuse("dashing-already");
      if (!spendCharges(room, ship, DASH_CHARGES)) return refuse("no-charge");
      ship.dashUntilMs = room.nowMs + DASH_MS;
      return undefined;
    },
    dropMine(room, seat) {
      const ship = room.state.ships.get(seat);
      if (ship === undefined || !isSailing(ship)) return refuse("not-sailing");
      const outcome = layMine(room, ship);
      return outcome === "laid" ? undefined : refuse(outcome);
    },
    upgrade(room, seat, { part }) {
      const ship = room.state.ships.get(seat);
      if (ship === undefined || !isSailing(ship)) return refuse("not-sailing");
      const outcome = upgrade(ship, part);
      return outcome === "fitted" ? undefined : refuse(outcome);
    },
    renameShip(room, seat, { title }) {
      const ship = room.state.ships.get(seat);
      const plain = title.replace(INVISIBLE, "").trim();
      if (ship === undefined || plain === "") return refuse("title-empty");
      ship.title = plain;
      return undefined;
    },
  },
  timers: {
    tide(room) {
      layPearl(room);
      room.timer("tide", TIDE_MS);
    },
  },
  visibleTo: {
    lurkers: (lurker, seat, room) => isInSight(lurker, eyesOf(room, seat), SIGHT_IN_KELP),
    mines: (mine, seat, room) =>
      mine.by === seat || isInSight(mine, eyesOf(room, seat), SIGHT_OF_MINES),
  },
});

/** Where a seat looks from; nobody looks from a wreck or from the shore. */
function eyesOf(room: Pick<ArenaRoom, "state">, seat: number | undefined): Point | undefined {
  const ship = seat === undefined ? undefined : room.state.ships.get(seat);
  return ship !== undefined && isSailing(ship) ? ship : undefined;
}

function isInSight(thing: Point, eyes: Point | undefined, sight: number): boolean {
  return eyes !== undefined && isNear(thing, eyes, sight);
}
