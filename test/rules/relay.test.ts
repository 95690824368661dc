// Relay: what one node keeps of others that speak to it on the bus, and what it has them learn.
import { expect, test } from "vitest";
import { openMetrics } from "../../server/metrics.ts";
import { decodePacket, encodePacket } from "../../server/node/packet.ts";
import { Relay, type RelayParts } from "../../server/node/relay.ts";
import type { NodeStore } from "../../server/store/nodeStore.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import type { NodeId, RoomId } from "../../shared/ids.ts";

const [ADA, BOB] = ["nodeofada0001", "nodeofbob0001"] as [NodeId, NodeId];
const ROOM = "roomofthetest" as RoomId;

type Bus = Pick<NodeStore, "listen" | "publish">;

/** A bus over which everything comes after a moment, as `carry` leaves it. */
function busOf(clock: VirtualClock, carry: (to: NodeId, message: Uint8Array) => Uint8Array): Bus {
  const ears = new Map<NodeId, (message: Uint8Array) => void>();
  return {
    listen: async (node, hear) => {
      ears.set(node, hear);
      return () => undefined;
    },
    publish: async (to, message) => {
      const carried = carry(to, message);
      clock.after(1, () => ears.get(to)?.(carried));
    },
  };
}

function relayOver(bus: Bus, clock: VirtualClock, parts: Partial<RelayParts>): Relay {
  return new Relay({
    ...{ node: "nodeofthetest" as NodeId, bus: bus as NodeStore, clock, metrics: openMetrics() },
    log: { warn: () => undefined },
    defer: (callback) => void clock.after(0, callback),
    hear: () => undefined,
    broken: () => undefined,
    ...parts,
  });
}

test("[N104] of thousands of nodes that there are not a few hundred are answered, and forgotten", async () => {
  let say: (message: Uint8Array) => void = () => undefined;
  const answered = new Set<string>();
  const bus: Bus = {
    listen: async (_node, hear) => {
      say = hear;
      return () => undefined;
    },
    publish: async (to) => void answered.add(to),
  };
  const warned: string[] = [];
  const clock = new VirtualClock();
  const relay = relayOver(bus, clock, { log: { warn: (event) => void warned.push(event) } });
  await relay.start();
  const speak = (from: string) => {
    const packet = {
      stream: 1,
      seq: 1,
      heard: 0,
      ack: 0,
      wants: false,
      payload: new Uint8Array(0),
    };
    say(encodePacket(from as NodeId, packet));
    clock.advance(100);
  };
  for (let at = 0; at < 3_000; at++) speak(`strangernode${at}`);
  expect(answered.size).toBe(256);
  expect(warned).toHaveLength(3_000 - 256);
  relay.keepOnly(new Set(["strangernode7" as NodeId]));
  speak("anothernode");
  expect(answered.has("anothernode")).toBe(true);
  await relay.stop();
});

test("[N159] a node that was let go of is told by a hail alone, and one that was not notices nothing", async () => {
  const clock = new VirtualClock();
  const bus = busOf(clock, (_to, message) => message);
  const broken: string[] = [];
  const relayOf = (node: NodeId) =>
    relayOver(bus, clock, { node, broken: (peer) => void broken.push(`${node} of ${peer}`) });
  const [here, there] = [relayOf(ADA), relayOf(BOB)];
  for (const relay of [here, there]) await relay.start();
  here.send(BOB, { kind: "moved", room: ROOM, host: ADA });
  clock.advance(1_000);
  here.hail(BOB);
  clock.advance(1_000);
  expect(broken).toEqual([]);
  here.forget(BOB);
  clock.advance(1_000);
  expect(broken).toEqual([]);
  here.hail(BOB);
  clock.advance(1_000);
  expect(broken).toEqual([`${BOB} of ${ADA}`]);
  for (const relay of [here, there]) await relay.stop();
});

/** Two relays, each told apart by its node, over a bus that `carry` may damage. */
async function pair(carry: (to: NodeId, message: Uint8Array) => Uint8Array) {
  const clock = new VirtualClock();
  const bus = busOf(clock, carry);
  const said: string[] = [];
  const relayOf = (node: NodeId) =>
    relayOver(bus, clock, {
      node,
      log: { warn: (event, { peer } = {}) => void said.push(`${node}: ${event} of ${peer}`) },
      hear: (from, items) => {
        for (const { kind } of items) said.push(`${node}: ${kind} from ${from}`);
      },
      broken: (peer) => void said.push(`${node}: begins anew with ${peer}`),
    });
  const [here, there] = [relayOf(ADA), relayOf(BOB)];
  for (const relay of [here, there]) await relay.start();
  const stop = () => Promise.all([here.stop(), there.stop()]);
  return { clock, here, there, said, stop };
}

test("[N185] what came whole and cannot be read is told of, both ends begin anew, and all that comes after it is heard", async () => {
  for (const isFirst of [true, false]) {
    let damaged = "";
    const { clock, here, there, said, stop } = await pair((to, message) => {
      const { from, packet } = decodePacket(message);
      const isDamaged = to === BOB && packet.payload.length > 0 && damaged === "now";
      if (!isDamaged) return message;
      damaged = "once";
      return encodePacket(from, { ...packet, payload: Uint8Array.of(255) });
    });
    const tell = (kind: "moved" | "yours") => {
      here.send(BOB, kind === "yours" ? { kind, room: ROOM } : { kind, room: ROOM, host: ADA });
      clock.advance(0);
    };
    if (!isFirst) there.send(ADA, { kind: "yours", room: ROOM });
    clock.advance(1_000);
    said.length = 0;
    damaged = "now";
    tell("moved");
    tell("yours");
    clock.advance(1_000);
    expect(damaged).toBe("once");
    const told = [
      `${BOB}: relay-unreadable of ${ADA}`,
      `${BOB}: relay-broken of ${ADA}`,
      `${BOB}: begins anew with ${ADA}`,
      `${BOB}: yours from ${ADA}`,
      `${ADA}: relay-broken of ${BOB}`,
      `${ADA}: begins anew with ${BOB}`,
    ];
    expect([...said].sort(), `the first: ${isFirst}`).toEqual(told.sort());
    await stop();
  }
});

test("[N185] what cannot be read each time has two nodes begin anew once in ten seconds", async () => {
  const { clock, here, said, stop } = await pair((to, message) => {
    const { from, packet } = decodePacket(message);
    if (to !== BOB || packet.payload.length === 0) return message;
    return encodePacket(from, { ...packet, payload: Uint8Array.of(255) });
  });
  for (let second = 0; second < 30; second++) {
    here.send(BOB, { kind: "yours", room: ROOM });
    clock.advance(1_000);
  }
  const times = (what: string) => said.filter((each) => each.startsWith(`${BOB}: ${what}`)).length;
  expect([times("relay-unreadable"), times("begins anew")]).toEqual([30, 3]);
  await stop();
});

test("[N165] what Redis refuses to carry is told of and sent again, and ends no node", async () => {
  const clock = new VirtualClock();
  const warned: string[] = [];
  let isRefused = true;
  let carried = 0;
  const bus: Bus = {
    listen: async () => () => undefined,
    async publish() {
      if (isRefused)
        throw new Error("NOPERM this user has no permissions to run the 'spublish' command");
      carried += 1;
    },
  };
  const relay = relayOver(bus, clock, { log: { warn: (event) => void warned.push(event) } });
  await relay.start();
  const peer = "nodeofbob0001" as NodeId;
  relay.send(peer, { kind: "moved", room: "roomofthetest" as RoomId, host: peer });
  clock.advance(1);
  isRefused = false;
  clock.advance(10_000);
  expect(carried).toBeGreaterThan(0);
  // Rejects if the refusal is nobody's.
  await relay.stop();
  expect(warned).toContain("relay-refused");
});
