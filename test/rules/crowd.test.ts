// Crowd: who makes room where one address has too many sockets that were not let in.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Crowd } from "../../server/http/crowd.ts";

test("[G70] of an address that has too many sockets outside, the one that came first makes room", () => {
  const crowd = new Crowd<number>(2);
  expect([1, 2].map((socket) => crowd.come(socket, "here"))).toEqual([undefined, undefined]);
  expect(crowd.come(3, "elsewhere")).toBeUndefined();
  expect(crowd.come(4, "here")).toBe(1);
  expect(crowd.come(5, "here")).toBe(2);
  expect(crowd.come(6, "elsewhere")).toBeUndefined();
});

test("[G70] who was let in or has gone counts no more", () => {
  const moves = fc.array(
    fc.record({
      socket: fc.nat(40),
      group: fc.constantFrom("a", "b", "c"),
      leaves: fc.boolean(),
    }),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(moves, fc.integer({ min: 1, max: 4 }), (all, max) => {
      const crowd = new Crowd<string>(max);
      const here = new Map<string, string[]>();
      for (const { socket, group, leaves } of all) {
        const name = `${group}${socket}`;
        const before = (here.get(group) ?? []).filter((other) => other !== name);
        crowd.leave(name);
        here.set(group, before);
        if (leaves) continue;
        const evicted = crowd.come(name, group);
        expect(evicted).toBe(before.length === max ? before[0] : undefined);
        here.set(group, [...before.filter((other) => other !== evicted), name]);
      }
      expect(crowd.size).toBe([...here.values()].flat().length);
    }),
  );
});
