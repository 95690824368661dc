// Arena: a sea for up to 16 players at 20 ticks a second. They gather pearls, fit out their ships and
// sink each other in rounds; kelp hides who lies in it, and bots sail for who is not there. This file
// says which rule does what, and in what order.

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
  SEATS_MAX,
  SIGHT_IN_KELP,
  SIGHT_OF_MINES,
} from "./arenaRecords.ts";
import { beginRound, keepRounds } from "./arenaRounds.ts";
import { isNear, type Point } from "./arenaSea.ts";
import {
  fillFleet,
  isSailing,
  launch,
  leaveHelm,
  place,
  remove,
  sailAll,
  spendCharges,
  takeHelm,
} from "./arenaShips.ts";
import { fromVersion1 } from "./arenaVersion1.ts";

/** Control and formatting characters, among them those that turn the direction of text. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

export const arena = defineGame({
  name: "arena",
  version: 2,
  seats: { min: 1, max: SEATS_MAX },
  tickHz: TICK_HZ,
  records,
  inputs,
  commands,
  events,
  /** A short drop goes unnoticed: the ship holds its course. Then a bot steers, see `away`. */
  absence: { toldAfterMs: 1_000 },
  rules: {
    start(room) {
      beginRound(room);
      layAllPearls(room);
      room.timer("tide", TIDE_MS);
    },
    join(room, seat) {
      launch(room, seat);
      fillFleet(room);
    },
    leave(room, seat) {
      remove(room, seat);
      fillFleet(room);
    },
    away(room, seat) {
      const ship = room.state.ships.get(seat);
      if (ship !== undefined) leaveHelm(ship);
    },
    back(room, seat, awayMs) {
      const ship = room.state.ships.get(seat);
      if (ship !== undefined) takeHelm(room, ship, awayMs);
    },
    tick(room) {
      keepRounds(room);
      const moves = sailAll(room);
      const isFinished = room.state.round.phase === "finished";
      for (const move of moves) {
        // A shot shows who fired it, so it comes before the ship is shown or hidden.
        if (!isFinished) fire(room, move);
        place(room, move);
      }
      // Between two rounds everybody may sail about, and nothing counts.
      if (isFinished) return;
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
      const { ships, round } = room.state;
      const ship = ships.get(seat);
      if (ship === undefined || !isSailing(ship)) return refuse("not-sailing");
      if (round.phase === "finished") return refuse("round-over");
      const outcome = layMine(room, ship);
      return outcome === "laid" ? undefined : refuse(outcome);
    },
    upgrade(room, seat, { part }) {
      const { ships, round } = room.state;
      const ship = ships.get(seat);
      if (ship === undefined || !isSailing(ship)) return refuse("not-sailing");
      if (round.phase === "finished") return refuse("round-over");
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
  migrate: { 1: fromVersion1 },
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
