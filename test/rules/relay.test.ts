// Relay: what one node keeps of others that speak to it on the bus.
import { expect, test } from "vitest";
import { openMetrics } from "../../server/metrics.ts";
import { encodePacket } from "../../server/node/packet.ts";
import { Relay } from "../../server/node/relay.ts";
import type { NodeStore } from "../../server/store/nodeStore.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import type { NodeId } from "../../shared/ids.ts";

test("[N104] of thousands of nodes that there are not a few hundred are answered, and forgotten", async () => {
  let say: (message: Uint8Array) => void = () => undefined;
  const answered = new Set<string>();
  const bus: Pick<NodeStore, "listen" | "publish"> = {
    listen: async (_node, hear) => {
      say = hear;
      return () => undefined;
    },
    publish: async (to) => void answered.add(to),
  };
  const warned: string[] = [];
  const clock = new VirtualClock();
  const relay = new Relay({
    ...{ node: "nodeofthetest" as NodeId, bus: bus as NodeStore, clock, metrics: openMetrics() },
    log: { warn: (event) => void warned.push(event) },
    defer: (callback) => void clock.after(0, callback),
    hear: () => undefined,
    broken: () => undefined,
  });
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
