// Attack by noise: a hundred thousand frames from a seed, half of them what a client would send with
// something changed, by somebody who sits in a room. A client that is put out comes back.

import { type Random, randomSecret, seededRandom } from "../../shared/random.ts";
import { type AttackBed, greeting, type Person, type Seat } from "./attackBed.ts";
import { until } from "./lab.ts";
import { ledger } from "./ledger.ts";

const FRAMES = 100_000;
/** On one connection: after so many each has been put out, whatever came. */
const BURST = 200;
const LANES = 4;

/** What a random value may be: all that is likely to be taken for something else. */
const ODDITIES: readonly unknown[] = [
  ...[null, true, false, 0, -0, -1, 0.5, 1, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 1e308],
  ...[
    "",
    " ",
    "0",
    "__proto__",
    "constructor",
    "toString",
    "\u0000",
    "\ud800",
    "{x}",
    "a\r\nb",
    "\u202e",
  ],
  ...[[], [[]], [1], {}, { length: 1e9 }, { __proto__: null }, { toJSON: 1 }],
];

interface Noise {
  readonly random: Random;
  readonly seat: Seat;
}

const below = (random: Random, count: number) => Math.floor(random() * count);
const oneOf = <T>(random: Random, items: readonly T[]): T | undefined =>
  items[below(random, items.length)];

/** Messages that a client would send, as they would be right. */
function right({ random, seat: { room, instance } }: Noise): readonly unknown[] {
  const seq = 1 + below(random, 100);
  const args = { to: 0, coins: 1, mark: "x" };
  const named = { room, instance };
  return (
    oneOf<readonly unknown[]>(random, [
      ["command", { ...named, commands: [{ seq, name: "transfer", args }] }],
      ["command", { ...named, commands: [{ seq, void: "cancelled" }] }],
      ["input", { ...named, n: seq, name: "steer", values: { dx: 1 } }],
      ["sync", { ...named, bookmark: { epoch: instance[0], version: seq } }],
      ["resume", { ...named, shape: ledger.shape }],
      ["join", { game: ledger.name, shape: ledger.shape, room }],
      ["extend"],
    ]) ?? []
  );
}

/** The same with one value somewhere in it replaced, left out or added. */
function changed(value: unknown, random: Random): unknown {
  if (typeof value !== "object" || value === null || random() < 0.15)
    return oneOf(random, ODDITIES);
  const at = below(random, Object.keys(value).length);
  if (Array.isArray(value))
    return value.map((item, index) => (index === at ? changed(item, random) : item));
  const entries = Object.entries(value).map(([name, item], index) =>
    index === at ? [random() < 0.1 ? "__proto__" : name, changed(item, random)] : [name, item],
  );
  return Object.fromEntries(entries as [string, unknown][]);
}

function randomBytes(random: Random, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => below(random, 256));
}

function frame(noise: Noise): string | Uint8Array {
  const { random } = noise;
  const kind = random();
  if (kind < 0.1) return randomBytes(random, below(random, 64));
  // As an input begins, for a room that may be meant.
  if (kind < 0.2) return Uint8Array.of(1, ...randomBytes(random, 9 + below(random, 8)));
  if (kind < 0.3) return Buffer.from(randomBytes(random, below(random, 40))).toString("latin1");
  const message = right(noise);
  const said = kind < 0.45 ? message : changed(message, random);
  const text = `42${random() < 0.3 ? below(random, 1e6) : ""}${JSON.stringify(said)}`;
  if (kind < 0.9) return text;
  const cut = below(random, text.length);
  return text.slice(0, cut) + String.fromCharCode(below(random, 128)) + text.slice(cut + 1);
}

/** Sends all frames; gives how many connections it took. */
export async function makeNoise(bed: AttackBed, seed: number): Promise<number> {
  const person = await bed.guest("Noise");
  const page = `page-${randomSecret(9)}`;
  const wire = await bed.admitted(person, { page });
  const seat = await bed.seated(wire);
  wire.drop();
  let connections = 0;
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    const random = seededRandom(seed + lane);
    for (let sent = 0; sent < FRAMES / LANES; sent += BURST) {
      connections += 1;
      await burst(bed, { person, page, noise: { random, seat } });
    }
  });
  await Promise.all(lanes);
  return connections;
}

interface Burst {
  readonly person: Person;
  readonly page: string;
  readonly noise: Noise;
}

async function burst(bed: AttackBed, { person, page, noise }: Burst): Promise<void> {
  const { room, instance } = noise.seat;
  const wire = await bed.wire().opened();
  const seats = [{ room, instance, shape: ledger.shape }];
  wire.send(`0${JSON.stringify({ ...greeting(person.token, page), seats })}`);
  await until("it is in or out", () => wire.ending !== "open" || wire.events("welcome").length > 0);
  for (let at = 0; at < BURST; at++) wire.raw(frame(noise));
  await wire.ended();
}
