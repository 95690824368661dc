// Wire document: what it says in numbers and bytes is what the code does.
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MalformedBytes } from "../../shared/bytes.ts";
import type { Kind } from "../../shared/field.ts";
import { HEARTBEAT_BYTE } from "../../shared/frame.ts";
import { decodeHeartbeat, encodeHeartbeat } from "../../shared/heartbeat.ts";
import * as kinds from "../../shared/kinds.ts";
import * as numbers from "../../shared/numbers.ts";
import { withoutComments } from "../tidy/source.ts";

const fileOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

const WIRE = fileOf("shared/WIRE.md");

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

/** What the pattern finds first in each place of the source, and which of it the document does not say. */
function unsaid(source: string, pattern: RegExp): { found: number; missing: readonly string[] } {
  const names = [...new Set([...source.matchAll(pattern)].map(([, name = ""]) => name))];
  const isSaid = (name: string) => new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(WIRE);
  return { found: names.length, missing: names.filter((name) => !isSaid(name)) };
}

test("[P3] the wire document names every event, notice and field of both ends", () => {
  const protocol = withoutComments(fileOf("shared/protocol.ts"));
  const frame = withoutComments(fileOf("shared/frame.ts").split("interface JsonFrame")[1] ?? "");
  const events = unsaid(protocol, /^ {2}(\w+)\(.*\): void;$/gm);
  const kinds = unsaid(protocol, /kind: "([\w-]+)"/g);
  const fields = unsaid(protocol + frame, /readonly (\w+)\??:/g);
  expect([events.missing, kinds.missing, fields.missing]).toEqual([[], [], []]);
  expect([events.found, kinds.found, fields.found].every((count) => count >= 8)).toBe(true);
});

test("[P3] the wire document names every request that a client may make", () => {
  const folder = new URL("../../server/http/", import.meta.url);
  const source = readdirSync(folder).map((file) => fileOf(`server/http/${file}`));
  const asked = source.join("\n").matchAll(/app\.(get|post|put|delete)\("(\/api\/[\w/:-]+)"/g);
  const requests = [...asked].map(([, method, path]) => ({ method, path: path ?? "" }));
  expect(requests.length).toBeGreaterThan(20);
  const said = WIRE.split("\n").filter((line) => / → \d{3}/.test(line));
  for (const { method = "", path } of requests) {
    const isSaid = (line: string) =>
      line.split(/[\s?;]+/).includes(path) && line.includes(method.toUpperCase());
    expect(said.some(isSaid), `${method} ${path}`).toBe(true);
  }
});
