// Standstill: rooms whose store is away, odd or slow, and rooms that are interrupted: what waits for
// them, what becomes of them, and that they go on.

import { expect, test } from "vitest";
import type { LoopGuard } from "../../server/room/loopGuard.ts";
import type { Arrival } from "../../server/room/turn.ts";
import { openMemoryStore } from "../../server/store/memory.ts";
import { type AppendOutcome, type Store, StoreAway } from "../../server/store/store.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import { defineGame, type Game, one, u32 } from "../../shared/game.ts";
import type { ConnectionId, IdentityId, NodeId, PageId, SessionId } from "../../shared/ids.ts";
import type { NumberedCommand } from "../../shared/protocol.ts";
import { logbook } from "./harbour.ts";
import { type Node, newRoom, nodeOver, pass, sitDown } from "./roomsScene.ts";

/** A game in which every tick writes. */
const chime = defineGame({
  name: "chime",
  version: 1,
  seats: { min: 1, max: 3 },
  tickHz: 20,
  records: { bell: one({ strokes: u32 }) },
  rules: {
    tick(room) {
      room.state.bell.strokes += 1;
    },
  },
});

/** How the store answers about logs. */
interface Levers {
  /** `lost`: it is done, and the answer does not come. */
  append: "well" | "away" | "rejects" | "lost";
  top: "well" | "away" | "rejects";
  /** How late answers to appends, and to listings, are. */
  appendMs: number;
  listMs: number;
  /** How many of the next links of seats, and unlinks, fail. */
  linksFailing: number;
  /** When a link of a seat was asked for. */
  readonly linksAskedMs: number[];
  readonly watchers: Set<(status: "away" | "back") => void>;
  unlinksFailing: number;
  /** How late the top of a log, and a claim, is answered. */
  topMs: number;
  claimMs: number;
}

const REFUSED = new Error("NOPERM this user has no permissions");

/** The in-process store, with its answers about logs in a test's hand. */
async function leveredStore(clock: VirtualClock, levers: Levers): Promise<Store> {
  const store = await openMemoryStore({ clock });
  const late = (ms: number) => new Promise<void>((done) => void clock.after(ms, done));
  const append: Store["append"] = async (entries) => {
    if (levers.appendMs > 0) await late(levers.appendMs);
    if (levers.append === "rejects") throw REFUSED;
    const outcomes = levers.append === "away" ? [] : await store.append(entries);
    if (levers.append === "well") return outcomes;
    return entries.map((): AppendOutcome => ({ kind: "unknown", cause: "away" }));
  };
  const logTop: Store["logTop"] = async (room) => {
    if (levers.topMs > 0) await late(levers.topMs);
    if (levers.top === "rejects") throw REFUSED;
    if (levers.top === "away") throw new StoreAway("away");
    return store.logTop(room);
  };
  const listRoom: Store["listRoom"] = async (listing) => {
    if (levers.listMs > 0) await late(levers.listMs);
    return store.listRoom(listing);
  };
  const linkSeat: Store["linkSeat"] = async (...of) => {
    levers.linksAskedMs.push(clock.now());
    if (levers.linksFailing-- > 0) throw new StoreAway("away");
    return store.linkSeat(...of);
  };
  const unlinkSeat: Store["unlinkSeat"] = async (...of) => {
    if (levers.unlinksFailing-- > 0) throw new StoreAway("away");
    return store.unlinkSeat(...of);
  };
  const claimRoom: Store["claimRoom"] = async (...of) => {
    if (levers.claimMs > 0) await late(levers.claimMs);
    return store.claimRoom(...of);
  };
  const watch: Store["watch"] = (watcher) => {
    levers.watchers.add(watcher);
    return () => void levers.watchers.delete(watcher);
  };
  const logs = { append, logTop, claimRoom };
  const levered: Partial<Store> = { ...logs, listRoom, linkSeat, unlinkSeat, watch };
  return new Proxy(store, {
    get(whole, name) {
      const own: unknown = Reflect.get(levered, name);
      if (own !== undefined) return own;
      const method: unknown = Reflect.get(whole, name, whole);
      return typeof method === "function" ? method.bind(whole) : method;
    },
  });
}

/** A room in which Ann sits, over a store that answers as its levers say. */
async function seatedScene(game: Game = logbook as unknown as Game, guard?: LoopGuard) {
  const clock = new VirtualClock();
  const levers: Levers = {
    append: "well",
    top: "well",
    appendMs: 0,
    listMs: 0,
    linksFailing: 0,
    linksAskedMs: [],
    watchers: new Set(),
    unlinksFailing: 0,
    topMs: 0,
    claimMs: 0,
  };
  const store = await leveredStore(clock, levers);
  const ground = { store, clock, game, ...(guard === undefined ? {} : { guard }) };
  const node: Node = nodeOver(ground, 1);
  const room = await newRoom(node);
  const post = sitDown(node, room, 1);
  await pass(clock, 200);
  const hosted = () => [...node.rooms.hosted].find(({ id }) => id === room);
  const instance = () => {
    const seat = hosted()?.machine.core.own.$seats.get(0);
    return [seat?.instanceEpoch ?? 0, seat?.instanceCount ?? 0] as const;
  };
  const lines = () => {
    const book = hosted()?.machine.core.state.face.lines as Iterable<{ text: string }> | undefined;
    return [...(book ?? [])].map(({ text }) => text);
  };
  const told = (kind: string) =>
    node.tells.filter((tell) => tell.kind === "notice" && tell.notice.kind === kind).length;
  return { clock, levers, store, node, room, post, hosted, instance, lines, told };
}

const bob: Arrival = {
  connection: "connectionbob" as ConnectionId,
  node: "node000001" as NodeId,
  identity: "identitybob" as IdentityId,
  session: "sessionbob" as SessionId,
  name: "Bob",
  page: "page-of-bob-number-1" as PageId,
  frames: "binary",
};

const write = (seq: number): NumberedCommand => ({
  seq,
  name: "write",
  args: { text: `line ${seq}` },
});

/** Whoever hosted the room is gone, and it falls to the node that asks. */
const NOBODY_ELSE = {
  isHost: async () => false,
  isOurs: () => true,
  elsewhere: () => undefined,
  taken: () => undefined,
};

test("[R40] what waits for a room that stands still is what still counts, however long it stands", async () => {
  const scene = await seatedScene();
  const { clock, levers, room, node, post, hosted, instance, lines } = scene;
  levers.append = "away";
  levers.top = "away";
  await pass(clock, 200);
  const mine = instance();
  for (let n = 1; n <= 20_000; n++) {
    post({ kind: "input", n, name: "steer", values: { by: n % 256 } });
    const commands = [write(1), write(2), write(3)].slice(0, 1 + (n % 3));
    if (n % 10 === 0) post({ kind: "commands", instance: mine, commands });
    if (n % 50 === 0) post({ kind: "sync", bookmark: undefined });
    if (n % 7 === 0) post({ kind: "input", n, name: `odd${n}`, values: {} });
    if (n % 40 === 0) post({ kind: "commands", instance: [n, n], commands: [write(1)] });
    if (n % 50 === 0) post({ kind: n % 100 === 0 ? "idle" : "active" });
  }
  // Who comes meanwhile is not forgotten over it.
  node.rooms.post(room, { kind: "join", arrival: bob, request: 7, watch: false });
  for (let n = 20_001; n <= 22_000; n++)
    post({ kind: "input", n, name: "steer", values: { by: n % 256 } });
  post({ kind: "commands", instance: mine, commands: [write(1), write(2), write(3)] });
  expect(hosted()?.inbox.length).toBeLessThan(1_100);
  levers.append = "well";
  levers.top = "well";
  await pass(clock, 1_000);
  expect(lines()).toEqual(["line 1", "line 2", "line 3"]);
  expect(node.tells).toContainEqual(expect.objectContaining({ kind: "seated", request: 7 }));
  expect(hosted()?.machine.core.own.$seats.size).toBe(2);
  expect(hosted()?.inbox).toEqual([]);
});

test("[R41] a store that answers what nobody expects pauses its rooms, and they go on when it is mended", async () => {
  for (const odd of ["append", "top"] as const) {
    const { clock, levers, post, instance, lines, told } = await seatedScene();
    levers.append = odd === "append" ? "rejects" : "away";
    levers.top = odd === "top" ? "rejects" : "well";
    post({ kind: "commands", instance: instance(), commands: [write(1)] });
    await pass(clock, 2_000);
    expect([odd, told("paused"), told("resumed")]).toEqual([odd, 1, 0]);
    levers.append = "well";
    levers.top = "well";
    await pass(clock, 2_000);
    expect([odd, told("resumed"), lines()]).toEqual([odd, 1, ["line 1"]]);
  }
});

test("[R43] a commit whose answer was lost is found in the log and told, once, by the room that made it", async () => {
  const { clock, levers, node, post, instance, lines, told, hosted } = await seatedScene();
  const before = hosted();
  levers.append = "lost";
  post({ kind: "commands", instance: instance(), commands: [write(1)] });
  await pass(clock, 1_000);
  expect([told("paused"), told("resumed"), lines()]).toEqual([1, 1, ["line 1"]]);
  levers.append = "well";
  post({ kind: "commands", instance: instance(), commands: [write(1), write(2)] });
  await pass(clock, 1_000);
  expect(lines()).toEqual(["line 1", "line 2"]);
  expect(hosted() === before).toBe(true);
  expect(node.tells.filter(({ kind }) => kind === "detached")).toEqual([]);
});

test("[R42] a room that was interrupted without having looped is loaded anew, and one that looped is not", async () => {
  let end: "timed-out" | "held-up" | "done" = "done";
  let loopsMs = 0;
  const clockOf: { clock?: VirtualClock } = {};
  const guard: LoopGuard = (work) => {
    const ended = end;
    end = "done";
    if (ended === "done") work();
    else if (loopsMs > 0) clockOf.clock?.advance(loopsMs);
    return ended;
  };
  for (const [how, ms, reason] of [
    ["held-up", 5_000, "room-stopped"],
    ["timed-out", 0, "room-stopped"],
    ["timed-out", 900, "room-quarantined"],
  ] as const) {
    const scene = await seatedScene(logbook as unknown as Game, guard);
    clockOf.clock = scene.clock;
    loopsMs = ms;
    end = how;
    await pass(scene.clock, 100);
    const detached = scene.node.tells.filter(({ kind }) => kind === "detached");
    expect([how, ms, detached]).toMatchObject([how, ms, [{ reason }]]);
  }
});

test("[R44] whoever waits for a room that is let go of is answered, also in the turn that came to nothing", async () => {
  const { clock, levers, store, node, room, hosted } = await seatedScene(chime as unknown as Game);
  const join = (request: number, name: string) => {
    const [connection, page] = [`connection${name}`, `page-of-${name}-number-1`] as [never, never];
    const arrival = { ...bob, connection, page, identity: `identity${name}` as IdentityId };
    node.rooms.post(room, { kind: "join", arrival, request, watch: false });
  };
  levers.append = "away";
  levers.top = "away";
  // Bob's turn has an entry that does not arrive, and with it Dan's "full"; Cid comes after it.
  join(7, "bob");
  join(9, "dan");
  await pass(clock, 200);
  join(8, "cid");
  const claim = await store.claimRoom(room, "node000009" as NodeId, hosted()?.epoch ?? 0);
  expect(claim.kind).toBe("claimed");
  levers.top = "well";
  await pass(clock, 1_000);
  expect(hosted()).toBeUndefined();
  const ends = node.tells.filter(({ kind }) => kind === "detached" || kind === "refusal");
  expect(ends).toMatchObject([
    { kind: "detached", to: "connection1", reason: "room-moved" },
    { kind: "refusal", to: "connectionbob", request: 7, reason: "room-moved" },
    { kind: "refusal", to: "connectiondan", request: 9, reason: "room-moved" },
    { kind: "refusal", to: "connectioncid", request: 8, reason: "room-moved" },
  ]);
});

test("[N17] a room in which nobody is connected is put away, and never while a commit of it is on its way", async () => {
  const { clock, levers, node, post, hosted } = await seatedScene(chime as unknown as Game);
  clock.advance(40);
  await node.rooms.start();
  const room = hosted();
  post({ kind: "gone" });
  let waitedMs = 0;
  for (; hosted() !== undefined && waitedMs < 90_000; waitedMs += 10) {
    // For a while whoever looks finds it busy.
    levers.appendMs = waitedMs < 25_000 ? 45 : 30;
    // A commit is on its way when the first listing is written, and none when the next is.
    levers.listMs = waitedMs < 38_000 ? 70 : 50;
    await pass(clock, 10, 10);
  }
  expect([hosted() === undefined, room?.phase.kind]).toEqual([true, "idle"]);
  expect(waitedMs).toBeLessThan(45_000);
});

test("[N163] a room that failed while it was put away, and is played again by then, is left alone", async () => {
  const ending: { as: ReturnType<LoopGuard> } = { as: "done" };
  const guard: LoopGuard = (work) => {
    const ended = ending.as;
    ending.as = "done";
    if (ended === "done") work();
    return ended;
  };
  const scene = await seatedScene(logbook as unknown as Game, guard);
  const { clock, levers, node, room, post, hosted } = scene;
  await node.rooms.start();
  const before = hosted();
  post({ kind: "gone" });
  levers.listMs = 4_000;
  await pass(clock, 37_000);
  ending.as = "held-up";
  sitDown(node, room, 2);
  await pass(clock, 100);
  expect(hosted()).toBeUndefined();
  sitDown(node, room, 3);
  await pass(clock, 10_000);
  expect(hosted()).not.toBe(before);
  expect(hosted()?.machine.attachedCount).toBe(1);
});

test("[N18] what is written late of a seat is how it is by then: a link that failed does not outlive the seat", async () => {
  const { clock, levers, store, node, room, post, instance } = await seatedScene(
    chime as unknown as Game,
  );
  const links = async () => (await store.seatsOf("identityann" as never)).map((seat) => seat.room);
  expect(await links()).toEqual([room]);
  levers.linksFailing = 1;
  const other = await newRoom(node);
  const postOther = sitDown(node, other, 4);
  await pass(clock, 200);
  const hosted = [...node.rooms.hosted].find(({ id }) => id === other);
  const seat = hosted?.machine.core.own.$seats.get(0);
  postOther({ kind: "leave", instance: [seat?.instanceEpoch ?? 0, seat?.instanceCount ?? 0] });
  await pass(clock, 3_000);
  expect(await links()).toEqual([room]);
  // Bob keeps the room going while Ann leaves and comes again, before her unlink is written.
  node.rooms.post(room, { kind: "join", arrival: bob, request: 7, watch: false });
  levers.unlinksFailing = 1;
  post({ kind: "leave", instance: instance() });
  await pass(clock, 100);
  sitDown(node, room, 5);
  await pass(clock, 3_000);
  expect(await links()).toEqual([room]);
});

test("[N18] what is written late of a seat is how it is by then: a link that failed names the seat that is held", async () => {
  const { clock, levers, store, node, room, instance } = await seatedScene(
    chime as unknown as Game,
  );
  const linked = async () => (await store.seatsOf("identityann" as never)).map(({ seat }) => seat);
  node.rooms.post(room, { kind: "join", arrival: bob, request: 7, watch: false });
  await pass(clock, 100);
  levers.linksFailing = 1;
  const post = sitDown(node, room, 5);
  await pass(clock, 100);
  // Before it is tried again Ann leaves, and sits down again beside somebody who has her seat by then.
  post({ kind: "leave", instance: instance() });
  await pass(clock, 100);
  const cas = { ...bob, connection: "connectioncas" as ConnectionId };
  const arrival = { ...cas, identity: "identitycas" as IdentityId, page: "page-of-cas" as PageId };
  node.rooms.post(room, { kind: "join", arrival, request: 8, watch: false });
  await pass(clock, 100);
  sitDown(node, room, 6);
  await pass(clock, 100);
  expect(await linked()).toEqual([2]);
  await pass(clock, 3_000);
  expect(await linked()).toEqual([2]);
});

test("[N18] what is written late of a seat is how it is by then: what an older host has not written takes no link of a newer one", async () => {
  const { clock, levers, store, node, room, post, instance } = await seatedScene(
    chime as unknown as Game,
  );
  const links = async () => (await store.seatsOf("identityann" as never)).map((seat) => seat.room);
  node.rooms.post(room, { kind: "join", arrival: bob, request: 7, watch: false });
  levers.unlinksFailing = 1;
  post({ kind: "leave", instance: instance() });
  await pass(clock, 100);
  const next = nodeOver(
    { store, clock, game: chime as unknown as Game, neighbours: NOBODY_ELSE },
    2,
  );
  await next.rooms.adopt();
  sitDown(next, room, 5);
  await pass(clock, 300);
  expect(await links()).toEqual([room]);
  await pass(clock, 3_000);
  expect(await links()).toEqual([room]);
});

test("[N19] a node that takes a room over in the moment in which somebody asks for it hosts it once", async () => {
  const { clock, levers, store, room } = await seatedScene(chime as unknown as Game);
  const next = nodeOver(
    { store, clock, game: chime as unknown as Game, neighbours: NOBODY_ELSE },
    2,
  );
  levers.topMs = 50;
  levers.claimMs = 100;
  const adopting = next.rooms.adopt();
  await pass(clock, 10, 10);
  sitDown(next, room, 9);
  await pass(clock, 2_000);
  await adopting;
  const hosted = [...next.rooms.hosted].find(({ id }) => id === room);
  expect(hosted?.machine.attachedCount).toBe(1);
  expect(await store.loadRoom(room)).toMatchObject({ node: "node000002" });
});

test("[N169] a node that has stopped hosts no room and tries nothing again, whatever was on its way", async () => {
  const { clock, levers, store, node, room, post, instance } = await seatedScene(
    chime as unknown as Game,
  );
  levers.unlinksFailing = 100;
  post({ kind: "leave", instance: instance() });
  await pass(clock, 200);
  const other = nodeOver({ store, clock, game: chime as unknown as Game }, 2);
  levers.claimMs = 100;
  sitDown(other, room, 9);
  const { identity, page } = bob;
  const asked = { game: chime.name, shape: chime.shape, create: "private" as const };
  const finding = other.rooms.find(asked, { identity, page }, "192.0.2.1");
  const stopping = Promise.all([node.rooms.stop(), other.rooms.stop()]);
  await pass(clock, 200);
  await stopping;
  await finding;
  sitDown(other, room, 10);
  const left = levers.unlinksFailing;
  await pass(clock, 3_000);
  expect([...node.rooms.hosted, ...other.rooms.hosted]).toEqual([]);
  expect(other.tells.at(-1)).toMatchObject({ kind: "refusal", reason: "server-draining" });
  expect(levers.unlinksFailing).toBe(left);
  expect(clock.nextMs).toBeUndefined();
});

test("[N173] what could not be written is tried again later each time, a minute at most, and at once when the store is back", async () => {
  const { clock, levers, store, node, room } = await seatedScene(chime as unknown as Game);
  const links = async () => (await store.seatsOf(bob.identity)).map((seat) => seat.room);
  const tell = (status: "away" | "back") => {
    for (const watcher of levers.watchers) watcher(status);
  };
  levers.linksFailing = Number.POSITIVE_INFINITY;
  const began = levers.linksAskedMs.length;
  const tries = () => levers.linksAskedMs.length - began;
  node.rooms.post(room, { kind: "join", arrival: bob, request: 7, watch: false });
  await pass(clock, 310_000, 500);
  const askedMs = levers.linksAskedMs.slice(began);
  const waits = askedMs.slice(1).map((atMs, at) => Math.round((atMs - (askedMs[at] ?? 0)) / 1_000));
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
  tell("away");
  await pass(clock, 100);
  expect(tries()).toBe(askedMs.length);
  // It is back for a moment only: the waits begin anew.
  tell("back");
  await pass(clock, 900);
  expect(tries()).toBe(askedMs.length + 1);
  await pass(clock, 200);
  expect(tries()).toBe(askedMs.length + 2);
  expect(await links()).toEqual([]);
  levers.linksFailing = 0;
  tell("back");
  await pass(clock, 50);
  expect(await links()).toEqual([room]);
  await pass(clock, 70_000, 500);
  expect(tries()).toBe(askedMs.length + 3);
  const stopping = node.rooms.stop();
  await pass(clock, 1_000);
  await stopping;
  expect(levers.watchers.size).toBe(0);
});
