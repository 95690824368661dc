// Writing back: rooms whose store has lost or forgotten what was in it, while their host has them in
// memory: what is written back, what leaves meanwhile, and who gives way.

import { expect, test } from "vitest";
import { type Log, type LogFields, silentLog } from "../../server/log.ts";
import { openMetrics } from "../../server/metrics.ts";
import { openMemoryStore } from "../../server/store/memory.ts";
import { type Store, StoreAway } from "../../server/store/store.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import { defineGame, type Game, many, refuse, text } from "../../shared/game.ts";
import type { NodeId } from "../../shared/ids.ts";
import { newRoom, nodeOver, pass, sitDown } from "./roomsScene.ts";

/** A game in which nothing happens unless somebody writes. */
const book = defineGame({
  name: "book",
  version: 1,
  seats: { min: 1, max: 2 },
  records: { lines: many({ text: text(32) }) },
  commands: { write: { text: text(32) } },
  rules: {
    write(room, _seat, { text: written }) {
      if (written === "") return refuse("empty-line");
      room.state.lines.add({ text: written });
      return undefined;
    },
  },
}) as unknown as Game;

/** What a test does to the store that the host is on. */
interface Levers {
  /** The inside that answers; another one holds what it was given and nothing else. */
  inside: Store;
  incarnation: string;
  /** Writing a room back is not done, or done without an answer, or the last that its host does. */
  reseed: "well" | "away" | "lost" | "last";
  isHostDead: boolean;
  isAway: boolean;
}

/** A store that a test may exchange under its host, as a Redis is emptied or replaced by its copy. */
function exchanged(levers: Levers): Store {
  const reseedRoom: Store["reseedRoom"] = async (...of) => {
    if (levers.reseed === "away") throw new StoreAway("away");
    const outcome = await levers.inside.reseedRoom(...of);
    if (levers.reseed === "lost") throw new StoreAway("no answer");
    levers.isHostDead = levers.reseed === "last";
    return outcome;
  };
  return new Proxy(levers.inside, {
    get(_, name) {
      if (name === "incarnation") return levers.incarnation;
      if (levers.isHostDead) return () => new Promise(() => undefined);
      if (levers.isAway) return () => Promise.reject(new StoreAway("away"));
      if (name === "reseedRoom") return reseedRoom;
      const method: unknown = Reflect.get(levers.inside, name, levers.inside);
      return typeof method === "function" ? method.bind(levers.inside) : method;
    },
  });
}

/** A room in which Ann sits and has written two lines. */
async function writtenScene() {
  const clock = new VirtualClock();
  const inside = await openMemoryStore({ clock });
  const levers: Levers = {
    ...{ inside, incarnation: "first", reseed: "well", isHostDead: false, isAway: false },
  };
  const metrics = openMetrics();
  const lines: { readonly event: string; readonly fields: LogFields }[] = [];
  const told = (event: string, fields: LogFields = {}) => void lines.push({ event, fields });
  const log: Log = { ...silentLog, note: told, warn: told };
  const node = nodeOver({ store: exchanged(levers), clock, game: book, metrics, log }, 1);
  const room = await newRoom(node);
  const post = sitDown(node, room, 1);
  await pass(clock, 500);
  const hosted = () => [...node.rooms.hosted].find(({ id }) => id === room);
  const place = () => {
    const { epoch = 0, machine } = hosted() ?? {};
    return { epoch, version: machine?.core.version ?? 0 };
  };
  const instance = () => {
    const seat = hosted()?.machine.core.own.$seats.get(0);
    return [seat?.instanceEpoch ?? 0, seat?.instanceCount ?? 0] as const;
  };
  const write = (seq: number) => {
    const command = { seq, name: "write", args: { text: `line ${seq}` } };
    post({ kind: "commands", instance: instance(), commands: [command] });
  };
  const notices = () =>
    node.tells.flatMap((tell) => (tell.kind === "notice" ? [tell.notice.kind] : []));
  /** Lines of the room as somebody who takes it over finds them in the store. */
  const storedLines = async (): Promise<readonly string[]> => {
    const heir = nodeOver({ store: levers.inside, clock, game: book }, 2);
    await pass(clock, 100);
    sitDown(heir, room, 9);
    await pass(clock, 500);
    const found = [...heir.rooms.hosted].find(({ id }) => id === room);
    const lines = found?.machine.core.state.face.lines as Iterable<{ text: string }> | undefined;
    return [...(lines ?? [])].map((line) => line.text);
  };
  const empty = async () => {
    levers.inside = await openMemoryStore({ clock });
    levers.incarnation = "second";
  };
  write(1);
  await pass(clock, 200);
  write(2);
  await pass(clock, 200);
  const seen = { notices, storedLines, lines, metrics };
  return { clock, levers, node, room, write, hosted, place, empty, ...seen };
}

test("[D133] a room whose store was emptied is written back with the commit that found it, and goes on as it was", async () => {
  const { clock, levers, node, room, write, hosted, place, notices, storedLines, empty } =
    await writtenScene();
  const before = place();
  const same = hosted();
  await empty();
  // Nobody has looked yet: the commit itself finds that there is no log.
  write(3);
  await pass(clock, 200, 10);
  // And each epoch begins with a commit of its own.
  expect(place()).toEqual({ epoch: expect.any(Number), version: before.version + 2 });
  expect(place().epoch).toBeGreaterThan(before.epoch);
  expect(hosted() === same).toBe(true);
  expect(notices()).toEqual(["paused", "resumed"]);
  expect(node.tells.filter(({ kind }) => kind === "detached")).toEqual([]);
  write(4);
  await pass(clock, 1_000);
  expect(await storedLines()).toEqual(["line 1", "line 2", "line 3", "line 4"]);
  expect(await levers.inside.rooms()).toMatchObject([{ room, game: "book" }]);
});

test("[D134, D172] a room that stands idle when its store may have lost it is written back, with its listing, code and seats", async () => {
  const { clock, levers, room, place, storedLines, empty } = await writtenScene();
  const [listing] = await levers.inside.rooms();
  const before = place();
  await empty();
  await pass(clock, 1_000);
  expect(await levers.inside.logTop(room)).toMatchObject({ ...place(), node: "node000001" });
  expect(place().version).toBe(before.version + 1);
  expect(await levers.inside.roomByCode(listing?.code ?? "")).toBe(room);
  const seats = await levers.inside.seatsOf("identityann" as never);
  expect(seats).toMatchObject([{ room, seat: 0 }]);
  expect(await storedLines()).toEqual(["line 1", "line 2"]);
});

test("[D164] a room whose host dies as soon as it has written it back is found by the others, with who sat in it", async () => {
  const { clock, levers, room, empty } = await writtenScene();
  levers.reseed = "last";
  await empty();
  await pass(clock, 1_000);
  expect(levers.isHostDead).toBe(true);
  const heir = nodeOver({ store: levers.inside, clock, game: book }, 2);
  await heir.rooms.adopt();
  const [found] = heir.rooms.hosted;
  expect(found?.id).toBe(room);
  await pass(clock, 200);
  expect(found?.machine.core.own.$seats.get(0)).toMatchObject({ name: "Ann", presence: "away" });
  expect(await levers.inside.seatsOf("identityann" as never)).toMatchObject([{ room, seat: 0 }]);
});

test("[D165] listing, code and seats that the store has lost are written anew where the log is whole", async () => {
  const { clock, levers, room, hosted, place } = await writtenScene();
  const [listing] = await levers.inside.rooms();
  const before = place();
  const { version, bytes } = hosted()?.machine.snapshot() ?? {
    version: 0,
    bytes: new Uint8Array(),
  };
  // Its time is none: the claim gets the epoch that the room has.
  const logAlone = await openMemoryStore({ clock: new VirtualClock() });
  const node = "node000001" as NodeId;
  await logAlone.reseedRoom(room, { node, epoch: before.epoch - 1, version, bytes });
  expect(await logAlone.logTop(room)).toEqual({ ...before, node });
  levers.inside = logAlone;
  levers.incarnation = "second";
  await pass(clock, 1_000);
  expect(place()).toEqual(before);
  expect(await logAlone.rooms()).toMatchObject([{ room, seatsTaken: 1 }]);
  expect(await logAlone.roomByCode(listing?.code ?? "")).toBe(room);
  expect(await logAlone.seatsOf("identityann" as never)).toMatchObject([{ room, seat: 0 }]);
});

test("[D135] a log that forgot its newest entries is found before the next commit, and those are written back", async () => {
  const { clock, levers, node, room, write, hosted, notices, storedLines } = await writtenScene();
  // A copy that had not come so far takes the store's place.
  const stored = await levers.inside.loadRoom(room);
  const lagging = await openMemoryStore({ clock: new VirtualClock() });
  const { epoch } = stored?.snapshot.place ?? { epoch: 0 };
  const bytes = stored?.snapshot.bytes ?? new Uint8Array();
  const bottom = { node: "node000001" as NodeId, epoch: epoch - 1, version: 0, bytes };
  await lagging.reseedRoom(room, bottom);
  levers.inside = lagging;
  levers.incarnation = "second";
  const same = hosted();
  await pass(clock, 1_000);
  write(3);
  await pass(clock, 500);
  expect(hosted() === same).toBe(true);
  expect(notices()).toContain("resumed");
  expect(node.tells.filter(({ kind }) => kind === "detached")).toEqual([]);
  expect(await storedLines()).toEqual(["line 1", "line 2", "line 3"]);
});

test("[D136] nothing of a room leaves until it is written back, and a lost answer to that is no loss", async () => {
  const { clock, levers, node, write, hosted, notices, storedLines, empty } = await writtenScene();
  const same = hosted();
  await empty();
  levers.reseed = "away";
  write(3);
  await pass(clock, 100);
  node.tells.splice(0);
  await pass(clock, 3_000);
  expect(node.tells).toEqual([]);
  levers.reseed = "lost";
  await pass(clock, 600);
  levers.reseed = "well";
  await pass(clock, 1_000);
  expect(hosted() === same).toBe(true);
  expect(notices()).toEqual(["resumed"]);
  expect(await storedLines()).toEqual(["line 1", "line 2", "line 3"]);
});

test("[D137] a host whose room was claimed while it was away gives way when the store has changed, and writes nothing back", async () => {
  const { clock, levers, room, node, hosted, place } = await writtenScene();
  const { epoch } = place();
  const claim = await levers.inside.claimRoom(room, "node000007" as NodeId, epoch);
  levers.incarnation = "second";
  await pass(clock, 1_000);
  expect(hosted()).toBeUndefined();
  expect(node.tells.at(-1)).toMatchObject({ kind: "detached", reason: "room-moved" });
  expect(claim).toMatchObject({ kind: "claimed" });
  expect(await levers.inside.logTop(room)).toMatchObject({ node: "node000007" });
});

test("[D183] what a room that stood still already turns out to have lost is counted and told once, however often it is tried", async () => {
  const { clock, levers, write, notices, lines, metrics, empty } = await writtenScene();
  const stills = async (kind: string) =>
    (await metrics.text()).includes(`holdfast_standstills_total{kind="${kind}"} 1\n`);
  const told = () => lines.filter(({ event }) => event === "room-log-lost").length;
  levers.isAway = true;
  write(3);
  await pass(clock, 1_000);
  expect([await stills("unknown"), await stills("missing"), told()]).toEqual([true, false, 0]);
  await empty();
  levers.isAway = false;
  levers.reseed = "away";
  await pass(clock, 1_000);
  levers.reseed = "well";
  await pass(clock, 1_000);
  expect(notices()).toEqual(["paused", "resumed"]);
  expect([await stills("unknown"), await stills("missing"), told()]).toEqual([true, true, 1]);
});

test("[D185] of rooms that stand still at a moment, and go on, an operator is told in one line each, with how many", async () => {
  const { clock, levers, node, write, lines } = await writtenScene();
  const [one, other] = [await newRoom(node), await newRoom(node)];
  const told = (event: string) =>
    lines.filter((line) => line.event === event).map(({ fields }) => fields);
  levers.isAway = true;
  write(3);
  sitDown(node, one, 2);
  await pass(clock, 300);
  sitDown(node, other, 3);
  await pass(clock, 3_000);
  expect(told("rooms-paused")).toMatchObject([
    { count: 3, remedy: expect.stringContaining("look at the store") },
  ]);
  expect(told("rooms-resumed")).toEqual([]);
  levers.isAway = false;
  await pass(clock, 3_000);
  expect(told("rooms-resumed")).toMatchObject([{ count: 3 }]);
  expect(told("rooms-resumed")[0]?.durationMs).toBeGreaterThanOrEqual(3_000);
  expect(told("rooms-paused")).toHaveLength(1);
});
