// Model: the store that the simulator plays with answers as a real Redis does, whatever is asked of it
// in whatever order. Epochs are each store's own time, so they are compared by when they were given.

import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { Store } from "../../server/store/store.ts";
import { isAtOrBelow } from "../../server/store/tail.ts";
import { systemClock } from "../../shared/clock.ts";
import type { IdentityId, NodeId, RoomId, SessionId } from "../../shared/ids.ts";
import { jitterRandom, randomCode } from "../../shared/random.ts";
import { RedisModel } from "../sim/redisModel.ts";
import { startRedisServer, stopServers } from "./redisServer.ts";
import { closeStores, openStore } from "./redisStores.ts";

const RUNS = 400;
const LENGTH_MAX = 40;
const LIFE_MS = 60_000;

/** A store, and the names by which its epochs are known on both sides. */
class Side {
  readonly store: Store;
  readonly #epochs: number[] = [];

  constructor(store: Store) {
    this.store = store;
  }

  /** An epoch that was given, counted from the newest; one that was never given if there are not so many. */
  epoch(back: number): number {
    return this.#epochs.at(-1 - back) ?? 1;
  }

  /** An answer with its epochs by when they were given. */
  named(answer: unknown): unknown {
    const text = JSON.stringify(answer ?? null, (name, value: unknown) => {
      if (name === "epoch" && typeof value === "number") return this.#nameOf(value);
      // Store time passes between two questions.
      return name === "lifeMs" ? "some" : value;
    });
    return JSON.parse(text);
  }

  #nameOf(epoch: number): string {
    if (!this.#epochs.includes(epoch) && epoch > 1) this.#epochs.push(epoch);
    return `epoch ${this.#epochs.indexOf(epoch)}`;
  }
}

/** What is asked of both. `tag` keeps the runs apart on one Redis. */
type Question = (side: Side, tag: string) => Promise<unknown>;

const nodes = ["nodea00001" as NodeId, "nodeb00001" as NodeId] as const;
const room = fc.constantFrom("one", "two");
const node = fc.constantFrom(...nodes);
const back = fc.nat({ max: 2 });
const version = fc.nat({ max: 5 });
const bytes = fc.uint8Array({ maxLength: 3 });
const roomOf = (tag: string, name: string) => `room${tag}${name}` as RoomId;
const sessionOf = (tag: string) => `session${tag}` as SessionId;
const identityOf = (tag: string) => `identity${tag}` as IdentityId;

const asked: readonly fc.Arbitrary<readonly [string, Question]>[] = [
  fc
    .tuple(room, node, bytes)
    .map(([name, by, snapshot]) => [
      `create ${name}`,
      ({ store }, tag) => store.createRoom(roomOf(tag, name), by, snapshot),
    ]),
  fc.tuple(room, node, fc.tuple(back, version), bytes).map(([name, by, [ago, at], given]) => [
    `append ${name} -${ago} ${at}`,
    async (side, tag) => {
      const place = { epoch: side.epoch(ago), version: at };
      const top = await side.store.logTop(roomOf(tag, name));
      // No host leaves a gap: where Redis forgot something, its next append asks for the log's end.
      const isAbove = top !== undefined && !isAtOrBelow(place, top);
      const follows = place.epoch === top?.epoch && at === top.version + 1;
      if (isAbove && !follows) return "a gap";
      return side.store.append([{ room: roomOf(tag, name), node: by, ...place, bytes: given }]);
    },
  ]),
  fc.tuple(room, node, bytes).map(([name, by, given]) => [
    `append next ${name}`,
    async ({ store }, tag) => {
      const top = await store.logTop(roomOf(tag, name));
      if (top === undefined) return "no log";
      const place = { epoch: top.epoch, version: top.version + 1 };
      return store.append([{ room: roomOf(tag, name), node: by, ...place, bytes: given }]);
    },
  ]),
  fc
    .tuple(room, node, back)
    .map(([name, by, ago]) => [
      `claim ${name} -${ago}`,
      (side, tag) => side.store.claimRoom(roomOf(tag, name), by, side.epoch(ago)),
    ]),
  fc.tuple(room, node).map(([name, by]) => [
    `claim top ${name}`,
    async ({ store }, tag) => {
      const top = await store.logTop(roomOf(tag, name));
      return store.claimRoom(roomOf(tag, name), by, top?.epoch ?? 1);
    },
  ]),
  fc.tuple(room, node, fc.tuple(back, version), bytes).map(([name, by, [ago, at], given]) => [
    `reseed ${name} -${ago} ${at}`,
    (side, tag) => {
      const reseed = { node: by, epoch: side.epoch(ago), version: at, bytes: given };
      return side.store.reseedRoom(roomOf(tag, name), reseed);
    },
  ]),
  fc.tuple(room, fc.tuple(back, version), bytes).map(([name, [ago, at], given]) => [
    `snapshot ${name} -${ago} ${at}`,
    (side, tag) => {
      const place = { epoch: side.epoch(ago), version: at };
      return side.store.keepSnapshot(roomOf(tag, name), place, given);
    },
  ]),
  room.map((name) => [`load ${name}`, ({ store }, tag) => store.loadRoom(roomOf(tag, name))]),
  room.map((name) => [`top ${name}`, ({ store }, tag) => store.logTop(roomOf(tag, name))]),
  fc.nat({ max: 1 }).map((revision) => [
    `open session ${revision}`,
    ({ store }, tag) => {
      const [id, identity] = [sessionOf(tag), identityOf(tag)];
      const times = { createdMs: 1, endsMs: 9_000_000_000_000 };
      const who = { name: "ada", role: "guest" as const, label: "abc", device: "a device" };
      return store.openSession({ id, identity, revision, ...times, ...who }, LIFE_MS);
    },
  ]),
  fc.nat({ max: 1 }).map((revision) => [
    `touch ${revision}`,
    async ({ store }, tag) => {
      const outcomes = await store.touch([{ session: sessionOf(tag), revision, lifeMs: LIFE_MS }]);
      // What is missing is lost to a Redis that was opened a moment ago, and over to the model.
      return outcomes.map(({ kind }) => (kind === "lost" ? "ended" : kind));
    },
  ]),
  fc.constant([
    "revoke",
    ({ store }: Side, tag: string) =>
      store.revokeSession(sessionOf(tag), { reason: "signed-out" }, LIFE_MS),
  ] as const),
  fc.constant([
    "is revoked",
    ({ store }: Side, tag: string) => store.isRevoked(sessionOf(tag)),
  ] as const),
];

class Asked implements fc.AsyncCommand<{ readonly tag: string }, readonly [Side, Side]> {
  readonly #name: string;
  readonly #question: Question;

  constructor([name, question]: readonly [string, Question]) {
    this.#name = name;
    this.#question = question;
  }

  check(): boolean {
    return true;
  }

  async run({ tag }: { readonly tag: string }, sides: readonly [Side, Side]): Promise<void> {
    const [modelled, real] = await Promise.all(sides.map((side) => this.#answer(side, tag)));
    expect(modelled, this.#name).toEqual(real);
    // Two writes within one millisecond may get one epoch from one store and two from the other.
    await new Promise<void>((passed) => void systemClock.after(2, passed));
  }

  toString(): string {
    return this.#name;
  }

  async #answer(side: Side, tag: string): Promise<unknown> {
    return side.named(await this.#question(side, tag));
  }
}

afterAll(async () => {
  await closeStores();
  await stopServers();
});

test("[V12] the store of the simulator answers as a real Redis, whatever was asked of it before", async () => {
  const { url } = await startRedisServer();
  const redis = await openStore(url);
  const commands = asked.map((each) => each.map((question) => new Asked(question)));
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: LENGTH_MAX }), async (sequence) => {
      const tag = randomCode(8);
      const model = new RedisModel(systemClock, () => 0);
      const setup = () => ({
        model: { tag },
        real: [new Side(model.store), new Side(redis)] as const,
      });
      await fc.asyncModelRun(setup, sequence);
    }),
    { numRuns: RUNS, seed: Math.floor(jitterRandom() * 2 ** 31) },
  );
});
