// Parse: what of a client's handshake, events and bytes becomes a typed message, and what is a misfit.
import fc from "fast-check";
import { expect, test } from "vitest";
import { readInput, tagOfInput } from "../../server/gate/binaryInput.ts";
import { parseEvent, parseHandshake } from "../../server/gate/parse.ts";
import { ByteWriter } from "../../shared/bytes.ts";
import { writeFields } from "../../shared/codec.ts";
import { bool, defineGame, f32, int, oneOf, u8 } from "../../shared/game.ts";

const ROOM = "room00000001";
const SHAPE = "0123abcd";
const seat = { room: ROOM, instance: [5, 1], shape: SHAPE, ticket: "a.1.b" };
const handshake = { protocol: 1, page: "page-0123456789ab", frames: "binary", token: "aa.bb.cc" };
const command = { seq: 1, name: "take", args: { count: 2 } };

const reasonOf = (auth: unknown): string => {
  const read = parseHandshake(auth);
  return read.kind === "misfit" ? read.reason : "greeting";
};
const eventReason = (name: unknown, ...args: unknown[]): string => {
  const read = parseEvent(name, args);
  return read.kind === "misfit" ? read.reason : "message";
};

test("[G15] a handshake of another protocol version is told so, whatever else it holds", () => {
  expect(reasonOf({ ...handshake, protocol: 2 })).toBe("protocol-unknown");
  expect(reasonOf({ protocol: 7, anything: [1, { else: true }] })).toBe("protocol-unknown");
  expect(reasonOf({ ...handshake, protocol: "1" })).toBe("handshake-invalid");
});

test("[G16] a handshake with an unknown, missing or misshapen field is refused", () => {
  expect(reasonOf(handshake)).toBe("greeting");
  expect(reasonOf({ ...handshake, frames: "json", seats: [seat] })).toBe("greeting");
  const changes: readonly object[] = [
    { page: "short" },
    { page: 7 },
    { frames: "text" },
    { seats: {} },
    { seats: [seat, seat] },
    { seats: Array.from({ length: 9 }, (_, at) => ({ ...seat, room: `room0000000${at}` })) },
    { seats: [{ ...seat, room: "../room" }] },
    { seats: [{ ...seat, instance: [1] }] },
    { seats: [{ ...seat, instance: [1, -1] }] },
    { seats: [{ ...seat, bookmark: { epoch: 1 } }] },
    { seats: [{ ...seat, bookmark: { epoch: 1, version: 2 ** 53 } }] },
    { seats: [{ ...seat, bookmark: null }] },
    { seats: [{ ...seat, ticket: "a b" }] },
    { seats: [{ ...seat, ticket: "a".repeat(201) }] },
    { seats: [{ ...seat, admin: true }] },
    { seats: [{ ...seat, commands: [{ ...command, seq: 0 }] }] },
    { admin: true },
    { pid: "x", offset: "y" },
  ];
  for (const change of changes) {
    expect([change, reasonOf({ ...handshake, ...change })]).toEqual([change, "handshake-invalid"]);
  }
  for (const name of ["protocol", "page", "frames"] as const) {
    const { [name]: _, ...rest } = handshake;
    expect([name, reasonOf(rest)]).toEqual([name, "handshake-invalid"]);
  }
  for (const auth of [undefined, null, 1, "x", [], [handshake]]) {
    expect(reasonOf(auth)).toBe("handshake-invalid");
  }
});

test("[G17] a handshake needs a token of the right form, or a ticket in each of its seats", () => {
  const { token: _, ...bare } = handshake;
  const { ticket: __, ...unproved } = { ...seat, room: "room00000002" };
  expect(reasonOf({ ...bare, seats: [seat] })).toBe("greeting");
  expect(reasonOf(bare)).toBe("token-missing");
  expect(reasonOf({ ...bare, seats: [] })).toBe("token-missing");
  expect(reasonOf({ ...bare, seats: [seat, unproved] })).toBe("token-missing");
  for (const token of ["", "a.b", "a.b.c.d", "a b.c.d", 7, `${"a".repeat(2_045)}.b.c`]) {
    expect([token, reasonOf({ ...handshake, token })]).toEqual([token, "token-invalid"]);
  }
});

const valid: readonly (readonly [name: string, body: object])[] = [
  ["join", { game: "nim", shape: SHAPE }],
  ["join", { game: "nim", shape: SHAPE, room: ROOM, watch: true }],
  ["join", { game: "nim", shape: SHAPE, room: ROOM, bookmark: { epoch: 5, version: 9 } }],
  ["join", { game: "nim", shape: SHAPE, code: "abcdef" }],
  ["join", { game: "nim", shape: SHAPE, create: "private" }],
  ["resume", { ...seat, bookmark: { epoch: 5, version: 9 }, commands: [command] }],
  ["command", { room: ROOM, instance: [5, 1], commands: [command, { seq: 2, void: "expired" }] }],
  ["input", { room: ROOM, instance: [5, 1], n: 3, name: "steer", values: { dx: 1 } }],
  ["sync", { room: ROOM, instance: [5, 1], bookmark: { epoch: 5, version: 9 } }],
  ["sync", { room: ROOM, instance: [5, 1] }],
  ["leave", { room: ROOM, instance: [5, 1] }],
];

test("[G18] an event is read if every field of it is known and as it should be", () => {
  for (const [name, body] of valid) {
    expect(parseEvent(name, [body])).toEqual({ kind: "message", message: { name, body } });
  }
  expect(parseEvent("extend", [])).toEqual({ kind: "message", message: { name: "extend" } });
});

test("[G18] an event with a field too many, too few or of another kind is a misfit", () => {
  const wrong: readonly unknown[] = [null, undefined, "x", 1, {}, [], true, { constructor: 1 }];
  for (const [name, body] of valid) {
    const misfit = name === "join" ? "join-invalid" : "packet-invalid";
    expect(eventReason(name, { ...body, seat: 1 })).toBe(misfit);
    expect(eventReason(name, body, body)).toBe(misfit);
    expect(eventReason(name, JSON.parse(`{"__proto__":${JSON.stringify(body)}}`))).toBe(misfit);
    for (const each of wrong)
      expect([name, each, eventReason(name, each)]).toEqual([name, each, misfit]);
    for (const field of Object.keys(body)) {
      expect([name, field, eventReason(name, { ...body, [field]: { no: Number.NaN } })]).toEqual([
        name,
        field,
        misfit,
      ]);
    }
  }
  for (const ways of [
    { room: ROOM, code: "abcdef" },
    { room: ROOM, create: "listed" },
    { bookmark: { epoch: 5, version: 9 } },
  ]) {
    expect(eventReason("join", { game: "nim", shape: SHAPE, ...ways })).toBe("join-invalid");
  }
  for (const name of ["cheat", "__proto__", "constructor", "toString", 7, undefined]) {
    expect([name, eventReason(name, {})]).toEqual([name, "packet-invalid"]);
  }
  expect(eventReason("extend", {})).toBe("packet-invalid");
});

test("[G19] commands have whole numbers from 1, declared names, and arguments that are plain JSON", () => {
  const of = (...commands: unknown[]) =>
    eventReason("command", { room: ROOM, instance: [5, 1], commands });
  expect(of(command)).toBe("message");
  expect(of({ seq: 1, void: "cancelled" })).toBe("message");
  expect(of()).toBe("packet-invalid");
  expect(of(...Array.from({ length: 65 }, (_, at) => ({ ...command, seq: at + 1 })))).toBe(
    "packet-invalid",
  );
  const wrong = [
    { ...command, seq: 0 },
    { ...command, seq: 1.5 },
    { ...command, seq: -1 },
    { ...command, seq: 2 ** 53 },
    { ...command, seq: "1" },
    { ...command, name: "no name" },
    { ...command, name: "a".repeat(33) },
    { seq: 1, name: "take" },
    { ...command, void: "cancelled" },
    { seq: 1, void: "applied" },
    { ...command, args: JSON.parse("[1e400]") as unknown },
    { ...command, args: JSON.parse('{"a":{"__proto__":{"admin":true}}}') as unknown },
    { ...command, extra: 1 },
    null,
  ];
  for (const each of wrong) expect([each, of(each)]).toEqual([each, "packet-invalid"]);
});

test("[G20] whatever a client sends is read or is a misfit, and what is read is what was sent", () => {
  const names = fc.constantFrom(
    "join",
    "resume",
    "command",
    "input",
    "sync",
    "leave",
    "extend",
    "x",
  );
  const spoiled = fc
    .tuple(fc.constantFrom(...valid), fc.string(), fc.anything())
    .map(([[name, body], key, value]) => [name, { ...body, [key]: value }] as const);
  const event = fc.oneof(fc.tuple(names, fc.anything()), spoiled, fc.constantFrom(...valid));
  let reads = 0;
  fc.assert(
    fc.property(event, ([name, body]) => {
      const before = JSON.stringify(body);
      const read = parseEvent(name, [body]);
      if (read.kind === "misfit") return;
      reads++;
      if ("body" in read.message) expect(JSON.stringify(read.message.body)).toBe(before);
    }),
    { numRuns: 1_000 },
  );
  expect(reads).toBeGreaterThan(100);
  fc.assert(
    fc.property(fc.anything(), (auth) =>
      ["greeting", "misfit"].includes(parseHandshake(auth).kind),
    ),
  );
});

const pond = defineGame({
  name: "pond",
  version: 1,
  seats: { min: 1, max: 2 },
  records: {},
  inputs: {
    steer: { dx: int(-1, 1), speed: f32, loud: bool, mood: oneOf("calm", "wild") },
    aim: { angle: u8 },
  },
  rules: {},
});

function inputBytes(
  index: number,
  n: number,
  values: Readonly<Record<string, unknown>>,
): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(0x69);
  writer.u32(0xdead_beef);
  writer.u8(index);
  writer.u32(n);
  writeFields(writer, Object.values(pond.inputs)[index] ?? {}, values);
  return writer.finish();
}

test("[G21] a binary input is read if its length and its values are exactly as its game declares", () => {
  const values = { dx: -1, speed: 2.5, loud: true, mood: "wild" };
  const bytes = inputBytes(0, 7, values);
  expect(tagOfInput(bytes)).toBe(0xdead_beef);
  expect(readInput(bytes, pond)).toEqual({ name: "steer", n: 7, values });
  expect(readInput(inputBytes(1, 2 ** 32 - 1, { angle: 200 }), pond)).toEqual({
    name: "aim",
    n: 2 ** 32 - 1,
    values: { angle: 200 },
  });
  expect(readInput(bytes.subarray(0, -1), pond)).toBeUndefined();
  expect(readInput(Buffer.concat([bytes, Buffer.from([0])]), pond)).toBeUndefined();
  expect(readInput(inputBytes(2, 1, {}), pond)).toBeUndefined();
  const moodless = bytes.slice();
  moodless[moodless.length - 1] = 9;
  expect(readInput(moodless, pond)).toBeUndefined();
  expect(tagOfInput(Buffer.from([0x48, ...bytes.subarray(1)]))).toBeUndefined();
  expect(tagOfInput(bytes.subarray(0, 9))).toBeUndefined();
});

test("[G21] no bytes at all make the reading of an input throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 0, maxLength: 32 }), fc.boolean(), (random, formed) => {
      const bytes = formed ? Uint8Array.from([0x69, 0, 0, 0, 0, 0, ...random]) : random;
      const input = readInput(bytes, pond);
      if (input !== undefined) expect(Object.keys(pond.inputs)).toContain(input.name);
    }),
    { numRuns: 1_000 },
  );
});
