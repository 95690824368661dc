// Connections: what drivers make of their machines' effects, of clients' requests and of rooms' tells.
import { expect, test } from "vitest";
import { INPUT_BYTE, lineTag } from "../../shared/frame.ts";
import type { ConnectionId, RoomId, SessionId } from "../../shared/ids.ts";
import type { JoinReply } from "../../shared/protocol.ts";
import type { Reason } from "../../shared/reasons.ts";
import { admittedAnn, EPOCH, GateScene, NOOK, nook, POND, pond, seatedTell } from "./gateScene.ts";

const settled = () => new Promise<void>((resolve) => queueMicrotask(resolve));
const steer = (tag: number, dx: number): Uint8Array => {
  const bytes = new DataView(new ArrayBuffer(11));
  bytes.setUint8(0, INPUT_BYTE);
  bytes.setUint32(1, tag, true);
  bytes.setUint32(6, 1, true);
  bytes.setUint8(10, dx);
  return new Uint8Array(bytes.buffer);
};

test("[G35] a silent line hears a heartbeat at least every 200 ms in a ticking room, else every 2 s", () => {
  for (const [room, everyMs] of [
    [POND, 200],
    [NOOK, 2_000],
  ] as const) {
    const scene = new GateScene();
    const ann = scene.admit();
    scene.seat(ann, room);
    ann.line.take();
    let lastMs = 0;
    for (let nowMs = 1; nowMs <= 10_000; nowMs++) {
      scene.clock.advance(1);
      if (ann.line.take().length === 0) continue;
      expect(nowMs - lastMs).toBeLessThanOrEqual(everyMs);
      lastMs = nowMs;
    }
    expect(lastMs).toBeGreaterThan(10_000 - everyMs);
  }
});

test("[G35] a line that carries frames often enough gets no heartbeat beside them", () => {
  const scene = new GateScene();
  const ann = scene.admit();
  scene.seat(ann, POND);
  ann.line.take();
  for (let version = 2; version < 50; version++) {
    scene.clock.advance(150);
    scene.tell(POND, scene.step(version, ann.driver.id));
  }
  expect(ann.line.said.every(([, first]) => first === 0x48)).toBe(true);
  expect(ann.line.said.length).toBe(48);
});

test("[G30] a seat is idle after the time of its game, an hour if it declares none; of two games the shorter counts", () => {
  for (const [rooms, idleMs] of [
    [[POND], 3_600_000],
    [[NOOK], 600_000],
    [[POND, NOOK], 600_000],
  ] as const) {
    const scene = new GateScene();
    const ann = scene.admit();
    for (const room of rooms) scene.seat(ann, room);
    scene.clock.advance(idleMs - 100);
    expect(scene.takePosts("idle")).toEqual([]);
    scene.clock.advance(200);
    expect(scene.takePosts("idle")).toHaveLength(rooms.length);
    ann.requests.event("extend", []);
    expect(scene.takePosts("active")).toHaveLength(rooms.length);
  }
});

test("[G36] a heartbeat names each room's newest commit that was shown, by tag or by name", () => {
  const scene = new GateScene();
  const [ann, bob] = [scene.admit(), scene.admit({ frames: "json" })];
  for (const who of [ann, bob]) scene.seat(who, POND);
  scene.tell(POND, scene.step(0x90, ann.driver.id, bob.driver.id));
  ann.line.take();
  scene.clock.advance(200);
  const tag = new Uint8Array(new Uint32Array([lineTag(POND, EPOCH)]).buffer);
  expect(ann.line.said).toEqual([["bytes", 0x4a, 1, ...tag, 0x90, 1]]);
  const heartbeats = bob.line.said.filter(([name]) => name === "heartbeat");
  expect(heartbeats.at(-1)).toEqual(["heartbeat", { rooms: [[POND, EPOCH, 0x90]] }]);
});

test("[G37] frames for a line that is behind are held back; when it has caught up its room is asked for the rest", () => {
  const scene = new GateScene();
  const ann = scene.admit();
  scene.seat(ann, POND);
  scene.tell(POND, scene.step(2, ann.driver.id));
  ann.line.backlogBytes = 9_000;
  scene.tell(POND, scene.step(3, ann.driver.id));
  ann.line.take();
  scene.takePosts("sync");
  for (let version = 4; version < 20; version++)
    scene.tell(POND, scene.step(version, ann.driver.id));
  scene.clock.advance(500);
  expect(ann.line.take()).toEqual([]);
  ann.line.backlogBytes = 0;
  scene.clock.advance(120);
  expect(scene.takePosts("sync")).toEqual([
    { kind: "sync", connection: ann.driver.id, bookmark: { epoch: EPOCH, version: 3 } },
  ]);
  // A step that was under way does not fit what the client has; the answer does, and so does what follows.
  scene.tell(POND, scene.step(20, ann.driver.id));
  expect(ann.line.said.filter(([, first]) => first === 0x48)).toEqual([]);
  scene.tell(POND, scene.answer(ann.driver.id, 21), scene.step(22, ann.driver.id));
  expect(ann.line.said.slice(-2)).toEqual([
    ["bytes", 0x49, 21],
    ["bytes", 0x48, 22],
  ]);
  scene.clock.advance(1_000);
  expect(scene.takePosts("sync")).toEqual([]);
});

test("[G116] what a page says it holds counts until it is answered, though more was written and the answer is held back", () => {
  const scene = new GateScene();
  const ann = scene.admit();
  scene.seat(ann, POND);
  scene.tell(POND, scene.step(2, ann.driver.id));
  ann.line.backlogBytes = 9_000;
  scene.tell(POND, scene.step(9, ann.driver.id));
  const bookmark = { epoch: EPOCH, version: 1 };
  ann.requests.event("sync", [{ room: POND, instance: [1, 1], bookmark }]);
  scene.takePosts("sync");
  scene.tell(POND, scene.answer(ann.driver.id, 9));
  ann.line.take();
  ann.line.backlogBytes = 0;
  scene.clock.advance(500);
  expect(scene.takePosts("sync")).toEqual([{ kind: "sync", connection: ann.driver.id, bookmark }]);
  scene.tell(POND, scene.answer(ann.driver.id, 10), scene.step(11, ann.driver.id));
  expect(ann.line.said.slice(-2)).toEqual([
    ["bytes", 0x49, 10],
    ["bytes", 0x48, 11],
  ]);
});

test("[G37] a JSON frame fits after a gap only if it is whole or stands on what was written", () => {
  const scene = new GateScene();
  const ann = scene.admit({ frames: "json" });
  const to = ann.driver.id;
  const json = (version: number, base: number | undefined) => {
    const head = { room: POND, epoch: EPOCH, version, timeMs: 0, changes: {}, events: [] };
    const frame = base === undefined ? { ...head, full: true as const } : { ...head, base };
    scene.tell(POND, { kind: "json", to, shown: { epoch: EPOCH, version }, frame });
    return ann.line.take().includes("frame");
  };
  ann.driver.rooms.ask(POND, pond.shape);
  scene.tell(POND, seatedTell(to, POND));
  expect([json(1, undefined), json(2, 1)]).toEqual([true, true]);
  ann.line.backlogBytes = 9_000;
  expect([json(3, 2), json(4, 3)]).toEqual([true, false]);
  ann.line.backlogBytes = 0;
  scene.clock.advance(200);
  expect([json(5, 4), json(6, 3), json(7, 6)]).toEqual([false, true, true]);
});

test("[G38] a connection has to do with eight rooms at most, searches for one among them", async () => {
  const scene = new GateScene();
  const ann = scene.admit();
  const roomOf = (at: number) => `nook0000000${at}` as RoomId;
  for (let at = 0; at < 9; at++) scene.games.set(roomOf(at), nook);
  const replies: JoinReply[] = [];
  const ask = (room: RoomId) =>
    ann.requests.event("join", [{ game: "nook", shape: nook.shape, room }], (reply) =>
      replies.push(reply),
    );
  for (let at = 0; at < 9; at++) ask(roomOf(at));
  expect(replies).toMatchObject([{ refusal: { reason: "rooms-too-many" } }]);
  await settled();
  await settled();
  expect(scene.takePosts("join").length).toBe(8);
  const seat = { room: roomOf(8), instance: [1, 1] as const, shape: nook.shape };
  ann.requests.event("resume", [seat]);
  expect(ann.line.said.at(-1)).toMatchObject(["refusal", { reason: "rooms-too-many" }]);
  // One it has to do with already is none more.
  ann.requests.event("resume", [{ ...seat, room: roomOf(0) }]);
  expect(scene.takePosts("resume").length).toBe(1);
});

test("[G66] a connection waits for eight joins at most, also for those that ask for one and the same room", async () => {
  const scene = new GateScene();
  const ann = scene.admit();
  const replies: JoinReply[] = [];
  for (let at = 0; at < 20; at++) {
    const asked = { game: "nook", shape: nook.shape, room: NOOK };
    ann.requests.event("join", [asked], (reply) => replies.push(reply));
    await settled();
    await settled();
  }
  expect(scene.takePosts("join").length).toBe(8);
  expect(replies.length).toBe(12);
  expect(replies).toMatchObject(Array(12).fill({ refusal: { reason: "rooms-too-many" } }));
});

test("[G67] the view is given twice a second at most, after sixteen at once; who asks more often is told when to come", () => {
  const scene = new GateScene();
  const ann = scene.admit();
  scene.seat(ann, POND);
  scene.posts.length = 0;
  ann.line.take();
  const ask = () => ann.requests.event("sync", [{ room: POND, instance: [1, 1] }]);
  for (let at = 0; at < 30; at++) ask();
  expect(scene.takePosts("sync").length).toBe(16);
  expect(ann.line.said.length).toBe(14);
  expect(ann.line.said.at(-1)).toMatchObject([
    "refusal",
    { reason: "sync-too-often", room: POND, retryInMs: 1_000 },
  ]);
  // Whoever never stops gets no more than whoever waits.
  let given = 0;
  for (let ms = 0; ms < 30_000; ms += 100) {
    scene.clock.advance(100);
    ask();
    given += scene.takePosts("sync").length;
  }
  expect(given).toBeGreaterThanOrEqual(59);
  expect(given).toBeLessThanOrEqual(61);
});

test("[G117] coming in to a room and taking a seat up again count as asking for its view", async () => {
  const scene = new GateScene();
  const ann = scene.admit();
  scene.seat(ann, POND);
  ann.line.take();
  const resume = () => {
    ann.requests.event("resume", [{ room: POND, instance: [1, 1], shape: pond.shape }]);
    return scene.takePosts("resume").length;
  };
  const join = async () => {
    const replies: JoinReply[] = [];
    const asked = { game: "pond", shape: pond.shape, room: POND };
    ann.requests.event("join", [asked], (reply) => replies.push(reply));
    await settled();
    await settled();
    return { replies, posted: scene.takePosts("join").length };
  };
  scene.takePosts("resume");
  let given = 0;
  for (let at = 0; at < 30; at++) given += resume();
  expect(given).toBe(16);
  const later = { reason: "too-many-requests", retryInMs: 1_000 };
  expect(ann.line.said.at(-1)).toMatchObject(["refusal", { ...later, room: POND }]);
  expect(await join()).toMatchObject({ replies: [{ refusal: later }], posted: 0 });
  scene.clock.advance(1_000);
  expect([resume(), (await join()).posted, resume()]).toEqual([1, 1, 0]);
});

test("[G39] a seat is told of before the first frame of its room, with its ticket", async () => {
  const scene = new GateScene();
  const ann = scene.admit();
  scene.onPost = (room, input) => {
    if (input.kind !== "join") return;
    scene.tell(
      room,
      seatedTell(ann.driver.id, room, input.request),
      scene.answer(ann.driver.id, 1),
    );
  };
  const order: unknown[] = [];
  const answer = (reply: JoinReply) => order.push(reply, ann.line.take());
  ann.requests.event("join", [{ game: "pond", shape: pond.shape }], answer);
  await settled();
  await settled();
  expect(order).toMatchObject([
    { seated: { room: POND, ticket: `${POND}.session00001` } },
    ["welcome"],
  ]);
  expect(ann.line.take()).toEqual(["bytes"]);
});

test("[G40] the seats of a handshake are resumed at once, by a ticket of the same session or a token", () => {
  const seat = { room: POND, instance: [1, 1] as const, shape: pond.shape };
  const good = { ...seat, ticket: `${POND}.session00001` };
  const foreign = [
    { ...seat, ticket: `${NOOK}.session00001` },
    { ...seat, ticket: `${POND}.session00002` },
    { ...seat, ticket: "forged" },
  ];
  const scene = new GateScene();
  scene.admit({ seats: [good] });
  expect(scene.takePosts("resume")).toMatchObject([
    { ticket: { seat: 0, family: 1, generation: 1 } },
  ]);
  for (const other of foreign) {
    const byTicket = scene.admit({
      token: undefined,
      seats: [good, { ...other, room: other.room }],
    });
    expect(scene.takePosts("resume").length).toBe(1);
    expect(byTicket.line.said.at(-1)).toMatchObject([
      "refusal",
      { reason: "ticket-invalid", room: POND },
    ]);
    // Whoever has a token needs no ticket; one that says something else is passed over.
    scene.admit({ seats: [other] });
    expect(scene.takePosts("resume")).toMatchObject([{ ticket: undefined }]);
  }
});

test("[G41] a page built with another shape of the game is told to reload, whenever that is found out", () => {
  const scene = new GateScene();
  const seat = { room: POND, instance: [1, 1] as const, shape: "00000000" };
  const known = scene.admit({ seats: [seat] });
  expect(known.line.said.at(-1)).toMatchObject([
    "refusal",
    { reason: "wrong-version", next: "reload" },
  ]);
  expect(scene.posts).toEqual([]);
  // The room is not in memory yet: only when it seats the page does the gate learn its game.
  scene.games.delete(POND);
  const unknown = scene.admit({ seats: [seat] });
  expect(scene.takePosts("resume").length).toBe(1);
  scene.games.set(POND, pond);
  scene.tell(POND, seatedTell(unknown.driver.id, POND), scene.answer(unknown.driver.id, 1));
  expect(unknown.line.said.at(-1)).toMatchObject(["refusal", { reason: "wrong-version" }]);
  expect(scene.takePosts("gone")).toEqual([{ kind: "gone", connection: unknown.driver.id }]);
});

test("[G42] rooms learn when a connection is gone, also those that seat it after that", async () => {
  const scene = new GateScene();
  const ann = scene.admit();
  scene.seat(ann, POND);
  ann.driver.rooms.ask(NOOK, nook.shape);
  let found: ((room: { kind: "room"; room: RoomId }) => void) | undefined;
  scene.find = () => new Promise((resolve) => (found = resolve));
  ann.requests.event("join", [{ game: "pond", shape: pond.shape }, () => undefined]);
  ann.driver.step({ kind: "cut" });
  expect(scene.posts.filter(({ input }) => input.kind === "gone").map(({ room }) => room)).toEqual([
    POND,
    NOOK,
  ]);
  scene.posts.length = 0;
  found?.({ kind: "room", room: POND });
  await settled();
  await settled();
  expect(scene.posts).toEqual([]);
  scene.tell(NOOK, seatedTell(ann.driver.id, NOOK));
  scene.tell(NOOK, seatedTell("never00000001" as ConnectionId, NOOK));
  expect(scene.takePosts("gone").map(({ connection }) => connection)).toEqual([
    ann.driver.id,
    "never00000001",
  ]);
});

test("[G42] a room that fails to take it keeps no other room from learning of it", () => {
  const scene = new GateScene();
  const ann = scene.admit();
  for (const room of [POND, NOOK]) scene.seat(ann, room);
  scene.onPost = (room, { kind }) => {
    if (room === POND && kind === "gone") throw new Error("no");
  };
  ann.driver.step({ kind: "closed" });
  expect(scene.takePosts("gone").length).toBe(2);
  expect(scene.faults.length).toBe(1);
  expect(scene.connections.size).toBe(0);
});

test("[G43] an input reaches the room that its tag names, of the newest epoch or the one before", () => {
  const scene = new GateScene();
  const ann = scene.admit();
  scene.seat(ann, POND);
  const inputs = () => scene.takePosts("input").length;
  inputs();
  ann.requests.input(steer(lineTag(POND, EPOCH), 1), scene.clock.now());
  expect(scene.takePosts("input")).toEqual([
    { kind: "input", connection: ann.driver.id, name: "steer", n: 1, values: { dx: 1 } },
  ]);
  const shown = { epoch: EPOCH + 1, version: 2 };
  const bytes = Uint8Array.of(0x49);
  scene.tell(POND, { kind: "frame", to: ann.driver.id, bytes, shown });
  for (const epoch of [EPOCH, EPOCH + 1]) {
    ann.requests.input(steer(lineTag(POND, epoch), 1), scene.clock.now());
    expect(inputs()).toBe(1);
  }
  ann.requests.input(steer(lineTag(POND, EPOCH - 1), 1), scene.clock.now());
  expect(inputs()).toBe(0);
  expect(ann.driver.isLive).toBe(true);
  ann.requests.input(steer(lineTag(POND, EPOCH), 1).subarray(0, 10), scene.clock.now());
  expect(ann.driver.isLive).toBe(false);
});

test("[G44] repeating an input is no sign that a person is there; changing it is", () => {
  const scene = new GateScene();
  const [held, moved] = [scene.admit(), scene.admit()];
  for (const who of [held, moved]) scene.seat(who, POND);
  const tag = lineTag(POND, EPOCH);
  for (let minute = 0; minute < 70; minute++) {
    scene.clock.advance(60_000);
    held.requests.input(steer(tag, 1), scene.clock.now());
    moved.requests.input(steer(tag, minute % 2), scene.clock.now());
  }
  expect(scene.takePosts("idle")).toEqual([{ kind: "idle", connection: held.driver.id }]);
});

test("[G45] what is asked of a room that a connection has nothing to do with is refused", () => {
  const scene = new GateScene();
  const ann = scene.admit();
  const about = { room: POND, instance: [1, 1] };
  const command = { seq: 1, name: "take", args: {} };
  for (const [name, body] of [
    ["command", { ...about, commands: [command] }],
    ["input", { ...about, n: 1, name: "steer", values: {} }],
    ["sync", about],
    ["leave", about],
  ] as const) {
    ann.requests.event(name, [body]);
    expect(ann.line.said.at(-1)).toMatchObject(["refusal", { reason: "not-seated", room: POND }]);
  }
  scene.seat(ann, POND);
  scene.posts.length = 0;
  ann.requests.event("input", [{ ...about, n: 1, name: "steer", values: {} }]);
  expect(ann.line.said.at(-1)).toMatchObject(["refusal", { reason: "superseded" }]);
  expect(scene.posts).toEqual([]);
  ann.requests.event("command", [{ ...about, commands: [command] }]);
  expect(scene.takePosts("commands")).toMatchObject([{ instance: [1, 1], commands: [command] }]);
});

test("[G46] a room that lets go of a connection is told of, unless its page merely moved", () => {
  const scene = new GateScene();
  const ann = scene.admit();
  const to = ann.driver.id;
  scene.seat(ann, POND);
  scene.tell(POND, { kind: "detached", to, reason: "superseded" });
  expect(ann.line.said.at(-1)).toMatchObject(["refusal", { reason: "superseded", room: POND }]);
  scene.seat(ann, NOOK);
  ann.line.take();
  scene.tell(NOOK, { kind: "moved", to });
  scene.tell(NOOK, scene.step(2, to), { kind: "detached", to, reason: "superseded" });
  expect(ann.line.take()).toEqual([]);
});

test("[G73] a page whose seat could not be taken up for it at the next host is told to come by itself", () => {
  const scene = new GateScene();
  const ann = scene.admit();
  const to = ann.driver.id;
  scene.seat(ann, POND);
  const refused = (reason: Reason) => {
    const refusal = { kind: "refusal", to, request: undefined, detail: undefined } as const;
    scene.tell(POND, { ...refusal, reason, seq: undefined });
    return ann.line.said.at(-1);
  };
  // In its own room a page is told as it is.
  expect(refused("server-busy")).toMatchObject(["refusal", { reason: "server-busy" }]);
  scene.connections.reseat(POND);
  for (const reason of ["store-away", "server-draining", "seat-held"] as const)
    expect(refused(reason)).toMatchObject(["refusal", { reason: "room-moved", next: "resume" }]);
  // What the page itself asked for is answered as it is, and so is what ends the seat.
  ann.requests.event("resume", [{ room: POND, instance: [1, 1], shape: pond.shape }]);
  expect(refused("store-away")).toMatchObject(["refusal", { reason: "store-away" }]);
  expect(refused("put-out")).toMatchObject(["refusal", { reason: "put-out", next: "never" }]);
  scene.tell(POND, seatedTell(to, POND));
  expect(refused("server-busy")).toMatchObject(["refusal", { reason: "server-busy" }]);
});

test("[G47] a mistake of ours ends that connection alone, under a name that the log knows", () => {
  const scene = new GateScene();
  const [ann, bob] = [scene.admit(), scene.admit()];
  for (const who of [ann, bob]) scene.seat(who, POND);
  scene.onPost = (_room, input) => {
    if (input.kind === "sync" && input.connection === ann.driver.id) throw new Error("no");
  };
  const sync = { room: POND, instance: [1, 1] };
  for (const who of [ann, bob]) who.driver.attempt(() => who.requests.event("sync", [sync]));
  expect([ann.driver.isLive, bob.driver.isLive]).toEqual([false, true]);
  expect(ann.line.said.find(([name]) => name === "closing")).toMatchObject([
    "closing",
    { reason: "server-fault" },
  ]);
  expect(scene.faults).toEqual([
    {
      connection: ann.driver.id,
      incident: expect.stringMatching(/^[a-z0-9]{10}$/) as string,
      cause: expect.any(Error) as Error,
    },
  ]);
});

test("[R69] what does not fit of a command's arguments is told in words, and an incident by its name", () => {
  const scene = new GateScene();
  const ann = scene.admit();
  scene.seat(ann, POND);
  ann.line.take();
  const refusal = { kind: "refusal", to: ann.driver.id, request: undefined, seq: 3 } as const;
  scene.tell(POND, { ...refusal, reason: "args-invalid", detail: "count must be text" });
  scene.tell(POND, { ...refusal, reason: "rule-failed", detail: "pond-1" });
  expect(ann.line.said).toEqual([
    [
      "refusal",
      { reason: "args-invalid", next: "never", room: POND, seq: 3, text: "count must be text" },
    ],
    ["refusal", { reason: "rule-failed", next: "never", room: POND, seq: 3, incident: "pond-1" }],
  ]);
});

test("[G48] ending a session ends each of its connections and no other's", () => {
  const scene = new GateScene();
  const [ann, bob] = [scene.admit(), scene.admit()];
  scene.connections.closeSession("session99999" as SessionId, "session-revoked");
  expect([ann, bob].map(({ driver }) => driver.isLive)).toEqual([true, true]);
  expect(scene.connections.sessionCount).toBe(1);
  scene.connections.closeSession("session00001" as SessionId, "session-revoked");
  expect(scene.connections.sessionCount).toBe(0);
  for (const { line } of [ann, bob]) {
    expect(line.said.slice(-2)).toEqual([
      ["closing", { reason: "session-revoked", next: "sign-in" }],
      ["close"],
    ]);
  }
});

test("[G69] whoever is put out for what no client sends, or too much, is in the audit as that; others are not", () => {
  const scene = new GateScene();
  for (const reason of ["packet-invalid", "too-many-packets", "server-draining"] as const)
    scene.admit().driver.step({ kind: "end", reason });
  const of = { session: "session00001", address: "192.0.2.1" };
  expect(scene.audited).toEqual([
    ["input_validation_fail", { ...of, why: "packet-invalid" }],
    ["excess_rate_limit_exceeded", { ...of, why: "too-many-packets" }],
  ]);
});

test("[G60] whoever admitted a connection learns once that it is over, however it came about", () => {
  const scene = new GateScene();
  const all = [scene.admit(), scene.admit(), scene.admit()];
  const [cut, ended, closed] = all;
  cut?.driver.step({ kind: "cut" });
  ended?.driver.step({ kind: "end", reason: "session-revoked" });
  closed?.driver.step({ kind: "closed" });
  expect(scene.left).toEqual([closed?.driver.id]);
  scene.clock.advance(3_000);
  for (const { driver } of all) driver.step({ kind: "closed" });
  expect([...scene.left].sort()).toEqual(all.map(({ driver }) => driver.id).sort());
});

test("[G49] a drain is announced to everybody with the time to come back", () => {
  const scene = new GateScene();
  const ann = scene.admit();
  scene.connections.drain(750);
  expect(ann.line.said.at(-1)).toEqual(["notice", { kind: "drain", retryInMs: 750 }]);
});

test("[G49] whoever is told goodbye is told when to come back, each at another moment", () => {
  const scene = new GateScene();
  const all = Array.from({ length: 20 }, () => scene.admit());
  void scene.connections.closeAll("server-draining", 500);
  const told = all.map(({ line }) => {
    const [name, message] = line.said.find(([said]) => said === "closing") ?? [];
    expect([name, message]).toMatchObject(["closing", { reason: "server-draining" }]);
    return (message as { readonly retryInMs: number }).retryInMs;
  });
  expect(told.every((ms) => Number.isInteger(ms) && ms >= 0 && ms <= 500)).toBe(true);
  expect(new Set(told).size).toBeGreaterThan(10);
});

test("[G62] while the store is away a page in its seat is held: it hears that all stands still, and nothing of any room", async () => {
  const scene = new GateScene();
  const seat = { room: POND, instance: [1, 1] as const, shape: pond.shape };
  const seats = [{ ...seat, ticket: `${POND}.session00001` }];
  let decide: (verdict: typeof admittedAnn) => void = () => undefined;
  const verdict = new Promise<typeof admittedAnn>((resolve) => (decide = resolve));
  const ann = scene.hold({ token: undefined, seats }, verdict);
  expect(ann.line.said).toEqual([["notice", { kind: "paused", room: POND }]]);
  ann.line.take();
  let lastMs = 0;
  for (let nowMs = 1; nowMs <= 30_000; nowMs++) {
    scene.clock.advance(1);
    const said = ann.line.take();
    if (said.length === 0) continue;
    expect(said).toEqual(["heartbeat"]);
    expect(nowMs - lastMs).toBeLessThanOrEqual(200);
    lastMs = nowMs;
  }
  expect(lastMs).toBeGreaterThan(29_800);
  ann.requests.event("sync", [{ room: POND, instance: [1, 1] }]);
  ann.requests.input(steer(lineTag(POND, EPOCH), 1), scene.clock.now());
  scene.tell(POND, seatedTell(ann.driver.id, POND), scene.answer(ann.driver.id, 1));
  const replies: JoinReply[] = [];
  const join = { game: "pond", shape: pond.shape };
  ann.requests.event("join", [join], (reply) => replies.push(reply));
  expect(replies).toMatchObject([{ refusal: { reason: "store-away", next: "retry" } }]);
  expect(ann.line.take()).toEqual([]);
  // A room that seats somebody who is not let in hears at once that nobody is there.
  expect(scene.posts.splice(0).map(({ input }) => input.kind)).toEqual(["gone"]);
  expect(scene.touches).toEqual([]);
  decide(admittedAnn);
  await settled();
  expect(ann.line.take()).toEqual(["welcome"]);
  expect(scene.takePosts("resume").length).toBe(1);
  scene.tell(POND, seatedTell(ann.driver.id, POND), scene.answer(ann.driver.id, 1));
  expect(ann.line.said).toMatchObject([
    ["seated", { room: POND }],
    ["notice", { kind: "resumed", room: POND }],
    ["bytes", 0x49, 1],
  ]);
  ann.line.take();
  scene.tell(POND, seatedTell(ann.driver.id, POND));
  expect(ann.line.take()).toEqual(["seated"]);
});

test("[G63] who was held and may not come in is told why, and no room ever hears of them", async () => {
  const scene = new GateScene();
  const seat = { room: POND, instance: [1, 1] as const, shape: pond.shape };
  const refused = { kind: "refused", reason: "session-ended" } as const;
  const ann = scene.hold({ seats: [seat] }, Promise.resolve(refused));
  await settled();
  expect(ann.line.said.slice(1)).toEqual([
    ["closing", { reason: "session-ended", next: "sign-in" }],
    ["close"],
  ]);
  const broken = scene.hold({ seats: [seat] }, Promise.reject(new Error("broken")));
  await settled();
  expect(broken.line.said[1]).toMatchObject(["closing", { reason: "server-fault" }]);
  expect(scene.faults.length).toBe(1);
  // Gone before the verdict: it comes too late to welcome anybody.
  const gone = scene.hold({ seats: [seat] }, Promise.resolve(admittedAnn));
  gone.driver.step({ kind: "closed" });
  await settled();
  expect(gone.line.take()).toEqual(["notice"]);
  expect(scene.posts).toEqual([]);
  expect(scene.connections.sessionCount).toBe(0);
});
