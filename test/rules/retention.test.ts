// Retention: rooms that nobody comes back to, over the rooms of real nodes and the in-process store,
// through weeks of virtual time.

import { expect, test } from "vitest";
import { silentLog } from "../../server/log.ts";
import { Errands } from "../../server/room/errands.ts";
import { newRoom as makeRoom } from "../../server/room/loading.ts";
import { RoomMachine } from "../../server/room/room.ts";
import type { RoomInput } from "../../server/room/turn.ts";
import { openMemoryStore } from "../../server/store/memory.ts";
import { ROOM_LIFE_MS, type RoomListing, StoreAway } from "../../server/store/store.ts";
import { Table } from "../../server/testing/testing.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import { defineGame, type Game, one, u8, u32 } from "../../shared/game.ts";
import type { RoomId } from "../../shared/ids.ts";
import { REASONS } from "../../shared/reasons.ts";
import { divers } from "./divers.ts";
import { newRoom, nodeOver, pass, sitDown } from "./roomsScene.ts";

const DAY_MS = 86_400_000;
const FORSAKEN: RoomInput = { kind: "forsaken" };
const diving = divers as unknown as Game;

const patient = (graceDays: number) =>
  defineGame({
    name: "patient",
    version: 1,
    seats: { min: 1, max: 2, graceMs: graceDays * DAY_MS },
    records: { board: one({ move: u8 }) },
    commands: {},
    rules: {},
  }) as unknown as Game;

const ticking = defineGame({
  name: "ticking",
  version: 1,
  seats: { min: 1, max: 2 },
  tickHz: 20,
  records: { board: one({ move: u32 }) },
  rules: {
    tick(room) {
      room.state.board.move += 1;
    },
  },
}) as unknown as Game;

/** A node over a store, and the days that pass while none runs: nobody has to wait for their sweeps. */
async function sceneOf(game: Game) {
  const clock = new VirtualClock();
  const store = await openMemoryStore({ clock });
  let started = 0;
  const start = async (of = game) => {
    started += 1;
    const node = nodeOver({ store, clock, game: of }, started);
    await node.rooms.start();
    return node;
  };
  const scene = { clock, store, node: await start(), days };
  /** The next node has looked for rooms that are due when this resolves. */
  async function days(count: number, of = game): Promise<void> {
    const stopping = scene.node.rooms.stop();
    await pass(clock, 100);
    await stopping;
    clock.advance(count * DAY_MS - 100);
    scene.node = await start(of);
    await pass(clock, 75_000, 2_500);
  }
  return scene;
}

/** Ann sits in a new room for a moment; then it is parked. */
async function parkedScene(game: Game) {
  const scene = await sceneOf(game);
  const room = await newRoom(scene.node);
  const ann = sitDown(scene.node, room, 1);
  await pass(scene.clock, 100);
  ann({ kind: "gone" });
  await pass(scene.clock, 45_000, 500);
  expect([...scene.node.rooms.hosted]).toEqual([]);
  return { scene, room };
}

type Scene = Awaited<ReturnType<typeof sceneOf>>;
const ANN = "identityann" as never;

/** What Ann gets who comes back to the room. */
async function comeBack({ node, clock }: Scene, room: RoomId): Promise<unknown> {
  node.tells.length = 0;
  sitDown(node, room, 9);
  await pass(clock, 200);
  const told = node.tells.find(({ kind }) => kind === "refusal" || kind === "seated");
  return told?.kind === "refusal" ? told.reason : told?.kind;
}

async function parkedListing({ store, clock }: Scene, room: RoomId): Promise<RoomListing> {
  clock.advance(DAY_MS + 1);
  const listing = (await store.dueRooms()).find((each) => each.room === room);
  if (listing === undefined) throw new Error("not parked");
  return listing;
}

test("[R45] a room that is forsaken gives up its seats as if their grace were over, and says so to whoever comes", () => {
  const table = new Table(divers);
  const ann = table.player("Ann").join();
  ann.send("find", { count: 7 });
  table.post(FORSAKEN);
  table.pass(100);
  expect(table.presenceOf(0)).toBe("held");
  ann.drop();
  table.post(FORSAKEN);
  table.pass(100);
  expect(table.presenceOf(0)).toBe("empty");
  expect(table.machine.core.own.$room).toMatchObject({ status: "ended", ending: "forsaken" });
  expect(ann.resume()).toMatchObject({ standing: "over", reason: "room-removed" });
  expect(table.player("Bob").join()).toMatchObject({ standing: "over", reason: "room-removed" });
  expect(REASONS["room-removed"].next).toBe("rejoin");
  table.check();
});

test("[R46] how a game ended stays as it was first said", () => {
  const twice = defineGame({
    name: "twice",
    version: 1,
    seats: { min: 1, max: 1 },
    records: {},
    commands: { finish: {} },
    rules: {
      finish(room) {
        room.end("won");
        room.end("lost");
      },
    },
  });
  const table = new Table(twice);
  table.player("Ann").join().send("finish", {});
  table.pass(100);
  expect(table.machine.core.own.$room.ending).toBe("won");
});

test("[N22] a room that nobody came to for thirty days is removed, with all that leads to it, and whoever comes back is told", async () => {
  const { scene, room } = await parkedScene(patient(1));
  const { store } = scene;
  await scene.days(29);
  expect(await store.logTop(room)).toBeDefined();
  expect(await store.seatsOf(ANN)).toMatchObject([{ room }]);
  await scene.days(1);
  expect(await store.logTop(room)).toBeUndefined();
  expect(await store.seatsOf(ANN)).toEqual([]);
  expect([await store.dueRooms(), await store.rooms()]).toEqual([[], []]);
  expect(await comeBack(scene, room)).toBe("room-removed");
  await scene.days(61);
  expect(await comeBack(scene, room)).toBe("room-unknown");
});

test("[N22] a room that nobody ever entered is removed likewise", async () => {
  const scene = await sceneOf(patient(1));
  const room = await newRoom(scene.node);
  await pass(scene.clock, 45_000, 500);
  expect([...scene.node.rooms.hosted]).toEqual([]);
  await scene.days(29);
  expect(await scene.store.logTop(room)).toBeDefined();
  await scene.days(1);
  expect(await comeBack(scene, room)).toBe("room-removed");
});

test("[N22] whoever comes in time begins the thirty days anew, and nothing goes while somebody is there", async () => {
  const { scene, room } = await parkedScene(patient(1));
  await scene.days(29);
  expect(await comeBack(scene, room)).toBe("seated");
  scene.node.rooms.post(room, { kind: "gone", connection: "connection9" as never });
  await pass(scene.clock, 45_000, 500);
  await scene.days(29);
  expect(await scene.store.logTop(room)).toBeDefined();
  // It is due, and somebody is there before it is looked at.
  const [node] = [scene.node];
  const listing = { ...(await parkedListing(scene, room)), goesMs: scene.clock.wallMs() };
  expect(await comeBack(scene, room)).toBe("seated");
  await scene.store.listRoom({ ...listing, epoch: Number.MAX_SAFE_INTEGER });
  await pass(scene.clock, 75_000, 2_500);
  expect([...node.rooms.hosted].map(({ id }) => id)).toEqual([room]);
  expect(await comeBack(scene, room)).toBe("seated");
});

test("[N170] how long a parked room is kept goes by the store's clock, however wrong a node's own is", async () => {
  class WrongClock extends VirtualClock {
    override wallMs(): number {
      return super.wallMs() - 365 * DAY_MS;
    }
  }
  const clock = new WrongClock();
  const store = await openMemoryStore({
    clock: { ...clock, now: () => clock.now(), wallMs: () => clock.wallMs() + 365 * DAY_MS },
  } as never);
  const node = nodeOver({ store, clock, game: patient(1) }, 1);
  await node.rooms.start();
  const room = await newRoom(node);
  const ann = sitDown(node, room, 1);
  await pass(clock, 500);
  ann({ kind: "gone" });
  await pass(clock, 45_000, 500);
  expect([...node.rooms.hosted].map(({ id }) => id)).toEqual([]);
  await pass(clock, 75_000, 2_500);
  expect(await store.loadRoom(room)).toBeDefined();
  expect(await store.dueRooms()).toEqual([]);
});

test("[N23] no seat is removed before its grace would be over", async () => {
  const { scene, room } = await parkedScene(patient(50));
  await scene.days(49);
  expect(await scene.store.logTop(room)).toBeDefined();
  await scene.days(1);
  expect(await comeBack(scene, room)).toBe("room-removed");
});

test("[N23] a grace that goes on for ever is over in the store after eighty days, and not without a word", async () => {
  const { scene, room } = await parkedScene(patient(1_000));
  await scene.days(79);
  expect(await scene.store.logTop(room)).toBeDefined();
  await scene.days(1);
  expect(await comeBack(scene, room)).toBe("room-removed");
});

test("[N24] what a game saves of its players outlives their room", async () => {
  const scene = await sceneOf(diving);
  const { clock, store, node } = scene;
  const room = await newRoom(node);
  const ann = sitDown(node, room, 1);
  await pass(clock, 100);
  const [hosted] = [...node.rooms.hosted];
  const seat = hosted?.machine.core.own.$seats.get(0);
  const instance = [seat?.instanceEpoch ?? 0, seat?.instanceCount ?? 0] as const;
  ann({
    kind: "commands",
    instance,
    commands: [{ seq: 1, name: "find", args: { count: 7 } }],
  });
  await pass(clock, 100);
  ann({ kind: "gone" });
  // A grace of ten seconds is over before the room would be parked: it is put to sleep by hand.
  const [listing] = await store.rooms();
  if (listing === undefined) throw new Error("no room");
  const stopping = node.rooms.stop();
  await pass(clock, 100);
  await stopping;
  await store.listRoom({ ...listing, status: "parked", goesMs: clock.wallMs() });
  await scene.days(1);
  expect(await store.logTop(room)).toBeUndefined();
  const shelf = JSON.parse(await store.readShelf(ANN, "divers"));
  expect(shelf).toMatchObject({ save: { pearls: 7 }, claim: "" });
});

test("[N25] a room that no build here can load is left until its log ends by itself", async () => {
  const { scene, room } = await parkedScene(patient(1));
  const { store } = scene;
  await scene.days(31, diving);
  expect(await store.logTop(room)).toBeDefined();
  expect(await store.dueRooms()).toEqual([]);
  await scene.days(ROOM_LIFE_MS / DAY_MS - 31, diving);
  expect(await store.logTop(room)).toBeUndefined();
  await scene.days(31, diving);
  expect(await store.whyRemoved(room)).toBe("room-removed");
});

test("[R63] a due room that another node removes first is not listed again, and what is said of it stays", async () => {
  for (const why of ["room-removed", "room-ended"] as const) {
    const { scene, room } = await parkedScene(patient(1));
    const { store } = scene;
    const dueRooms = store.dueRooms.bind(store);
    let code = "";
    store.dueRooms = async () => {
      const due = await dueRooms();
      for (const listing of due) {
        code = listing.code;
        await store.removeRoom(room, { why, lifeMs: DAY_MS });
      }
      return due;
    };
    await scene.days(30);
    expect(await store.whyRemoved(room)).toBe(why);
    expect(await store.roomByCode(code)).toBe(room);
    await scene.days(ROOM_LIFE_MS / DAY_MS);
    expect(await dueRooms()).toEqual([]);
    expect(await store.whyRemoved(room)).toBeUndefined();
    expect(await store.roomByCode(code)).toBeUndefined();
  }
});

test("[R63] what is said of a due room stays, also if it is removed between its reading and its claim", async () => {
  const { scene, room } = await parkedScene(patient(1));
  const { store } = scene;
  const claimRoom = store.claimRoom.bind(store);
  store.claimRoom = async (...of) => {
    await store.removeRoom(room, { why: "room-ended", lifeMs: DAY_MS });
    return claimRoom(...of);
  };
  await scene.days(30);
  expect(await store.logTop(room)).toBeUndefined();
  expect(await store.whyRemoved(room)).toBe("room-ended");
});

test("[N26] a room that is hosted is written anew every day, with its listing and links, so that nothing of it ends", async () => {
  const scene = await sceneOf(patient(1));
  const { store, clock } = scene;
  const room = await newRoom(scene.node);
  sitDown(scene.node, room, 1);
  await pass(clock, 2_000);
  const written: string[] = [];
  for (const method of ["keepSnapshot", "listRoom", "linkSeat"] as const) {
    const write = store[method].bind(store) as (...of: unknown[]) => Promise<never>;
    store[method] = (...of: unknown[]) => {
      written.push(method);
      return write(...of);
    };
  }
  for (let day = 1; day <= 2; day++) {
    clock.advance(DAY_MS);
    await pass(clock, 10_000, 500);
    expect([...written].sort()).toEqual(["keepSnapshot", "linkSeat", "listRoom"]);
    written.length = 0;
  }
});

test("[N29] what is still to be listed of a room does not take it out of its sleep", async () => {
  const scene = await sceneOf(patient(1));
  const { store, clock, node } = scene;
  const list = store.listRoom.bind(store);
  let isAway = false;
  store.listRoom = (listing) =>
    isAway && listing.status !== "parked" ? Promise.reject(new StoreAway("away")) : list(listing);
  const room = await newRoom(node);
  isAway = true;
  sitDown(node, room, 1)({ kind: "gone" });
  await pass(clock, 45_000, 500);
  expect([...node.rooms.hosted]).toEqual([]);
  isAway = false;
  await pass(clock, 5_000, 500);
  expect(await store.rooms()).toEqual([]);
  expect(await comeBack(scene, room)).toBe("seated");
  await pass(clock, 500);
  expect(await store.rooms()).toMatchObject([{ room }]);
});

/** A room as a host of that epoch has it. */
function machineUnder(epoch: number): RoomMachine {
  const about = { id: "roomroomroom" as RoomId, game: diving, code: "abcdef", seed: 1 } as const;
  const core = makeRoom({ ...about, open: "listed" });
  core.history.begin(epoch, 0);
  return new RoomMachine(core);
}

/** A store, and errands to it as each of several nodes has them. */
async function errandsScene() {
  const clock = new VirtualClock();
  const store = await openMemoryStore({ clock });
  const silent = { listed: () => undefined, answer: () => undefined };
  return { clock, store, errands: () => new Errands({ store, clock, log: silentLog, ...silent }) };
}

test("[N34] a room that comes back while it is still to be listed is listed as it is now", async () => {
  const { clock, store, ...node } = await errandsScene();
  const errands = node.errands();
  const [before, now] = [machineUnder(1_000), machineUnder(2_000)];
  errands.run(before, { kind: "list" });
  errands.sleep(before);
  await errands.list(before, "parked");
  errands.run(now, { kind: "list" });
  await pass(clock, 1_000);
  expect(await store.rooms()).toMatchObject([{ status: "waiting", epoch: 2_000 }]);
});

test("[D169] a listing that reaches the store after a later one of its host changes nothing", async () => {
  const { store, ...node } = await errandsScene();
  const list = store.listRoom.bind(store);
  const underWay: (() => Promise<void>)[] = [];
  store.listRoom = (listing) => {
    underWay.unshift(() => list(listing));
    return Promise.resolve();
  };
  const errands = node.errands();
  await errands.list(machineUnder(1_000));
  await errands.list(machineUnder(1_000), "parked");
  for (const arrive of underWay) await arrive();
  expect(underWay).toHaveLength(2);
  expect(await store.rooms()).toEqual([]);
});

test("[D169] a node that finds a room in quarantine lists it so, however often its host has listed it", async () => {
  const { clock, store, ...node } = await errandsScene();
  const [host, finder] = [node.errands(), node.errands()];
  for (let times = 0; times < 3; times++) await host.list(machineUnder(1_000));
  finder.quarantine(machineUnder(1_000), { sinceMs: clock.wallMs(), why: "its hosts ended" });
  await pass(clock, 1_000);
  expect(await store.rooms()).toMatchObject([{ status: "quarantined", epoch: 1_000 }]);
});

test("[D174] a node that finds a room in quarantine lists it so though its host has parked it, and asks for no other room", async () => {
  const { clock, store, ...node } = await errandsScene();
  const [host, finder] = [node.errands(), node.errands()];
  for (let times = 0; times < 3; times++) await host.list(machineUnder(1_000), "parked");
  const rooms = store.rooms.bind(store);
  store.rooms = () => Promise.reject(new Error("nobody needs all of them"));
  finder.quarantine(machineUnder(1_000), { sinceMs: clock.wallMs(), why: "its hosts ended" });
  await pass(clock, 1_000);
  expect(await rooms()).toMatchObject([{ status: "quarantined", epoch: 1_000 }]);
});

test("[N21] rooms that were taken over together do not write their snapshots together", async () => {
  const clock = new VirtualClock();
  const store = await openMemoryStore({ clock });
  const [first, second] = [1, 2].map((at) => nodeOver({ store, clock, game: ticking }, at));
  if (first === undefined || second === undefined) throw new Error("no nodes");
  const made: RoomId[] = [];
  while (made.length < 40) made.push(await newRoom(first));
  for (const [at, room] of made.entries()) sitDown(first, room, at);
  await pass(clock, 100);
  const stopping = first.rooms.stop();
  await pass(clock, 100);
  await stopping;
  const adopting = second.rooms.adopt();
  await pass(clock, 100);
  await adopting;
  expect([...second.rooms.hosted]).toHaveLength(40);
  const keptAtMs: number[] = [];
  const keep = store.keepSnapshot.bind(store);
  store.keepSnapshot = (...of) => {
    keptAtMs.push(clock.now());
    return keep(...of);
  };
  await pass(clock, 15_000);
  expect(keptAtMs.length).toBeGreaterThan(60);
  const most = Math.max(...keptAtMs.map((ms) => keptAtMs.filter((other) => other === ms).length));
  expect(most).toBeLessThan(8);
});

test("[N178] a snapshot that the store does not take is made again after some entries, not with each", async () => {
  const { clock, store, node } = await sceneOf(ticking);
  sitDown(node, await newRoom(node), 1);
  const keep = store.keepSnapshot.bind(store);
  let asked = 0;
  store.keepSnapshot = () => {
    asked += 1;
    return Promise.reject(new StoreAway("the connection for records is down"));
  };
  // Twenty entries a second: the first is due within 150.
  await pass(clock, 20_000);
  expect(asked).toBeGreaterThan(10);
  expect(asked).toBeLessThan(30);
  let kept = 0;
  store.keepSnapshot = (...of) => {
    kept += 1;
    return keep(...of);
  };
  await pass(clock, 2_000);
  expect(kept).toBe(1);
});

test("[N181] a room is listed as its log has it, also when that is written late", async () => {
  const { clock, store, node } = await sceneOf(patient(1));
  const room = await newRoom(node);
  const { listRoom, append } = store;
  store.listRoom = () => Promise.reject(new StoreAway("away for a test"));
  const say = sitDown(node, room, 1);
  await pass(clock, 500);
  store.listRoom = listRoom;
  store.append = () => new Promise(() => undefined);
  say({ kind: "put-out", identity: "identityann" as never, keepOut: false });
  await pass(clock, 5_000);
  // Whoever thinks that the store may have lost something writes anew what stands beside logs.
  Object.assign(store, { incarnation: "another" });
  await pass(clock, 5_000);
  expect([...node.rooms.hosted][0]?.machine.core.own.$seats.size).toBe(0);
  expect(await store.listingOf(room)).toMatchObject({ status: "running", seatsTaken: 1 });
  store.append = append;
});
