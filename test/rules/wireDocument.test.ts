// Wire document: what it says in numbers and bytes is what the code does.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MalformedBytes } from "../../shared/bytes.ts";
import type { Kind } from "../../shared/field.ts";
import { HEARTBEAT_BYTE } from "../../shared/frame.ts";
import { decodeHeartbeat, encodeHeartbeat } from "../../shared/heartbeat.ts";
import * as kinds from "../../shared/kinds.ts";
import * as numbers from "../../shared/numbers.ts";

const WIRE = readFileSync(new URL("../../shared/WIRE.md", import.meta.url), "utf8");

test("[G64] a heartbeat is read as it was written, or it is malformed", () => {
  const shown = fc.record({
    tag: fc.nat(0xffff_ffff),
    version: fc.nat(Number.MAX_SAFE_INTEGER),
  });
  fc.assert(
    fc.property(fc.array(shown, { maxLength: 8 }), fc.nat(200), (rooms, cut) => {
      const bytes = encodeHeartbeat(rooms);
      expect(bytes[0]).toBe(HEARTBEAT_BYTE);
      expect(decodeHeartbeat(bytes)).toEqual(rooms);
      if (cut < bytes.length - 1)
        expect(() => decodeHeartbeat(bytes.subarray(0, cut + 1))).toThrow(MalformedBytes);
    }),
  );
});

type Made = Kind<unknown> | ((...given: never[]) => Kind<unknown>);

/** Everything that a schema may be written with. */
const KINDS = Object.entries({ ...kinds, ...numbers }) as [string, Made][];

/** The kind that a cell such as `int(1, 3)` means. */
function kindOf(name: string, given: string | undefined): Kind<unknown> {
  const made = KINDS.find(([known]) => known === name)?.[1];
  if (made === undefined) throw new Error(`no kind ${name}`);
  if (typeof made !== "function") return made;
  const inner = KINDS.find(([known]) => known === given?.split(",")[0])?.[1];
  const [, ...rest] = (given ?? "").split(", ");
  const values = inner === undefined ? JSON.parse(`[${given}]`) : [inner, ...rest.map(Number)];
  return made(...(values as never[]));
}

test("[G65] the wire document tells each kind's initial value as it is", () => {
  const rows = [...WIRE.matchAll(/^\| `(\w+)(?:\(([^)]*)\))?` \| `([^`]*)` \|/gm)];
  for (const [row, name = "", given, told = ""] of rows) {
    const { initial = null } = kindOf(name, given);
    expect(JSON.stringify(initial), row).toBe(told);
  }
  const named = new Set(rows.map(([, name]) => name));
  const isKind = ([, made]: [string, Made]) => typeof made === "function" || "initial" in made;
  const missing = KINDS.filter(isKind).filter(([name]) => !named.has(name));
  expect(missing.map(([name]) => name)).toEqual([]);
});
