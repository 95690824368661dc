// Nodes: who lives, which rooms fall to whom, what travels between them, and how a supervisor deals
// connections out; all without a process or a store.

import { expect, test } from "vitest";
import { silentLog } from "../../server/log.ts";
import { openMetrics } from "../../server/metrics.ts";
import { nameConnection, nodeOf } from "../../server/node/connectionName.ts";
import { type Item, readItems, writeItem } from "../../server/node/item.ts";
import { LifeSigns } from "../../server/node/lifeSigns.ts";
import { Membership } from "../../server/node/membership.ts";
import { decodePacket, encodePacket } from "../../server/node/packet.ts";
import { byNode } from "../../server/node/recipients.ts";
import { roleOf, workerArgs } from "../../server/node/role.ts";
import { Roster } from "../../server/node/roster.ts";
import { shareOf } from "../../server/node/shares.ts";
import type { Tell } from "../../server/room/turn.ts";
import { MemoryNodes } from "../../server/store/memoryNodes.ts";
import type { NodeSign } from "../../server/store/nodeStore.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import { ByteWriter, MalformedBytes } from "../../shared/bytes.ts";
import type { IdentityId, NodeId, PageId, RoomId, SessionId } from "../../shared/ids.ts";
import { seededRandom } from "../../shared/random.ts";

const nodes = ["node00000a", "node00000b", "node00000c"] as NodeId[];
const [ADA = "" as NodeId, BOB = "" as NodeId, CID = "" as NodeId] = nodes;
const ROOM = "roomofthetest" as RoomId;
const signOf = (node: NodeId): NodeSign => {
  return { node, phase: "serving", place: "", shapes: [], kicks: [] };
};
const answer = (...nodes: readonly NodeId[]) => ({ living: nodes.map(signOf), stood: true });

test("[N110] a node lives while it signs, and is dead for the others with the first answer without its sign", () => {
  const membership = new Membership(ADA);
  membership.asked(0);
  expect(membership.answered(answer(ADA, BOB), 5)).toEqual([]);
  expect(membership.judge(BOB, 5)).toBe("living");
  membership.asked(1_000);
  expect(membership.answered(answer(ADA), 1_005)).toEqual([BOB]);
  expect(membership.judge(BOB, 1_005)).toBe("dead");
  membership.asked(2_000);
  membership.answered(answer(ADA, BOB), 2_005);
  expect(membership.judge(BOB, 2_005)).toBe("living");
});

test("[N111] a node whose store was silent for over a second judges nobody dead until four seconds after it answers", () => {
  const membership = new Membership(ADA);
  membership.asked(0);
  membership.answered(answer(ADA, BOB), 5);
  membership.asked(1_000);
  expect(membership.judge(CID, 2_001)).toBe("unsure");
  membership.unanswered(3_000);
  membership.asked(3_000);
  expect(membership.answered(answer(ADA), 3_100)).toEqual([]);
  expect(membership.judge(BOB, 3_100)).toBe("living");
  expect(membership.judge(CID, 7_099)).toBe("unsure");
  membership.asked(7_000);
  expect(membership.answered(answer(ADA), 7_101)).toEqual([BOB]);
});

test("[N155] a node whose own sign the store has forgotten judges nobody dead before the others can have signed again", () => {
  const membership = new Membership(ADA);
  membership.asked(0);
  membership.answered({ ...answer(ADA, BOB), stood: false }, 5);
  membership.asked(1_000);
  expect(membership.answered({ ...answer(ADA), stood: false }, 1_005)).toEqual([]);
  expect(membership.judge(BOB, 1_006)).toBe("living");
  expect(membership.judge(CID, 1_006)).toBe("unsure");
  membership.asked(2_000);
  expect(membership.answered(answer(ADA), 2_005)).toEqual([]);
  membership.asked(5_000);
  expect(membership.answered(answer(ADA), 5_006)).toEqual([BOB]);
});

test("[N159] a node that was taken for dead and signs again is known for that, once", () => {
  const membership = new Membership(ADA);
  const hear = (...living: readonly NodeId[]) => {
    const back = membership.back(answer(...living).living);
    membership.asked(0);
    membership.answered(answer(...living), 5);
    return back;
  };
  expect(hear(ADA, BOB, CID)).toEqual([]);
  expect(hear(ADA, CID)).toEqual([]);
  expect(hear(ADA, BOB, CID)).toEqual([BOB]);
  expect(hear(ADA, BOB, CID)).toEqual([]);
  hear(ADA, BOB);
  membership.announced(CID);
  expect(hear(ADA, BOB, CID)).toEqual([]);
});

test("[N112] whoever is not known to have signed is asked for before it is judged", () => {
  const membership = new Membership(ADA);
  membership.asked(0);
  membership.answered(answer(ADA), 5);
  expect(membership.judge(CID, 10)).toBe("unknown");
  expect(membership.settle(CID, 10)).toBe("dead");
  expect(membership.judge(CID, 11)).toBe("dead");
});

test("[N113] a node whose end is announced is dead at once and for good", () => {
  const membership = new Membership(ADA);
  membership.asked(0);
  membership.answered(answer(ADA, BOB), 5);
  expect(membership.announced(BOB)).toBe(true);
  expect(membership.announced(BOB)).toBe(false);
  membership.asked(10);
  expect(membership.answered(answer(ADA, BOB), 12)).toEqual([]);
  expect(membership.judge(BOB, 12)).toBe("dead");
});

/** A node that signs on a bus, and what it makes of the ends of others. */
function signing(node: NodeId, bus: MemoryNodes, clock: VirtualClock) {
  const told: string[] = [];
  const ended = new Set<string>();
  const signs = new LifeSigns({
    ...{ node, place: `machine ${node}`, bus, clock, log: silentLog, metrics: openMetrics() },
    hasEnded: (place) => ended.has(place),
    said: () => ({ phase: "serving", shapes: [], kicks: [] }),
    heard: () => undefined,
    died: (other) => told.push(`${other} is dead`),
    explained: (other, how) => told.push(`${other} ${how}`),
    returned: () => undefined,
  });
  return { signs, told, ended };
}

test("[N172] a node that has ended signs no more, whatever it is still asked", async () => {
  const clock = new VirtualClock();
  const bus = new MemoryNodes(() => clock.now());
  const { signs } = signing(ADA, bus, clock);
  await signs.give();
  expect(await signs.judge(CID)).toBe("dead");
  await signs.end();
  expect(await signs.judge(BOB)).toBe("unsure");
  // As for a kick that was asked for before.
  signs.giveOrMiss();
  const { living } = await bus.sign(signOf(CID), 4_000);
  expect(living.map(({ node, phase }) => [node, phase])).toEqual([
    [ADA, "ended"],
    [CID, "serving"],
  ]);
  clock.advance(4_000);
  expect((await bus.sign(signOf(CID), 4_000)).living).toEqual([signOf(CID)]);
});

test("[N194] a node that ended by itself is told of as one that left, any other as one that died, also where its process is seen to end", async () => {
  const clock = new VirtualClock();
  const bus = new MemoryNodes(() => clock.now());
  const [ada, bob, cid] = [
    signing(ADA, bus, clock),
    signing(BOB, bus, clock),
    signing(CID, bus, clock),
  ];
  for (const { signs } of [bob, cid, ada, bob]) await signs.give();
  await bob.signs.end();
  // As on the machine of both, and as anywhere else.
  ada.ended.add(`machine ${BOB}`);
  ada.signs.look();
  expect(ada.told).toEqual([`${BOB} is dead`]);
  for (const { signs } of [ada, cid]) await signs.give();
  expect(ada.told).toEqual([`${BOB} is dead`, `${BOB} left`]);
  expect(cid.told).toEqual([`${BOB} is dead`, `${BOB} left`]);
  expect(await cid.signs.judge(BOB)).toBe("dead");
  ada.ended.add(`machine ${CID}`);
  ada.signs.look();
  await ada.signs.give();
  expect(ada.told.slice(2)).toEqual([`${CID} is dead`, `${CID} died`]);
  for (let second = 0; second < 5; second++) {
    clock.advance(1_000);
    await ada.signs.give();
  }
  expect(ada.told).toHaveLength(4);
  expect(ada.signs.living.map(({ node }) => node)).toEqual([ADA]);
});

test("[N114] rooms fall to every node about alike, and when one goes only its own fall to others", () => {
  const rooms = Array.from({ length: 3_000 }, (_, at) => `room${at}ofthetest` as RoomId);
  const before = rooms.map((room) => shareOf(room, nodes));
  for (const node of nodes) {
    const share = before.filter((owner) => owner === node).length;
    expect(share).toBeGreaterThan(800);
    expect(share).toBeLessThan(1_200);
  }
  const without = [ADA, CID];
  for (const [at, room] of rooms.entries()) {
    const now = shareOf(room, without);
    if (before[at] !== BOB) expect(now).toBe(before[at]);
    expect(shareOf(room, [CID, ADA])).toBe(now);
  }
  expect(shareOf(ROOM, [])).toBeUndefined();
});

const arrival = {
  connection: nameConnection(BOB, "c1"),
  node: BOB,
  identity: "identityofbob" as IdentityId,
  session: "sessionofbob1" as SessionId,
  name: "Bøb ☃",
  page: "pageofbob12345678" as PageId,
  frames: "json" as const,
};
const { connection } = arrival;
const instance = [1_800_000_000_123, 2] as const;
const shown = { epoch: 1_800_000_000_123, version: 77 };
const inputs = [
  { kind: "join", arrival, request: 0, watch: true, game: "nim" },
  { kind: "join", arrival, request: 3, watch: false },
  { kind: "resume", arrival, instance, bookmark: shown, ticket: undefined, commands: [] },
  {
    kind: "resume",
    ...{ arrival, instance, bookmark: undefined },
    ticket: { seat: 0, family: 4, generation: 9 },
    commands: [
      { seq: 1, name: "take", args: { count: [1, null, "x"] } },
      { seq: 2, void: "expired" },
    ],
  },
  { kind: "commands", connection, instance, commands: [{ seq: 3, void: "cancelled" }] },
  { kind: "input", connection, n: 7, name: "steer", values: { by: -0.5, on: true } },
  { kind: "sync", connection, bookmark: undefined },
  { kind: "leave", connection, instance },
  { kind: "idle", connection },
  { kind: "active", connection },
  { kind: "gone", connection },
] as const;
const bytes = Uint8Array.of(0x48, 0, 255);
const frame = { room: ROOM, epoch: 1, version: 2, timeMs: 3, changes: {}, events: [] } as never;
const tells: readonly Tell[] = [
  { kind: "step", to: [connection, nameConnection(BOB, "c2")], shown, bytes },
  { kind: "frame", to: connection, shown, bytes, answer: "changes" },
  { kind: "frame", to: connection, shown, bytes: new Uint8Array(0) },
  { kind: "json", to: connection, shown, frame },
  {
    ...{ kind: "seated", to: connection, request: undefined, session: arrival.session },
    ticket: { seat: 1, family: 2, generation: 3 },
    seated: { room: ROOM, game: "nim", seat: 1, instance, code: "abc", applied: 4 },
  },
  {
    ...{ kind: "refusal", to: connection, request: 2, reason: "room-full" },
    ...{ seq: undefined, detail: undefined },
  },
  { kind: "notice", to: connection, notice: { kind: "paused", room: ROOM } },
  { kind: "moved", to: connection },
  { kind: "detached", to: connection, reason: "room-moved" },
];
const items: readonly Item[] = [
  ...inputs.map((input): Item => ({ kind: "input", room: ROOM, input })),
  { kind: "tells", room: ROOM, game: "nim", shape: "s", tells },
  { kind: "astray", room: ROOM, host: CID, input: inputs[1] },
  { kind: "moved", room: ROOM, host: CID },
  { kind: "yours", room: ROOM },
  { kind: "session-over", session: arrival.session, reason: "session-revoked" },
  { kind: "alert", identity: arrival.identity, alert: "new-device", device: "Firefox on Linux" },
];

function payloadOf(list: readonly Item[]): Uint8Array {
  const writer = new ByteWriter();
  for (const item of list) writeItem(writer, item);
  return writer.finish();
}

test("[N120] whatever nodes tell one another arrives as it was told", () => {
  expect(readItems(payloadOf(items))).toEqual(items);
  const packet = { stream: 3, seq: 9, heard: 2, ack: 8, wants: true, payload: payloadOf(items) };
  expect(decodePacket(encodePacket(ADA, packet))).toEqual({ from: ADA, packet });
});

test("[N121] bytes of the bus that no node sends are refused, and nothing else is thrown", () => {
  const random = seededRandom(7);
  const packet = { stream: 1, seq: 1, heard: 0, ack: 0, wants: false, payload: payloadOf(items) };
  const good = encodePacket(ADA, packet);
  let refused = 0;
  for (let round = 0; round < 3_000; round++) {
    const bad = good.slice(0, 1 + Math.floor(random() * good.length));
    bad[Math.floor(random() * bad.length)] = Math.floor(random() * 256);
    try {
      readItems(decodePacket(bad).packet.payload);
    } catch (cause) {
      if (!(cause instanceof MalformedBytes)) throw cause;
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(2_000);
});

test("[N122] a connection's name says which node holds it, and a step's bytes go once to each node", () => {
  const [one, two, three] = [
    nameConnection(ADA, "x"),
    nameConnection(BOB, "y"),
    nameConnection(ADA, "z"),
  ];
  expect([one, two, three].map(nodeOf)).toEqual([ADA, BOB, ADA]);
  const told: Tell[] = [
    { kind: "moved", to: two },
    { kind: "step", to: [one, two, three], shown, bytes },
  ];
  const sorted = byNode(told, CID);
  expect([...sorted.keys()].sort()).toEqual([ADA, BOB]);
  expect(sorted.get(ADA)).toEqual([{ kind: "step", to: [one, three], shown, bytes }]);
  expect(sorted.get(BOB)).toEqual([told[0], { kind: "step", to: [two], shown, bytes }]);
});

test("[N130] a worker that is silent for half a second or takes no more gets no new connection", () => {
  const roster = new Roster(2);
  expect(roster.next(0)).toBeUndefined();
  for (const worker of [0, 1]) roster.begun(worker, 0);
  expect(roster.next(0)).toBeUndefined();
  for (const worker of [0, 1]) roster.noted(worker, "serving", 0);
  expect([roster.next(10), roster.next(10), roster.next(10)]).toEqual([1, 0, 1]);
  roster.heard(1, 400);
  expect([roster.next(501), roster.next(502)]).toEqual([1, 1]);
  roster.heard(0, 600);
  roster.noted(1, "leaving", 600);
  expect([roster.next(601), roster.next(602)]).toEqual([0, 0]);
  roster.ended(0, 700);
  expect(roster.next(701)).toBeUndefined();
});

test("[N131] a worker that keeps ending is started again ever later, and one that was well at once", () => {
  const roster = new Roster(1);
  const pauses: number[] = [];
  for (let nowMs = 0; pauses.length < 9; nowMs += 1_000) {
    roster.begun(0, nowMs);
    pauses.push(roster.ended(0, nowMs + 10));
  }
  expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
  roster.begun(0, 20_000);
  expect(roster.ended(0, 30_000)).toBe(100);
});

test("[N132] the command line says how many workers there are, and a worker knows that it is one", () => {
  expect(roleOf([])).toEqual({ kind: "alone" });
  for (const words of [["--workers", "4"], ["--workers=4"]]) {
    expect(roleOf(words)).toEqual({ kind: "supervisor", workers: 4 });
    expect(workerArgs(words)).toEqual(["--worker"]);
  }
  const args = workerArgs(["--quiet", "--workers", "4", "more"]);
  expect(args).toEqual(["--quiet", "more", "--worker"]);
  expect(roleOf(args)).toEqual({ kind: "worker" });
  for (const wrong of [["0"], ["two"], ["1.5"], ["65"], []])
    expect(() => roleOf(["--workers", ...wrong])).toThrow("from 1 to 64");
});
