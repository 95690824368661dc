// The arena's rules: how ships fight, gather, hide and wait for their players, and what each player
// gets to know.

import { expect, test } from "vitest";
import { arena } from "../../shared/games/arena.ts";
import {
  CHARGES_MAX,
  DASH_CHARGES,
  DASH_MS,
  HULL_MAX,
  MINES_MAX,
  pointOf,
  priceOf,
} from "../../shared/games/arenaRecords.ts";
import { isInside, isNear, KELP, ROCKS, SEA } from "../../shared/games/arenaSea.ts";
import { seededRandom } from "../../shared/random.ts";
import { EAST, IN_KELP, NORTH, OPEN, Scene, SOUTH } from "./arenaScene.ts";
import { RulesRoom } from "./rulesRoom.ts";

const beside = (distance: number) => ({ x: OPEN.x + distance, y: OPEN.y });

test("[X10] a seat's ship is launched on open water, whole and loaded", () => {
  for (let seed = 1; seed <= 12; seed++) {
    const room = new RulesRoom(arena, seed);
    for (let seat = 0; seat < 16; seat++) room.take(seat);
    for (const ship of room.state.ships) {
      expect(isInside(ROCKS, ship) || isInside(KELP, ship)).toBe(false);
      expect(ship).toMatchObject({ state: "afloat", hull: HULL_MAX, charges: CHARGES_MAX });
    }
    expect(room.state.ships.size).toBe(16);
  }
});

test("[X11] the same seed and inputs give the same sea", () => {
  const play = () => {
    const scene = new Scene(6, 42);
    const random = seededRandom(7);
    for (let round = 0; round < 60; round++) {
      for (let seat = 0; seat < 6; seat++) {
        const heading = Math.floor(random() * 256);
        scene.steer(seat, { heading, thrust: 10, fire: random() < 0.3 });
        if (random() < 0.05) scene.command(seat, "dash", {});
      }
      scene.tick(5);
    }
    return JSON.stringify([...scene.state.ships, ...scene.state.pearls, ...scene.told]);
  };
  expect(play()).toBe(play());
});

test("[X12] a shot flies straight on and hits the first ship in its way, never its own", () => {
  const scene = new Scene(3);
  scene.put(0, OPEN);
  scene.put(1, beside(150));
  scene.put(2, beside(260));
  scene.shoot(0, EAST, 300);
  expect([0, 1, 2].map((seat) => scene.ship(seat).hull)).toEqual([
    HULL_MAX,
    HULL_MAX - 1,
    HULL_MAX,
  ]);
  expect(scene.state.shots.size).toBe(0);
  expect(scene.told.filter(({ name }) => name === "hit").map(({ seat }) => seat)).toEqual([1, 0]);
});

test("[X12] of two ships in the way of the same moment the nearer one is hit", () => {
  const scene = new Scene(3);
  scene.put(0, OPEN);
  scene.put(1, { x: OPEN.x + 153, y: OPEN.y + 18.4 });
  scene.put(2, { x: OPEN.x + 145, y: OPEN.y - 18.4 });
  scene.shoot(0, EAST, 200);
  expect([1, 2].map((seat) => scene.ship(seat).hull)).toEqual([HULL_MAX, HULL_MAX - 1]);
});

test("[X12] a ship that overtakes its own shot is not hit by it", () => {
  const scene = new Scene(1);
  scene.put(0, OPEN);
  scene.commit(() => Object.assign(scene.ship(0), { vx: 1_400 }));
  scene.shoot(0, EAST, 100);
  expect(scene.ship(0).hull).toBe(HULL_MAX);
});

test("[X12] a shot that meets nobody ends, at a rock or when it is spent", () => {
  const scene = new Scene(2);
  const [rock] = ROCKS;
  if (rock === undefined) throw new Error("a sea without rocks");
  scene.put(0, { x: rock.x - 200, y: rock.y - 70 });
  scene.put(1, { x: rock.x + 200, y: rock.y - 70 });
  scene.shoot(0, EAST, 1000);
  expect(scene.ship(1).hull).toBe(HULL_MAX);
  scene.put(0, OPEN, NORTH);
  scene.shoot(0, NORTH, 440);
  expect(scene.state.shots.size).toBe(1);
  scene.tick(5);
  expect(scene.state.shots.size).toBe(0);
});

test("[X13] a shot costs a charge and time to reload; charges come back one by one", () => {
  const scene = new Scene(1);
  scene.put(0, OPEN);
  scene.steer(0, { fire: true });
  scene.tick(2);
  expect(scene.ship(0).charges).toBe(CHARGES_MAX - 1);
  scene.tick(200);
  expect(scene.ship(0).charges).toBe(0);
  scene.steer(0, {});
  scene.tick(16);
  expect(scene.ship(0).charges).toBe(1);
  scene.tick(400);
  expect(scene.ship(0).charges).toBe(CHARGES_MAX);
});

test("[X14] a ship without hull sinks, loses half its pearls and scores five for who did it", () => {
  const scene = new Scene(2);
  scene.put(0, OPEN);
  scene.put(1, beside(150));
  scene.commit(() => Object.assign(scene.ship(1), { hull: 1, pearls: 7 }));
  const pearlsBefore = scene.state.pearls.size;
  scene.shoot(0, EAST, 160);
  expect(scene.ship(1)).toMatchObject({ state: "sunk", hull: 0, pearls: 3 });
  expect(scene.ship(0).score).toBe(5);
  expect(scene.state.pearls.size).toBeGreaterThanOrEqual(pearlsBefore + 4);
  expect(scene.told.at(-1)).toEqual({ name: "sunk", values: { seat: 1, by: 0 }, seat: undefined });
  expect(scene.command(1, "dash", {})).toBe("not-sailing");
});

test("[X15] a sunk ship is back after three seconds and cannot be hurt for two, unless it fires", () => {
  const scene = new Scene(2);
  scene.commit(() => {
    Object.assign(scene.ship(1), { state: "sunk", hull: 0, backAtMs: scene.nowMs + 3000 });
  });
  scene.tick(59);
  expect(scene.ship(1).state).toBe("sunk");
  scene.tick();
  expect(scene.ship(1)).toMatchObject({ state: "afloat", hull: HULL_MAX });
  scene.put(0, OPEN);
  scene.put(1, beside(150));
  scene.shoot(0, EAST, 160);
  expect(scene.ship(1).hull).toBe(HULL_MAX);
  scene.shoot(1, SOUTH, 0);
  scene.shoot(0, EAST, 160);
  expect(scene.ship(1).hull).toBe(HULL_MAX - 1);
});

test("[X16] a ship in kelp is seen by itself and from close, by nobody else", () => {
  const scene = new Scene(3);
  scene.put(1, { x: IN_KELP.x + 100, y: IN_KELP.y });
  scene.put(2, OPEN);
  scene.put(0, OPEN);
  const last = pointOf(scene.ship(0));
  scene.put(0, IN_KELP);
  expect(scene.ship(0).state).toBe("hidden");
  for (const viewer of [0, 1, 2, "public"] as const) {
    const ship = scene.view(viewer, "ships").get(0);
    expect(pointOf({ squareX: 0, squareY: 0, spotX: 0, spotY: 0, ...ship })).toEqual(last);
  }
  expect(scene.view(0, "lurkers").get(0)).toMatchObject(IN_KELP);
  expect(scene.view(1, "lurkers").get(0)).toMatchObject(IN_KELP);
  expect(scene.view(2, "lurkers").size).toBe(0);
  expect(scene.view("public", "lurkers").size).toBe(0);
});

test("[X16] nothing of what a far ship is sent tells where in the kelp another one sails", () => {
  const spied = (heading: number) => {
    const scene = new Scene(2, 5);
    scene.put(1, OPEN);
    scene.put(0, IN_KELP);
    const bytes: string[] = [];
    for (let tick = 0; tick < 20; tick++) {
      scene.steer(0, { heading, thrust: 6 });
      scene.tick();
      expect(scene.ship(0).state).toBe("hidden");
      bytes.push(Buffer.from(scene.step(1)).toString("hex"));
    }
    return bytes;
  };
  expect(spied(EAST)).toEqual(spied(SOUTH));
});

test("[X17] firing from within kelp shows the ship for a second and a half", () => {
  const scene = new Scene(2);
  scene.put(1, OPEN);
  scene.put(0, IN_KELP);
  scene.shoot(0, EAST, 0);
  expect(scene.ship(0).state).toBe("afloat");
  expect(pointOf(scene.ship(0))).toEqual(IN_KELP);
  expect(scene.state.lurkers.size).toBe(0);
  scene.tick(28);
  expect(scene.ship(0).state).toBe("afloat");
  scene.tick(2);
  expect(scene.ship(0).state).toBe("hidden");
});

test("[X18] charges and pearls are the player's own secret", () => {
  const scene = new Scene(2);
  scene.commit(() => Object.assign(scene.ship(0), { charges: 5, pearls: 9 }));
  expect(scene.view(0, "ships").get(0)).toMatchObject({ charges: 5, pearls: 9 });
  for (const viewer of [1, "public"] as const) {
    const { charges, pearls, x } = scene.view(viewer, "ships").get(0) ?? {};
    expect([charges, pearls, x]).toEqual([undefined, undefined, undefined]);
  }
});

test("[X19] a mine is seen by who laid it and from close, and goes off once under another ship", () => {
  const scene = new Scene(3);
  scene.put(0, OPEN);
  scene.put(1, beside(140));
  scene.put(2, beside(-400));
  expect(scene.command(0, "dropMine", {})).toBeUndefined();
  expect([0, 1, 2].map((seat) => scene.view(seat, "mines").size)).toEqual([1, 1, 0]);
  scene.put(1, beside(40));
  scene.tick(10);
  expect(scene.ship(1).hull).toBe(HULL_MAX);
  scene.tick(10);
  expect(scene.ship(0).hull).toBe(HULL_MAX);
  expect(scene.ship(1).hull).toBe(HULL_MAX - 2);
  expect(scene.state.mines.size).toBe(0);
  expect(scene.hitsTold(1)).toBe(1);
});

test("[X19] mines cost charges and are limited", () => {
  const scene = new Scene(1);
  scene.put(0, OPEN);
  for (let count = 0; count < MINES_MAX; count++) {
    expect(scene.command(0, "dropMine", {})).toBeUndefined();
  }
  expect(scene.command(0, "dropMine", {})).toBe("too-many-mines");
  expect(scene.ship(0).charges).toBe(CHARGES_MAX - 2 * MINES_MAX);
  scene.commit(() => {
    for (const mine of [...scene.state.mines]) scene.state.mines.delete(mine.id);
    scene.ship(0).charges = 1;
  });
  expect(scene.command(0, "dropMine", {})).toBe("no-charge");
});

test("[X20] a dash costs two charges, carries far and is refused while one lasts", () => {
  const way = (dashes: boolean) => {
    const scene = new Scene(1);
    scene.put(0, OPEN, SOUTH);
    if (dashes) expect(scene.command(0, "dash", {})).toBeUndefined();
    scene.tick(DASH_MS / 50);
    return { scene, distance: scene.ship(0).y - OPEN.y };
  };
  const { scene, distance } = way(true);
  expect(way(false).distance).toBe(0);
  expect(distance).toBeGreaterThan(50);
  expect(scene.ship(0).charges).toBe(CHARGES_MAX - DASH_CHARGES);
  expect(scene.command(0, "dash", {})).toBeUndefined();
  expect(scene.command(0, "dash", {})).toBe("dashing-already");
  scene.commit(() => Object.assign(scene.ship(0), { charges: 1, dashUntilMs: 0 }));
  expect(scene.command(0, "dash", {})).toBe("no-charge");
});

test("[X21] a pearl is gathered once, by the ship that sails over it", () => {
  const scene = new Scene(2);
  scene.put(0, OPEN);
  scene.put(1, beside(20));
  const { pearls, score } = scene.ship(0);
  const before = scene.ship(1).pearls;
  scene.commit(() => scene.state.pearls.add(OPEN));
  scene.tick(3);
  expect(scene.ship(0)).toMatchObject({ pearls: pearls + 1, score: score + 1 });
  expect(scene.ship(1).pearls).toBe(before);
  expect(scene.told.at(-1)).toEqual({ name: "found", values: { count: 1 }, seat: 0 });
});

test("[X21] the tide brings pearls back, and never too many", () => {
  const scene = new Scene(1);
  const full = scene.state.pearls.size;
  scene.commit(() => {
    for (const pearl of [...scene.state.pearls].slice(0, 5)) scene.state.pearls.delete(pearl.id);
  });
  scene.put(0, OPEN);
  scene.tick(20 * 60);
  expect(scene.state.pearls.size).toBe(full);
});

test("[X22] an upgrade is paid in pearls, up to the third level of a part", () => {
  const scene = new Scene(1);
  scene.commit(() => Object.assign(scene.ship(0), { pearls: priceOf(0) - 1, hull: 1 }));
  expect(scene.command(0, "upgrade", { part: "hull" })).toBe("too-few-pearls");
  scene.commit(() => Object.assign(scene.ship(0), { pearls: 100 }));
  expect(scene.command(0, "upgrade", { part: "hull" })).toBeUndefined();
  expect(scene.ship(0)).toMatchObject({ planks: 1, hull: HULL_MAX + 1, pearls: 100 - priceOf(0) });
  for (let level = 0; level < 3; level++) scene.command(0, "upgrade", { part: "guns" });
  expect(scene.ship(0).guns).toBe(3);
  expect(scene.command(0, "upgrade", { part: "guns" })).toBe("fully-fitted");
});

test("[X23] a ship's name is plain text: nothing invisible, nothing empty", () => {
  const scene = new Scene(1);
  expect(scene.command(0, "renameShip", { title: " \u202EKelpie\u0007 " })).toBeUndefined();
  expect(scene.ship(0).title).toBe("Kelpie");
  expect(scene.command(0, "renameShip", { title: "\u200B " })).toBe("title-empty");
  expect(scene.command(0, "renameShip", { title: "x".repeat(21) })).toBe("args-invalid");
});

test("[X25] with a seat its ship leaves the sea, hidden or not, and so do its mines", () => {
  const scene = new Scene(2);
  scene.put(0, IN_KELP);
  scene.command(0, "dropMine", {});
  scene.put(1, OPEN);
  scene.command(1, "dropMine", {});
  scene.leave(0);
  expect(scene.state.ships.has(0)).toBe(false);
  expect(scene.state.ships.has(1)).toBe(true);
  expect(scene.state.lurkers.has(0)).toBe(false);
  expect([...scene.state.mines].map(({ by }) => by)).toEqual([1]);
});

test("[X26] ships that overlap part, and stay in the sea", () => {
  const scene = new Scene(16);
  scene.commit(() => {
    for (const ship of scene.state.ships) Object.assign(ship, { x: 20, y: 20, vx: 0, vy: 0 });
  });
  scene.tick(600);
  for (const ship of scene.state.ships) {
    expect(ship.x >= 0 && ship.y >= 0 && ship.x <= SEA.width && ship.y <= SEA.height).toBe(true);
  }
  const afloat = [...scene.state.ships];
  const touching = afloat.filter((one) =>
    afloat.some((other) => other.id > one.id && isNear(one, other, 30)),
  );
  expect(touching).toEqual([]);
});

test("[X27] a tick with ten ships under way costs a client at most 75 bytes", () => {
  const scene = new Scene(10, 3);
  const random = seededRandom(11);
  const headings = Array.from({ length: 10 }, () => random() * 256);
  scene.version = 20_000;
  let bytes = 0;
  const ticks = 400;
  for (let tick = 0; tick < ticks; tick++) {
    for (const [seat, heading] of headings.entries()) {
      const turned = (heading + (random() - 0.4) * 12 + 256) % 256;
      headings[seat] = turned;
      scene.steer(seat, { heading: Math.floor(turned), thrust: 8 });
    }
    scene.tick();
    bytes += scene.step(tick % 10).length;
  }
  expect(bytes / ticks).toBeLessThanOrEqual(75);
});
