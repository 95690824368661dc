// Codec bench: bytes and time of one tick of the reference arena, and of coming back after a while,
// beside @colyseus/schema and JSON, all on the same world in one run. Ratios count, times do not.

import { Encoder, schema, t } from "@colyseus/schema";
import { ByteWriter } from "../../shared/bytes.ts";
import { changesSince, publicChanges } from "../../shared/changes.ts";
import { writeChanges } from "../../shared/codec.ts";
import { bool, text } from "../../shared/kinds.ts";
import { quantised, u8, u16 } from "../../shared/numbers.ts";
import { State } from "../../shared/record.ts";
import { layOut, many } from "../../shared/schema.ts";
import { median } from "./median.ts";
import { makeWorld, WORLD, type World } from "./referenceArena.ts";

const place = quantised(0, WORLD, WORLD / 65_535);
const angle = quantised(0, Math.PI * 2, (Math.PI * 2) / 255);

const shapes = layOut(
  {
    players: many({
      x: place,
      y: place,
      heading: angle,
      score: u16,
      firing: bool,
      vigour: u8,
      shield: u8,
      charge: u8,
      team: u8,
      combo: u8,
      name: text(24),
    }),
    things: many({
      x: place,
      y: place,
      heading: angle,
      kind: u8,
      vigour: u8,
      owner: u8,
      level: u8,
    }),
  },
  new Set(),
);

const sees = () => true;

/** Ours: records with field clocks. */
class Ours {
  readonly state = new State(shapes);
  readonly #writer = new ByteWriter(8_192);
  version = 0;

  take(world: World): void {
    this.version += 1;
    this.state.open(this.version);
    const [players, things] = this.state.collections;
    if (players === undefined || things === undefined) throw new Error("two collections");
    for (const [at, player] of world.players.entries()) {
      Object.assign(players.get(at + 1) ?? players.add({}, at + 1), player);
    }
    for (const id of [...things.records].map((record) => record.id)) {
      if (!world.things.has(id)) things.delete(id);
    }
    for (const [id, thing] of world.things)
      Object.assign(things.get(id) ?? things.add({}, id), thing);
    this.state.close();
  }

  tick(): Uint8Array {
    this.#writer.reset();
    writeChanges(this.#writer, publicChanges(this.state));
    return this.#writer.finish();
  }

  since(version: number): Uint8Array {
    this.#writer.reset();
    writeChanges(this.#writer, changesSince(this.state, version, { viewer: "public", sees }));
    return this.#writer.finish();
  }
}

interface Encoding {
  /** Takes the world as it is after a tick. */
  take(world: World): void;
  /** The bytes of the tick that was taken last. */
  tickBytes(): number;
  /** The bytes for somebody who was away since a tick. */
  resumeBytes(sinceTick: number): number;
}

/** @colyseus/schema with its own way of keeping a map in step, floats or quantised. */
function colyseus(quantised: boolean): Encoding {
  const at = () => (quantised ? t.quantized({ min: 0, max: WORLD, bits: 16 }) : t.float32());
  const turn = () => (quantised ? t.quantized({ min: 0, max: Math.PI * 2, bits: 8 }) : t.float32());
  const ColyseusPlayer = schema({
    x: at(),
    y: at(),
    heading: turn(),
    score: t.uint16(),
    firing: t.boolean(),
    vigour: t.uint8(),
    shield: t.uint8(),
    charge: t.uint8(),
    team: t.uint8(),
    combo: t.uint8(),
    name: t.string(),
  });
  const ColyseusThing = schema({
    x: at(),
    y: at(),
    heading: turn(),
    kind: t.uint8(),
    vigour: t.uint8(),
    owner: t.uint8(),
    level: t.uint8(),
  });
  const ColyseusWorld = schema({ players: t.map(ColyseusPlayer), things: t.map(ColyseusThing) });
  const state = new ColyseusWorld();
  Encoder.BUFFER_SIZE = 64 * 1024;
  const encoder = new Encoder(state);
  const patches: number[] = [];
  return {
    take(world) {
      for (const [index, player] of world.players.entries()) {
        const key = String(index);
        const known = state.players.get(key);
        if (known === undefined) state.players.set(key, new ColyseusPlayer().assign(player));
        else known.assign(player);
      }
      for (const key of [...state.things.keys()]) {
        if (!world.things.has(Number(key))) state.things.delete(key);
      }
      for (const [id, thing] of world.things) {
        const key = String(id);
        const known = state.things.get(key);
        if (known === undefined) state.things.set(key, new ColyseusThing().assign(thing));
        else known.assign(thing);
      }
    },
    tickBytes() {
      const bytes = encoder.encode().length;
      encoder.discardChanges();
      patches.push(bytes);
      return bytes;
    },
    // It keeps no history: whoever was away gets everything.
    resumeBytes: () => encoder.encodeAll().length,
  };
}

/** What a game sends that writes its changes as JSON by hand. */
function jsonDifferences(): Encoding {
  let before: Record<string, Record<string, unknown>> = {};
  const history: Record<string, Record<string, unknown>>[] = [];
  let text = "";
  const flat = (world: World) => ({
    ...Object.fromEntries(world.players.map((player, at) => [`p${at}`, { ...player }])),
    ...Object.fromEntries([...world.things].map(([id, thing]) => [`t${id}`, { ...thing }])),
  });
  return {
    take(world) {
      const now: Record<string, Record<string, unknown>> = flat(world) as never;
      text = JSON.stringify(difference(before, now));
      before = now;
      history.push(now);
    },
    tickBytes: () => text.length,
    resumeBytes: (since) => JSON.stringify(difference(history[since - 1] ?? {}, before)).length,
  };
}

type Flat = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function difference(before: Flat, now: Flat): Record<string, unknown> {
  const changed: Record<string, unknown> = {};
  for (const [id, fields] of Object.entries(now)) {
    const known = before[id] ?? {};
    const news = Object.entries(fields).filter(([name, value]) => known[name] !== value);
    if (news.length > 0) changed[id] = Object.fromEntries(news);
  }
  for (const id of Object.keys(before)) if (now[id] === undefined) changed[id] = null;
  return changed;
}

function ours(): Encoding {
  const encoding = new Ours();
  return {
    take: (world) => encoding.take(world),
    tickBytes: () => encoding.tick().length,
    resumeBytes: (since) => encoding.since(since).length,
  };
}

const TICKS_A_SECOND = 20;
const ROUNDS = 5;
const TICKS = 1_300;

interface Figures {
  readonly bytesPerTick: number;
  readonly microsecondsPerTick: number;
  readonly resumeBytes: readonly number[];
}

/** Runs one encoding over the world from its beginning. */
function run(make: () => Encoding, seed: number): Figures {
  const world = makeWorld(seed);
  const encoding = make();
  let bytes = 0;
  let spentMs = 0;
  for (let tick = 1; tick <= TICKS; tick++) {
    world.step();
    const startMs = performance.now();
    encoding.take(world);
    const length = encoding.tickBytes();
    spentMs += performance.now() - startMs;
    // The first tick is a whole world for all of them.
    if (tick > 1) bytes += length;
  }
  const resumeBytes = [1, 10, 60].map((s) => encoding.resumeBytes(TICKS - s * TICKS_A_SECOND));
  return {
    bytesPerTick: bytes / (TICKS - 1),
    microsecondsPerTick: (spentMs * 1_000) / TICKS,
    resumeBytes,
  };
}

/** Rows of the table: each encoding, medians over interleaved rounds. */
export function codecBench(): readonly string[] {
  const encodings: readonly (readonly [string, () => Encoding])[] = [
    ["Holdfast", ours],
    ["@colyseus/schema 5.0.34, quantised", () => colyseus(true)],
    ["@colyseus/schema 5.0.34, float32", () => colyseus(false)],
    ["JSON differences", jsonDifferences],
  ];
  const results = encodings.map((): Figures[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, [, make]] of encodings.entries()) results[at]?.push(run(make, 7));
  }
  const base = median((results[0] ?? []).map((figures) => figures.microsecondsPerTick));
  return encodings.map(([name], at) => {
    const figures = results[at] ?? [];
    const bytes = Math.round(figures[0]?.bytesPerTick ?? 0);
    const ratio = median(figures.map((one) => one.microsecondsPerTick)) / base;
    const resume = (figures[0]?.resumeBytes ?? []).join(" / ");
    return `| ${name} | ${bytes} | ${ratio.toFixed(2)} | ${resume} |`;
  });
}
