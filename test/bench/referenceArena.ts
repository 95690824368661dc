// Reference arena: the world that encodings are compared on: 10 players and 100 things, of which 40
// rove, 20 fly and are replaced, 40 lie about. It moves; it knows no encoding.

import { seededRandom } from "../../shared/random.ts";

export const WORLD = 1_000;
const PLAYERS = 10;
const ROVERS = 40;
const DARTS = 20;
const PEBBLES = 40;
/** Ticks a dart flies before another takes its place. */
const DART_TICKS = 30;

export interface Player {
  x: number;
  y: number;
  heading: number;
  vigour: number;
  score: number;
  shield: number;
  charge: number;
  team: number;
  firing: boolean;
  combo: number;
  name: string;
}

export interface Thing {
  x: number;
  y: number;
  heading: number;
  kind: number;
  vigour: number;
  owner: number;
  level: number;
}

export interface World {
  readonly players: readonly Player[];
  /** By id; darts get new ids when they are replaced. */
  readonly things: Map<number, Thing>;
  step(): void;
}

/** The same world each time; it moves by itself. */
export function makeWorld(seed: number): World {
  const random = seededRandom(seed);
  const anywhere = () => random() * WORLD;
  const players = Array.from({ length: PLAYERS }, (_, at) => ({
    x: anywhere(),
    y: anywhere(),
    heading: random() * Math.PI * 2,
    vigour: 100,
    score: 0,
    shield: 50,
    charge: 3,
    team: at % 2,
    firing: false,
    combo: 0,
    name: `player ${at}`,
  }));
  const things = new Map<number, Thing>();
  let nextId = 1;
  const thing = (kind: number): Thing => ({
    x: anywhere(),
    y: anywhere(),
    heading: random() * Math.PI * 2,
    kind,
    vigour: 100,
    owner: 0,
    level: 1,
  });
  const add = (made: Thing) => things.set(nextId++, made);
  for (let at = 0; at < ROVERS; at++) add(thing(0));
  for (let at = 0; at < PEBBLES; at++) add(thing(2));
  const darts: { id: number; left: number }[] = [];
  for (let at = 0; at < DARTS; at++) {
    darts.push({ id: nextId, left: 1 + Math.floor(random() * DART_TICKS) });
    add(thing(1));
  }
  const move = (
    body: { x: number; y: number; heading: number },
    speed: number,
    turning: number,
  ) => {
    if (random() < turning)
      body.heading = (body.heading + random() - 0.5 + Math.PI * 2) % (Math.PI * 2);
    body.x = Math.min(WORLD, Math.max(0, body.x + Math.cos(body.heading) * speed));
    body.y = Math.min(WORLD, Math.max(0, body.y + Math.sin(body.heading) * speed));
  };
  const step = () => {
    for (const player of players) {
      move(player, 6, 0.6);
      if (random() < 0.05) player.score += 1;
      if (random() < 0.05) player.firing = !player.firing;
    }
    for (const [, body] of things) if (body.kind === 0) move(body, 3, 0.1);
    for (const dart of darts) {
      dart.left -= 1;
      if (dart.left > 0) continue;
      things.delete(dart.id);
      dart.id = nextId;
      dart.left = DART_TICKS;
      add(thing(1));
    }
  };
  return { players, things, step };
}
