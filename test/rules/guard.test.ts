// Guard: what of a connection's packets reaches Socket.IO, and what is dropped or ends it.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Guard, type Verdict } from "../../server/gate/guard.ts";
import { BODY, PACKET, readPacket, writePacket } from "../../server/gate/packet.ts";

const admitted = (): Guard => {
  const guard = new Guard(0);
  guard.message("0{}", 0);
  guard.admit();
  return guard;
};

const kindsOf = (verdicts: readonly Verdict[]): string[] => verdicts.map(({ kind }) => kind);
const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
const input = (byteCount: number): Uint8Array => new Uint8Array(byteCount).fill(0x69);

test("[G1] a connection may send one CONNECT; a second ends it", () => {
  const guard = new Guard(0);
  expect(kindsOf(times(3, () => guard.message('0{"protocol":1}', 0)))).toEqual([
    "packet",
    "broken",
    "broken",
  ]);
  expect(admitted().message("0{}", 0)).toMatchObject({ kind: "broken", reason: "packet-invalid" });
});

test("[G2] nothing but a CONNECT is accepted before a connection is admitted", () => {
  const early: readonly unknown[] = ['2["sync",{}]', "1", input(12)];
  for (const message of early) {
    expect(new Guard(0).message(message, 0).kind).toBe("broken");
    const connecting = new Guard(0);
    connecting.message("0{}", 0);
    expect(connecting.message(message, 0).kind).toBe("broken");
    expect(admitted().message(message, 0).kind).not.toBe("broken");
  }
});

test("[G3] values too deep, wide or long end the connection before they are built", () => {
  const body = (json: string) => admitted().message(`2["x",${json}]`, 0);
  const list = (count: number) => `[${times(count, () => "1").join(",")}]`;
  const object = (count: number) => `{${times(count, () => '"a":1').join(",")}}`;
  const text = (units: number) => `"${"a".repeat(units)}"`;
  // The event's own array is a level.
  for (const fits of [nested(15), list(256), object(64), text(2_048)]) {
    expect(body(fits).kind).toBe("packet");
  }
  expect(body(nested(16))).toMatchObject({ kind: "broken", why: "too-deep" });
  expect(body(list(257))).toMatchObject({ kind: "broken", why: "too-many-items" });
  expect(body(object(65))).toMatchObject({ kind: "broken", why: "too-many-keys" });
  expect(body(text(2_049))).toMatchObject({ kind: "broken", why: "string-too-long" });
  expect(body("[".repeat(8_000))).toMatchObject({ kind: "broken", why: "too-deep" });
});

test("[G3] what stands in a string counts as its characters, not as structure", () => {
  const body = (json: string) => admitted().message(`2["x",${json}]`, 0).kind;
  expect(body(JSON.stringify("[{,".repeat(600)))).toBe("packet");
  expect(body(`"${'\\"['.repeat(1_000)}"`)).toBe("packet");
  expect(body(`"${"\\u0041".repeat(2_048)}"`)).toBe("packet");
  expect(body(`"${"\\u0041".repeat(2_049)}"`)).toBe("broken");
  expect(body(`"\\\\",${nested(16)}`)).toBe("broken");
});

test("[G4] acknowledgements, attachments, other namespaces and names that Socket.IO raises end it", () => {
  const refused = [
    "3[1]",
    '30["x"]',
    '4{"message":"x"}',
    '51-["x",{"_placeholder":true,"num":0}]',
    '61-1[{"_placeholder":true,"num":0}]',
    '2/admin,["x"]',
    "1/admin,",
    '2["disconnect"]',
    '2["connect"]',
    '2["newListener",1]',
    "2[1]",
    "2[]",
    "2{}",
    "2",
    "2[",
    '2 ["x"]',
    '2-1["x"]',
    '21e9["x"]',
    `2${"9".repeat(16)}["x"]`,
    "10",
    "1{}",
    "",
    "7",
  ];
  for (const text of refused)
    expect([text, admitted().message(text, 0).kind]).toEqual([text, "broken"]);
  for (const text of ['0["x"]', "00", '0/admin,{"a":1}', "0[", '0"x"']) {
    expect([text, new Guard(0).message(text, 0).kind]).toEqual([text, "broken"]);
  }
});

test("[G5] a packet beyond the allowance is dropped, and every thirtieth of them is a strike", () => {
  const guard = admitted();
  const verdicts = times(59 + 62, () => guard.message('2["sync",{}]', 0));
  expect(new Set(kindsOf(verdicts.slice(0, 59)))).toEqual(new Set(["packet"]));
  const dropped = verdicts.slice(59);
  expect(new Set(kindsOf(dropped))).toEqual(new Set(["dropped"]));
  const strikes = dropped.flatMap((verdict, at) =>
    verdict.kind === "dropped" && verdict.strike ? [at] : [],
  );
  expect(strikes).toEqual([0, 30, 60]);
});

test("[G5] an allowance fills again with time, and no further than its burst", () => {
  const guard = admitted();
  times(60, () => guard.message('2["x"]', 0));
  expect(guard.message('2["x"]', 0).kind).toBe("dropped");
  expect(guard.message('2["x"]', 1_000).kind).toBe("packet");
  const later = times(61, () => guard.message('2["x"]', 1_000_000).kind);
  expect(later.indexOf("dropped")).toBe(60);
});

test("[G6] inputs have an allowance of their own that lets a stalled line deliver", () => {
  const guard = admitted();
  times(100, () => guard.message('2["sync",{}]', 0));
  expect(guard.message(input(12), 0).kind).toBe("input");
  expect(guard.message('2["input",{}]', 0).kind).toBe("packet");
  const stalled = times(298, () => guard.message(input(12), 0).kind);
  expect(new Set(stalled)).toEqual(new Set(["input"]));
  expect(guard.message(input(12), 0).kind).toBe("dropped");
  expect(guard.message('2["input",{}]', 0).kind).toBe("dropped");
});

test("[G7] more pings and pongs than a heartbeat needs end the connection", () => {
  const calm = admitted();
  const minutes = Array.from({ length: 60 }, (_, at) => calm.control(at * 1_000).kind);
  expect(new Set(minutes)).toEqual(new Set(["passed"]));
  const flooded = admitted();
  expect(times(21, () => flooded.control(0).kind).lastIndexOf("passed")).toBe(19);
  expect(flooded.control(0)).toMatchObject({ kind: "broken", reason: "too-many-packets" });
});

test("[G8] bytes too short or too long for any input end the connection", () => {
  for (const [length, kind] of [
    [0, "broken"],
    [9, "broken"],
    [10, "input"],
    [256, "input"],
    [257, "broken"],
  ] as const) {
    expect([length, admitted().message(input(length), 0).kind]).toEqual([length, kind]);
  }
});

test("[G9] whatever is sent, whenever, the guard answers and throws nothing", () => {
  const packet = fc
    .tuple(fc.constantFrom("0", "1", "2", "23", "3", "51-"), fc.json())
    .map((parts) => parts.join(""));
  const message = fc.oneof(
    fc.string(),
    packet,
    fc.json().map((json) => `2["x",${json}]`),
    fc.uint8Array({ maxLength: 400 }),
    fc.anything(),
  );
  const known = new Set(["packet", "input", "dropped", "broken"]);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(message, fc.nat(2_000)), { maxLength: 30 }),
      fc.boolean(),
      (sent, isAdmitted) => {
        const guard = isAdmitted ? admitted() : new Guard(0);
        let nowMs = 0;
        for (const [each, laterMs] of sent) {
          nowMs += laterMs;
          const verdict = guard.message(each, nowMs);
          expect(known).toContain(verdict.kind);
          if (verdict.kind === "packet") expect(verdict.packet.nsp).toBe("/");
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("[G10] an event is read with the name, number and values that it was written with", () => {
  const body = fc.jsonValue({ maxDepth: 4 });
  const name = fc.stringMatching(/^[a-z]{1,12}$/).filter((word) => !/^(dis)?connect/.test(word));
  const id = fc.option(fc.nat(), { nil: undefined });
  fc.assert(
    fc.property(name, id, body, (event, number, value) => {
      const asks = number === undefined ? {} : { id: number };
      const packet = { type: PACKET.event, nsp: "/", ...asks, [BODY]: [event, value] };
      // What JSON cannot say, such as −0, it does not read either.
      expect(readPacket(writePacket(packet))).toEqual({
        kind: "packet",
        packet: JSON.parse(JSON.stringify(packet)) as unknown,
      });
    }),
  );
});
