// Lobby: where a request for a seat leads, over real rooms and the in-process store.
import { expect, test } from "vitest";
import { parseEvent } from "../../server/gate/parse.ts";
import { Creations } from "../../server/http/creations.ts";
import { openLimits } from "../../server/http/limits.ts";
import { silentLog } from "../../server/log.ts";
import { openMetrics } from "../../server/metrics.ts";
import { Lobby } from "../../server/room/lobby.ts";
import type { LoopGuard } from "../../server/room/loopGuard.ts";
import { Rooms } from "../../server/room/rooms.ts";
import type { Arrival, Tell } from "../../server/room/turn.ts";
import { openMemoryStore } from "../../server/store/memory.ts";
import { type RoomListing, type Store, StoreAway } from "../../server/store/store.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import { defineGame, type Game, one, u8 } from "../../shared/game.ts";
import type {
  ConnectionId,
  IdentityId,
  NodeId,
  PageId,
  RoomId,
  SessionId,
} from "../../shared/ids.ts";
import type { JoinRequest } from "../../shared/protocol.ts";
import { newListing, newRoomId } from "../contract/newcomers.ts";
import { nook, pond } from "./gateScene.ts";
import { pass } from "./roomsScene.ts";

interface Beside {
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly games?: readonly Game[];
}

/** Rooms of two games, with everything they tell. */
async function lobbyScene(beside?: Beside) {
  const clock = beside?.clock ?? new VirtualClock();
  const told: Tell[] = [];
  const faults: string[] = [];
  const ending: { as: ReturnType<LoopGuard> } = { as: "done" };
  const store = beside?.store ?? (await openMemoryStore({ clock }));
  const groupOf = (address: string) => address;
  const creations = new Creations({ store, own: openLimits().creations, groupOf });
  const rooms = new Rooms({
    node: "node00000001" as NodeId,
    store,
    ...{ clock, metrics: openMetrics() },
    log: {
      ...silentLog,
      fault: (event, { remedy } = {}) => void faults.push(`${event}: ${remedy}`),
    },
    games: new Map((beside?.games ?? [pond, nook]).map((game) => [game.name, game])),
    guard: (work) => {
      const ended = ending.as;
      ending.as = "done";
      if (ended === "done") work();
      else clock.advance(1_000);
      return ended;
    },
    mayCreate: (...asked) => creations.grant(...asked),
    seed: () => 1,
    defer: (callback) => void clock.after(0, callback),
    deliver: (_room, tells) => void told.push(...tells),
  });
  await rooms.start();
  return { clock, rooms, store, told, faults, ending, address: "192.0.2.1" };
}

type Scene = Awaited<ReturnType<typeof lobbyScene>>;

let connectionCount = 0;
function arriving(person: string, page: string): Arrival {
  return {
    connection: `conn${String(++connectionCount).padStart(8, "0")}` as ConnectionId,
    node: "node00000001" as NodeId,
    identity: `identity${person}` as IdentityId,
    session: `session${person}` as SessionId,
    name: person,
    page: `page-0123456789-${page}` as PageId,
    frames: "json",
  };
}

const asking = (game: Game, more: Partial<JoinRequest> = {}): JoinRequest => ({
  game: game.name,
  shape: game.shape,
  ...more,
});

/** Asks for a seat and sits down; gives the room, or why there is none. */
async function sit(scene: Scene, arrival: Arrival, request: JoinRequest) {
  const found = await scene.rooms.find(request, arrival, scene.address);
  if (found.kind === "refused") return found.reason;
  const { game, watch = false } = request;
  scene.rooms.post(found.room, { kind: "join", arrival, request: 1, watch, game });
  for (let turn = 0; turn < 30; turn++) {
    scene.clock.advance(25);
    await Promise.resolve();
  }
  return found.room;
}

test("[N14] a code of another game leads to no room, and takes no seat there", async () => {
  const scene = await lobbyScene();
  const ada = arriving("ada", "one");
  const room = await sit(scene, ada, asking(nook, { create: "private" }));
  const seated = scene.told.find((tell) => tell.kind === "seated");
  const code = seated?.seated.code ?? "";
  expect(code).not.toBe("");
  scene.told.length = 0;
  const eve = arriving("eve", "one");
  expect(await sit(scene, eve, asking(pond, { code }))).toBe(room);
  expect(scene.told).toMatchObject([
    { kind: "refusal", to: eve.connection, request: 1, reason: "room-unknown" },
  ]);
  const [hosted] = [...scene.rooms.hosted];
  expect(hosted?.machine.core.own.$seats.size).toBe(1);
});

test("[R71] a code leads to its room however somebody types it, and what is none leads to no room", async () => {
  const scene = await lobbyScene();
  const room = await sit(scene, arriving("ada", "one"), asking(nook, { create: "private" }));
  const seated = scene.told.find((tell) => tell.kind === "seated");
  const code = seated?.seated.code ?? "";
  const bob = arriving("bob", "one");
  const asked = (typed: string) => {
    const parsed = parseEvent("join", [asking(nook, { code: typed })]);
    if (parsed.kind === "misfit" || parsed.message.name !== "join") return parsed.kind;
    return sit(scene, bob, parsed.message.body);
  };
  for (const typed of [
    ...[code, code.toUpperCase(), ` ${code}\n`],
    `${code.slice(0, 3)} - ${code.slice(3)}`,
  ]) {
    expect([typed, await asked(typed)]).toEqual([typed, room]);
  }
  for (const typed of ["", " - ", "x", code.slice(1), `${code}a`, "a".repeat(64)]) {
    expect([typed, await asked(typed)]).toEqual([typed, "room-unknown"]);
  }
  expect(await asked("a".repeat(65))).toBe("misfit");
});

test("[N15] a page that asks again for any seat is led to the one it has, and another page is not", async () => {
  const scene = await lobbyScene();
  const room = await sit(scene, arriving("ada", "one"), asking(nook));
  expect(await sit(scene, arriving("bob", "one"), asking(nook))).toBe(room);
  // The room is full: for a stranger there is another one, for a page that sits there is not.
  expect(await sit(scene, arriving("eve", "one"), asking(nook))).not.toBe(room);
  expect(await sit(scene, arriving("ada", "one"), asking(nook))).toBe(room);
  const own = await sit(scene, arriving("ada", "two"), asking(nook, { create: "private" }));
  expect(own).not.toBe(room);
  expect(await sit(scene, arriving("ada", "two"), asking(nook, { create: "private" }))).toBe(own);
});

test("[N20] whoever wants any seat is not led to a room of this node that has ended or filled since it was listed", async () => {
  const scene = await lobbyScene();
  const room = await sit(scene, arriving("ada", "one"), asking(nook));
  // What is listed from here on does not come in time.
  scene.store.listRoom = () => Promise.resolve();
  expect(await sit(scene, arriving("bob", "one"), asking(nook))).toBe(room);
  const [hosted] = [...scene.rooms.hosted];
  expect(hosted?.machine.takesPlayers).toBe(false);
  expect(await sit(scene, arriving("eve", "one"), asking(nook))).not.toBe(room);
});

/** As an author has it who changed the records. */
const changed = (version: number): Game =>
  defineGame({
    ...{ name: nook.name, version, seats: { min: 1, max: 2 } },
    records: { board: one({ move: u8 }) },
    rules: {},
  }) as unknown as Game;

test("[N31] whoever wants any seat of a game whose declaration was changed gets one in a room of its own, and each room left out is told of once", async () => {
  for (const version of [nook.version, nook.version + 1]) {
    const before = await lobbyScene();
    const { clock, store } = before;
    const room = await sit(before, arriving("ada", "one"), asking(nook));
    await before.rooms.stop();
    const game = changed(version);
    const scene = await lobbyScene({ clock, store, games: [game] });
    const own = await sit(scene, arriving("bob", "one"), asking(game));
    expect(own).not.toBe(room);
    expect(await sit(scene, arriving("eve", "one"), asking(game))).toBe(own);
    expect(scene.told.filter(({ kind }) => kind === "refusal")).toEqual([]);
    await scene.rooms.adopt();
    expect(scene.faults).toEqual([expect.stringMatching(/^room-foreign: .*version.*DATA_DIR/)]);
  }
});

test("[N31] a room that turns out to be another declaration's when somebody is led there is passed over", async () => {
  const before = await lobbyScene();
  const { clock, store } = before;
  const game = changed(nook.version);
  const scene = await lobbyScene({ clock, store, games: [game] });
  const rooms: string[] = [];
  for (const person of ["ada", "ann", "amy", "abe", "art"]) {
    const create = asking(nook, { create: "listed" });
    rooms.push(await sit(before, arriving(person, "one"), create));
  }
  await before.rooms.stop();
  expect(scene.faults).toEqual([]);
  const own = await sit(scene, arriving("bob", "one"), asking(game));
  expect(rooms).not.toContain(own);
  expect(scene.told.map(({ kind }) => kind)).toContain("seated");
  expect(scene.told.filter(({ kind }) => kind === "refusal")).toEqual([]);
  expect(scene.faults).toHaveLength(3);
});

test("[N31] the list itself leads nobody to a room of another version, whoever may be asked besides", async () => {
  const scene = await lobbyScene();
  const { clock, store } = scene;
  const room = await sit(scene, arriving("ada", "one"), asking(nook));
  const find = (game: Game) =>
    new Lobby({ store, clock, games: new Map([[game.name, game]]) }).find(
      asking(game),
      arriving("bob", "one"),
      (_game, open) => Promise.resolve({ kind: "room", room: `a new room, ${open}` as RoomId }),
    );
  expect(await find(nook)).toEqual({ kind: "room", room });
  const newer = changed(nook.version + 1);
  expect(await find(newer)).toEqual({ kind: "room", room: "a new room, listed" });
});

test("[N181] a listing that is tried again takes the place of no newer one in the lobby", async () => {
  const clock = new VirtualClock();
  const store = await openMemoryStore({ clock });
  const lobby = new Lobby({ store, clock, games: new Map([[nook.name, nook]]) });
  const made = { kind: "room", room: newRoomId() } as const;
  const led = () => lobby.find(asking(nook), arriving("bob", "one"), async () => made);
  const listing = newListing(newRoomId(), { game: nook.name, gameVersion: nook.version });
  const note = (seatsTaken: number, ordinal: number) =>
    lobby.note({ ...listing, epoch: 7_000, seatsTaken, ordinal });
  expect(await led()).toEqual(made);
  note(2, 5);
  note(1, 4);
  expect(await led()).toEqual(made);
  note(1, 6);
  expect(await led()).toEqual({ kind: "room", room: listing.room });
});

test("[N174] what a node has listed of its own rooms it spreads players by at once, without reading those of all nodes again", async () => {
  const clock = new VirtualClock();
  const store = await openMemoryStore({ clock });
  let reads = 0;
  const all = store.rooms.bind(store);
  store.rooms = () => {
    reads += 1;
    return all();
  };
  const lobby = new Lobby({ store, clock, games: new Map([[nook.name, nook]]) });
  const made = { kind: "room", room: newRoomId() } as const;
  const led = async () => {
    const found = await lobby.find(asking(nook), arriving("bob", "one"), async () => made);
    return found.kind === "room" ? found.room : found.reason;
  };
  const [here, there, gone] = [1, 2, 3].map(() => {
    const listing = { ...newListing(newRoomId()), game: nook.name, gameVersion: nook.version };
    return { ...listing, status: "waiting", open: "listed", seatsTaken: 0, seatsMax: 4 } as const;
  });
  if (!here || !there || !gone) throw new Error("no listings");
  const list = async (listing: RoomListing) => {
    await store.listRoom(listing);
    lobby.note(listing);
  };
  await list({ ...here, seatsTaken: 1 });
  await store.listRoom(there);
  expect([await led(), reads]).toEqual([here.room, 1]);
  for (let seatsTaken = 2; seatsTaken <= 4; seatsTaken++) await list({ ...here, seatsTaken });
  expect([await led(), reads]).toEqual([there.room, 1]);
  await list({ ...here, seatsTaken: 3 });
  expect([await led(), reads]).toEqual([here.room, 1]);
  // Another node's are read again after a second, and all are once a room of this one has gone.
  await list({ ...here, status: "ended" });
  await store.listRoom({ ...there, seatsTaken: 4 });
  expect([await led(), reads]).toEqual([there.room, 1]);
  clock.advance(1_000);
  await list(gone);
  expect([await led(), reads]).toEqual([gone.room, 2]);
  await store.removeRoom(gone.room);
  lobby.forget();
  expect([await led(), reads]).toEqual([made.room, 3]);
});

/** A room of which a rule never returned; it stays listed. */
async function quarantinedScene() {
  const scene = await lobbyScene();
  const room = (await sit(scene, arriving("ada", "one"), asking(nook))) as RoomId;
  scene.ending.as = "timed-out";
  scene.rooms.post(room, {
    ...{ kind: "join", arrival: arriving("eve", "one"), request: 1, watch: false },
  });
  await pass(scene.clock, 1_000);
  return { scene, room };
}

test("[N31] whoever wants any seat is not led to a room in quarantine", async () => {
  const { scene, room } = await quarantinedScene();
  expect([...scene.rooms.hosted]).toEqual([]);
  scene.told.length = 0;
  expect(await sit(scene, arriving("bob", "one"), asking(nook))).not.toBe(room);
  expect(scene.told.map(({ kind }) => kind)).toContain("seated");
  expect(scene.told.filter(({ kind }) => kind === "refusal")).toEqual([]);
});

test("[N145] a room in quarantine is not taken over again by the node that put it there", async () => {
  const { scene, room } = await quarantinedScene();
  const top = await scene.store.logTop(room);
  await scene.rooms.adopt();
  expect([...scene.rooms.hosted].map(({ id }) => id)).toEqual([]);
  expect(await scene.store.logTop(room)).toEqual(top);
});

test("[N15] a page that asks again before its first request had its turn gets no second seat", async () => {
  const scene = await lobbyScene();
  await sit(scene, arriving("ada", "one"), asking(nook));
  const bob = arriving("bob", "one");
  const first = await scene.rooms.find(asking(nook), bob, scene.address);
  if (first.kind === "refused") throw new Error(first.reason);
  scene.rooms.post(first.room, { kind: "join", arrival: bob, request: 1, watch: false });
  const found = await scene.rooms.find(
    asking(nook, { create: "listed" }),
    arriving("bob", "one"),
    scene.address,
  );
  expect(found).toEqual(first);
});

test("[N13] an address makes twenty rooms an hour, and a person has seats in three at most", async () => {
  const scene = await lobbyScene();
  const create = asking(nook, { create: "private" });
  const outcomes: string[] = [];
  for (let at = 0; at < 21; at++)
    outcomes.push(await sit(scene, arriving(`person${at}`, "one"), create));
  expect(new Set(outcomes.slice(0, 20)).size).toBe(20);
  expect(outcomes[20]).toBe("creations-too-many");
  const refused = await scene.rooms.find(create, arriving("late", "one"), scene.address);
  const { retryInMs = 0 } = refused as { retryInMs?: number };
  expect(retryInMs).toBeGreaterThan(3_000_000);
  expect(retryInMs).toBeLessThanOrEqual(3_600_000);
  // Joining a room there is costs nothing, and another address has its own count.
  const pages = ["one", "two", "three", "four"].map((page) => arriving("ada", page));
  const own: string[] = [];
  scene.address = "192.0.2.2";
  for (const page of pages) own.push(await sit(scene, page, create));
  expect(new Set(own).size).toBe(4);
  expect(own[3]).toBe("rooms-too-many");
});

test("[N27] what an address and a person make is counted over all nodes", async () => {
  const scene = await lobbyScene();
  const other = await lobbyScene(scene);
  const create = asking(nook, { create: "private" });
  const make = (of: Scene, person: string, address: string) =>
    of.rooms.find(create, arriving(person, `number${++connectionCount}`), address);
  const kinds: string[] = [];
  for (let at = 0; at < 21; at++) {
    const found = await make(at % 2 === 0 ? scene : other, `person${at}`, "192.0.2.1");
    kinds.push(found.kind === "room" ? "room" : found.reason);
  }
  expect(kinds.filter((kind) => kind === "room")).toHaveLength(20);
  expect(kinds[20]).toBe("creations-too-many");
  const own: unknown[] = [];
  for (let at = 0; at < 6; at++)
    own.push(await make(at % 2 === 0 ? scene : other, "ada", `198.51.100.${at}`));
  expect(own.slice(0, 5)).not.toContainEqual(expect.objectContaining({ kind: "refused" }));
  expect(own[5]).toMatchObject({ kind: "refused", reason: "creations-too-many" });
  expect((own[5] as { retryInMs: number }).retryInMs).toBeLessThanOrEqual(60_000);
});

test("[N28] while the store does not count each node counts an address for itself", async () => {
  const scene = await lobbyScene();
  scene.store.count = () => Promise.reject(new StoreAway("away"));
  const create = asking(nook, { create: "private" });
  const kinds: string[] = [];
  for (let at = 0; at < 21; at++)
    kinds.push(await sit(scene, arriving(`person${at}`, "one"), create));
  expect(new Set(kinds.slice(0, 20)).size).toBe(20);
  expect(kinds[20]).toBe("creations-too-many");
});
