// Agenda: who of many is due next, against a list that is sorted each time.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Agenda } from "../../server/gate/agenda.ts";

test("[G50] things come off the agenda in the order they are due, each at its earliest time and once", () => {
  const put = fc.record({ kind: fc.constant("put" as const), item: fc.nat(12), dueMs: fc.nat(50) });
  const drop = fc.record({ kind: fc.constant("drop" as const), item: fc.nat(12) });
  const take = fc.record({ kind: fc.constant("take" as const), nowMs: fc.nat(60) });
  fc.assert(
    fc.property(fc.array(fc.oneof(put, put, drop, take), { maxLength: 120 }), (story) => {
      const agenda = new Agenda<number>();
      const due = new Map<number, number>();
      const firstMs = () => (due.size === 0 ? undefined : Math.min(...due.values()));
      for (const each of story) {
        if (each.kind === "put") {
          agenda.put(each.item, each.dueMs);
          due.set(each.item, Math.min(each.dueMs, due.get(each.item) ?? Infinity));
        } else if (each.kind === "drop") {
          agenda.drop(each.item);
          due.delete(each.item);
        } else {
          const wantedMs = firstMs();
          const taken = agenda.take(each.nowMs);
          if (wantedMs === undefined || wantedMs > each.nowMs) {
            expect(taken).toBeUndefined();
          } else {
            expect(due.get(taken ?? -1)).toBe(wantedMs);
            due.delete(taken ?? -1);
          }
        }
        expect(agenda.nextMs()).toBe(firstMs());
        expect(agenda.size).toBe(due.size);
      }
    }),
    { numRuns: 500 },
  );
});
