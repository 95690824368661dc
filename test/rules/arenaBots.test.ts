// The arena's bots: how many there are, what they see and do, and how they keep the helm for whoever is
// away.

import { expect, test } from "vitest";
import { Table } from "../../server/testing/testing.ts";
import { arena } from "../../shared/games/arena.ts";
import { botHelm, type Hand, isBot } from "../../shared/games/arenaBots.ts";
import { TICK_MS } from "../../shared/games/arenaMotion.ts";
import { FLEET_MIN, HULL_MAX, ROUND_MS, SEATS_MAX } from "../../shared/games/arenaRecords.ts";
import { isNear, KELP, type Point, ROCKS } from "../../shared/games/arenaSea.ts";
import { EAST, IN_KELP, OPEN, Scene } from "./arenaScene.ts";
import { RulesRoom } from "./rulesRoom.ts";

const SECOND = 1000 / TICK_MS;

const CALM = { isHidden: false, isAway: false, isSafe: false };

function hand(id: number, at: Point, more: Partial<Hand> = {}): Hand {
  const still = { ...at, vx: 0, vy: 0, course: 0 };
  return { id, at: still, hull: HULL_MAX, charges: 8, ...CALM, ...more };
}

const east = (distance: number): Point => ({ x: OPEN.x + distance, y: OPEN.y });

test("[X28] bots make up a fleet of six, take no seat, and make way for each player who comes", () => {
  const room = new RulesRoom(arena, 3);
  const crews = () => {
    const ids = [...room.state.ships].map(({ id }) => id);
    return { people: ids.filter((id) => !isBot(id)).length, bots: ids.filter(isBot).length };
  };
  for (let seat = 0; seat < SEATS_MAX; seat++) {
    room.take(seat);
    expect(crews()).toEqual({ people: seat + 1, bots: Math.max(0, FLEET_MIN - seat - 1) });
  }
  for (let seat = SEATS_MAX - 1; seat > 0; seat--) room.leave(seat);
  expect(crews()).toEqual({ people: 1, bots: FLEET_MIN - 1 });
});

test("[X28] of the bots the one with fewest points makes way", () => {
  const room = new RulesRoom(arena, 3);
  room.take(0);
  room.commit(() => {
    for (const ship of room.state.ships) ship.score = ship.id === SEATS_MAX + 2 ? 1 : 9;
  });
  room.take(1);
  expect(room.state.ships.has(SEATS_MAX + 2)).toBe(false);
  expect(room.state.ships.size).toBe(FLEET_MIN);
});

test("[X29] bots alone play a whole round: they gather and fight, all of them, and none is stuck", () => {
  for (const seed of [1, 2, 3]) {
    const room = new RulesRoom(arena, seed);
    room.take(0);
    const found = () => [...room.state.ships].filter(({ id }) => isBot(id));
    let still = 0;
    for (let second = 0; second < ROUND_MS / 1000 - 1; second++) {
      const before = new Map(found().map(({ id, x, y }) => [id, { x, y }]));
      room.tick(SECOND);
      for (const ship of found()) {
        const was = before.get(ship.id);
        if (was !== undefined && ship.state !== "sunk" && isNear(ship, was, 6)) still += 1;
      }
    }
    for (const { score } of found()) expect(score, `seed ${seed}`).toBeGreaterThan(10);
    expect(room.told.some(({ name }) => name === "sunk")).toBe(true);
    // Seconds in which a bot stood, of five bots' 179.
    expect(still, `seed ${seed}`).toBeLessThan(10);
  }
});

test("[X29] the same seed gives the same game with bots", () => {
  const play = () => {
    const room = new RulesRoom(arena, 8);
    room.take(0);
    room.tick(60 * SECOND);
    return JSON.stringify([...room.state.ships, ...room.state.pearls, ...room.told]);
  };
  expect(play()).toBe(play());
});

test("[X29] a bot makes for the nearest pearl, around a rock in its way", () => {
  const [rock] = ROCKS;
  if (rock === undefined) throw new Error("a sea without rocks");
  const room = new RulesRoom(arena, 1);
  room.take(0);
  const bot = room.state.ships.get(SEATS_MAX);
  room.commit(() => {
    for (const { id } of [...room.state.ships]) if (id !== SEATS_MAX) room.state.ships.delete(id);
    for (const { id } of [...room.state.pearls]) room.state.pearls.delete(id);
    room.state.pearls.add({ x: rock.x - 220, y: rock.y - 30 });
    Object.assign(bot ?? {}, { x: rock.x + 330, y: rock.y + 20, vx: 0, vy: 0 });
  });
  room.tick(1);
  let closest = Number.POSITIVE_INFINITY;
  for (let tick = 0; tick < 12 * SECOND && bot?.score === 0; tick++) {
    room.tick(1);
    closest = Math.min(closest, Math.hypot(bot.x - rock.x, bot.y - rock.y) - rock.radius);
  }
  expect(bot?.score).toBe(1);
  // It never touched: a ship's radius is 18.
  expect(closest).toBeGreaterThan(18.5);
});

test("[X29] a bot knows of a ship in the kelp only from as close as a player sees it", () => {
  const minute = Array.from({ length: 60 }, (_, second) => second * 1_000);
  const isHunted = (away: number, isHidden: boolean) => {
    const foe = hand(0, { x: IN_KELP.x + away, y: IN_KELP.y }, { isHidden });
    const own = hand(SEATS_MAX, IN_KELP);
    const pearls = [{ x: IN_KELP.x, y: IN_KELP.y + 100 }];
    const helms = minute.map((nowMs) => botHelm(own, { nowMs, ships: [own, foe], pearls }));
    // South lies the pearl.
    return helms.some(({ heading }) => heading !== 64);
  };
  expect(isHunted(200, false)).toBe(true);
  expect(isHunted(200, true)).toBe(false);
  expect(isHunted(140, true)).toBe(true);
});

test("[X29] a bot fires at who is close and ahead, keeps charges back, and lets be who is away or cannot be hurt", () => {
  const fires = (more: { own?: Partial<Hand>; foe?: Partial<Hand> }) => {
    const own = hand(SEATS_MAX, OPEN, more.own);
    const foe = hand(0, east(80), more.foe);
    const moments = Array.from({ length: 200 }, (_, tick) => tick * TICK_MS);
    return moments.some((nowMs) => botHelm(own, { nowMs, ships: [own, foe], pearls: [] }).fire);
  };
  expect(fires({})).toBe(true);
  expect(fires({ own: { charges: 2 } })).toBe(false);
  expect(fires({ foe: { isSafe: true } })).toBe(false);
  expect(fires({ foe: { isAway: true } })).toBe(false);
  expect(fires({ own: { at: { ...OPEN, vx: 0, vy: 0, course: Math.PI } } })).toBe(false);
});

test("[X29] a bot that is nearly sunk makes for the kelp", () => {
  const own = hand(SEATS_MAX, OPEN, { hull: 1 });
  const { heading, fire } = botHelm(own, { nowMs: 0, ships: [own, hand(0, east(80))], pearls: [] });
  const course = (heading / 256) * 2 * Math.PI;
  const ahead = Array.from({ length: 120 }, (_, at) => ({
    x: OPEN.x + Math.cos(course) * at * 5,
    y: OPEN.y + Math.sin(course) * at * 5,
  }));
  expect(fire).toBe(false);
  expect(ahead.some((point) => KELP.some((bed) => isNear(point, bed, bed.radius)))).toBe(true);
});

/** Somebody at a table of the arena whose ship sails east from the middle of open water. */
function sailing(names: readonly string[] = ["Ann"]) {
  const table = new Table(arena, { seed: 5 });
  const players = names.map((name) => table.player(name).join());
  const [ann] = players;
  if (ann === undefined) throw new Error("nobody came");
  ann.input("steer", { heading: EAST, thrust: 10, fire: false });
  table.pass(200);
  const ship = () => {
    const found = table.state.ships.get(ann.seat ?? -1);
    if (found === undefined) throw new Error("Ann has no ship");
    return found;
  };
  return { table, ann, ship };
}

test("[X30] a drop of less than a second goes unnoticed: the ship holds its course", () => {
  const { table, ann, ship } = sailing();
  ann.drop();
  table.pass(900);
  expect(ship().scoreWhenLeft).toBeUndefined();
  expect(Math.abs(ship().heading)).toBe(EAST);
  ann.resume();
  table.pass(2_000);
  expect(ship().scoreWhenLeft).toBeUndefined();
  table.check();
});

test("[X30] a bot has the helm of whoever is away, and gives it back with word of what it did", () => {
  const { table, ann, ship } = sailing(["Ann", "Bob"]);
  table.pass(5_000);
  const [before, courses] = [ship().score, new Set<number>()];
  ann.drop();
  for (let second = 0; second < 40; second++) {
    table.pass(1_000);
    courses.add(ship().heading);
  }
  expect(courses.size).toBeGreaterThan(5);
  const points = ship().score - before;
  expect(points).toBeGreaterThan(0);
  const isSunk = ship().state === "sunk";
  ann.resume();
  table.pass(50);
  expect(ann.events).toContainEqual(
    expect.objectContaining({ name: "missed", values: { points, isSunk } }),
  );
  ann.input("steer", { heading: 77, thrust: 5, fire: false });
  table.pass(1_500);
  expect(ship().heading).toBe(77);
  table.check();
});

test("[X30] the bot at an absent player's helm goes on after a kill of the host", () => {
  const { table, ann, ship } = sailing(["Ann", "Bob"]);
  ann.drop();
  table.pass(3_000);
  table.kill();
  const { x, y } = ship();
  table.pass(3_000);
  expect(isNear(ship(), { x, y }, 20)).toBe(false);
  table.calm();
  table.check();
});

test("[X30] a ship that is sunk while its player is away waits for its player", () => {
  const scene = new Scene(2);
  scene.put(0, OPEN);
  scene.setPresence(1, "away");
  scene.commit(() =>
    Object.assign(scene.ship(1), { state: "sunk", hull: 0, backAtMs: scene.nowMs }),
  );
  scene.tick(30 * SECOND);
  expect(scene.ship(1).state).toBe("sunk");
  scene.setPresence(1, "held");
  expect(scene.told.at(-1)).toEqual({
    name: "missed",
    values: { points: 0, isSunk: true },
    seat: 1,
  });
  scene.tick();
  expect(scene.ship(1)).toMatchObject({ state: "afloat", hull: HULL_MAX });
});

test("[X30] pulling the plug in a fight is no way out, and gives no shelter", () => {
  const scene = new Scene(2);
  const hullAfter = (awayMs: number) => {
    scene.put(0, OPEN);
    scene.put(1, east(150));
    scene.commit(() => Object.assign(scene.ship(1), { hull: HULL_MAX, safeUntilMs: 0 }));
    scene.setPresence(1, "away");
    scene.setPresence(1, "held", awayMs);
    scene.put(1, east(150));
    scene.shoot(0, EAST, 160);
    return scene.ship(1).hull;
  };
  expect(hullAfter(2_000)).toBe(HULL_MAX - 1);
  // After a longer absence there is a moment to look around.
  expect(hullAfter(20_000)).toBe(HULL_MAX);
});
