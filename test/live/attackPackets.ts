// Attacks with packets: frames, Engine.IO's and Socket.IO's packets and events that no client sends, by
// somebody who was let in and by somebody who was not.

import { nim } from "../../shared/games/nim.ts";
import { type Attack, greeting } from "./attackBed.ts";
import type { Wire } from "./attackWire.ts";
import { until } from "./lab.ts";

type Sends = (wire: Wire) => unknown;

/** What comes of it, and whether the connection still answers if it was not ended. */
async function outcomeOf(wire: Wire): Promise<string> {
  wire.send('2["extend"]');
  const answers = () => wire.events("notice").length > 0;
  await until("it is over or answers", () => wire.closeCode !== undefined || answers());
  const refused = wire.events("refusal").map(({ reason }) => reason);
  const { ending } = wire;
  wire.drop();
  return ending === "open" && refused.length > 0 ? `refused: ${String(refused[0])}` : ending;
}

const inside = (what: string, expected: string, sends: Sends): Attack => ({
  what: `inside: ${what}`,
  expected,
  async run(bed) {
    const wire = await bed.admitted(await bed.guest());
    sends(wire);
    return outcomeOf(wire);
  },
});

const outside = (what: string, expected: string, sends: Sends): Attack => ({
  what: `outside: ${what}`,
  expected,
  async run(bed) {
    const wire = await bed.wire().opened();
    sends(wire);
    return outcomeOf(wire);
  },
});

const BROKEN = "closed: packet-invalid";
const below =
  (hex: string): Sends =>
  ({ below: socket }) =>
    socket.write(Buffer.from(hex, "hex"));

/** Masked with zeros: the text is readable as it is. */
const fragment = (head: number, text = "") =>
  Buffer.concat([Buffer.from([head, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);

export const strangePackets: readonly Attack[] = [
  outside("an event", "refused: packet-invalid", (wire) => wire.send('2["extend"]')),
  outside("bytes", "refused: packet-invalid", (wire) => wire.raw(new Uint8Array(20))),
  outside("bytes as base64", "refused: packet-invalid", (wire) =>
    wire.raw("bAAAAAAAAAAAAAAAAAAAA"),
  ),
  {
    what: "outside: a thousand CONNECTs",
    expected: "1 refusal, 0 welcomes",
    async run(bed) {
      const wire = await bed.wire().opened();
      for (let at = 0; at < 1_000; at++) wire.send("0{}");
      await wire.ended();
      const refusals = wire.texts.filter((text) => text.startsWith("44"));
      return `${refusals.length} refusal, ${wire.events("welcome").length} welcomes`;
    },
  },
  inside("a second CONNECT", BROKEN, (wire) => wire.send(`0${JSON.stringify(greeting("a.b.c"))}`)),
  inside("a CONNECT elsewhere", BROKEN, (wire) => wire.send("0/admin,{}")),
  inside("a farewell elsewhere", BROKEN, (wire) => wire.send("1/admin,")),
  inside("an acknowledgement", BROKEN, (wire) => wire.send("31[1]")),
  inside("an acknowledgement of 2^60", BROKEN, (wire) => wire.send("31152921504606846976[1]")),
  inside("a refusal", BROKEN, (wire) => wire.send('4{"message":"x"}')),
  inside("an event with attachments", BROKEN, (wire) =>
    wire.send('51-["x",{"_placeholder":true,"num":0}]'),
  ),
  inside("10^9 attachments", BROKEN, (wire) => wire.send('51000000000-["x"]')),
  inside("a type that is none", BROKEN, (wire) => wire.send('9["x"]')),
  inside("an empty packet", BROKEN, (wire) => wire.send("")),
  inside("an event of Socket.IO's own", BROKEN, (wire) => wire.send('2["disconnect"]')),
  inside("newListener", BROKEN, (wire) => wire.send('2["newListener","x"]')),
  inside("an event without a name", BROKEN, (wire) => wire.send("2[]")),
  inside("a number for a name", BROKEN, (wire) => wire.send('2[1,"x"]')),
  inside("an object for an event", BROKEN, (wire) => wire.send('2{"0":"extend"}')),
  inside("an event called __proto__", "refused: packet-invalid", (wire) =>
    wire.send('2["__proto__",{}]'),
  ),
  inside("an event called constructor", "refused: packet-invalid", (wire) =>
    wire.send('2["constructor",{}]'),
  ),
  inside("an event of the server's", "refused: packet-invalid", (wire) =>
    wire.send('2["welcome",{}]'),
  ),
  inside("an acknowledgement number of 16 digits", BROKEN, (wire) =>
    wire.send('21234567890123456["join",{}]'),
  ),
  inside("a join without a question", "refused: join-invalid", (wire) => wire.send('2["join",{}]')),
  inside("a command without anything", "refused: packet-invalid", (wire) =>
    wire.send('2["command"]'),
  ),
  inside("a command in nobody's room", "refused: not-seated", (wire) => {
    wire.send(
      '2["command",{"room":"nobodysroom01","instance":[1,1],"commands":[{"seq":1,"name":"a","args":{}}]}]',
    );
  }),
  inside("bytes that are no input", BROKEN, (wire) => wire.raw(new Uint8Array(3))),
  inside("bytes of 300", BROKEN, (wire) => wire.raw(new Uint8Array(300))),
  inside("no bytes", BROKEN, (wire) => wire.raw(new Uint8Array(0))),
  inside("Engine.IO: open", "open", (wire) => wire.raw("0")),
  inside("Engine.IO: close", "open", (wire) => wire.raw("1")),
  inside("Engine.IO: ping", "cut: 1005", (wire) => wire.raw("2probe")),
  inside("Engine.IO: upgrade", "open", (wire) => wire.raw("5")),
  inside("Engine.IO: nothing", "open", (wire) => wire.raw("6")),
  inside("Engine.IO: no type", "cut: 1005", (wire) => wire.raw("x")),
  inside("Engine.IO: an empty message", "cut: 1005", (wire) => wire.raw("")),
  inside("1 MB", "cut: 1009", (wire) => wire.raw("4".repeat(1_000_000))),
  inside("not masked", "cut: 1002", below("810134")),
  inside("compressed", "cut: 1002", below("c1810000000034")),
  inside("a kind that is none", "cut: 1002", below("838100000000")),
  inside("a continuation of nothing", "cut: 1002", below("808100000000")),
  inside("a frame of 2^63 bytes", "cut: 1009", below("81ff7fffffffffffffff00000000")),
  inside("a ping of 126 bytes", "cut: 1002", below("89fe007e00000000")),
  inside("a ping in two pieces", "cut: 1002", below("098000000000")),
  inside("a farewell of one byte", "cut: 1002", below("88810000000003")),
  inside("a farewell for no reason there is", "cut: 1002", below("8882000000000001")),
  inside("no UTF-8", "cut: 1007", below("818200000000c328")),
  inside("an event in pieces of one letter", "open", ({ below: socket }) => {
    const letters = [...'42["extend"]'];
    socket.write(
      Buffer.concat([
        fragment(0x01, letters[0]),
        ...letters.slice(1, -1).map((letter) => fragment(0x00, letter)),
        fragment(0x80, letters.at(-1)),
      ]),
    );
  }),
  inside("a message in 20,000 empty pieces", "cut: 1008", ({ below: socket }) => {
    const pieces = Array.from({ length: 20_000 }, () => fragment(0x00));
    socket.write(Buffer.concat([fragment(0x01, "4"), ...pieces]));
  }),
];

type Floods = readonly [count: number, sends: (wire: Wire, at: number) => unknown];

/** So many of the same on one connection; what ends it. */
const flood = (what: string, expected: string, ...[count, sends]: Floods): Attack => ({
  what: `flood: ${what}`,
  expected,
  async run(bed) {
    const wire = await bed.admitted(await bed.guest());
    for (let at = 0; at < count && wire.closeCode === undefined; at++) sends(wire, at);
    return wire.ended();
  },
});

const TOO_MANY = "closed: too-many-packets";
const event = (name: string, body: unknown) => `2${JSON.stringify([name, body])}`;
const NOWHERE = { room: "nobodysroom01", instance: [1, 1] };

export const floods: readonly Attack[] = [
  flood("extend", TOO_MANY, 3_000, (wire) => wire.send('2["extend"]')),
  flood("joins", TOO_MANY, 3_000, (wire, at) => {
    wire.send(`2${at}${JSON.stringify(["join", { game: "nim", shape: "00000000" }])}`);
  }),
  flood("commands", TOO_MANY, 3_000, (wire) => {
    wire.send(event("command", { ...NOWHERE, commands: [{ seq: 1, name: "a", args: {} }] }));
  }),
  flood("syncs", TOO_MANY, 3_000, (wire) => wire.send(event("sync", NOWHERE))),
  flood("leaves", TOO_MANY, 3_000, (wire) => wire.send(event("leave", NOWHERE))),
  flood("inputs", TOO_MANY, 3_000, (wire, n) => {
    wire.send(event("input", { ...NOWHERE, n, name: "steer", values: {} }));
  }),
  flood("bytes that are no input", BROKEN, 3_000, (wire) => wire.raw(new Uint8Array(20))),
  flood("pongs", TOO_MANY, 3_000, (wire) => wire.raw("3")),
  flood("Engine.IO's packets without a meaning", TOO_MANY, 3_000, (wire) => wire.raw("6")),
  flood("the WebSocket's pings", TOO_MANY, 3_000, (wire) => wire.socket.ping()),
  flood("unknown events", "closed: packet-invalid", 5, (wire) => wire.send('2["x"]')),
  {
    what: "flood: codes of rooms, guessed over many connections",
    expected: "120 room-unknown, then too-many-requests",
    async run(bed) {
      const person = await bed.guest();
      const page = "page-0123456789ab";
      const answers: string[] = [];
      // Fewer over each than one connection may ask for at once: it is the address that is counted.
      for (let at = 0; at < 9; at++) {
        const wire = await bed.admitted(person, { page });
        for (let guess = 0; guess < 15; guess++) {
          const code = `g${at}${String(guess).padStart(4, "a")}`;
          const reply = await wire.ask("join", { game: nim.name, shape: nim.shape, code });
          const { reason = "found" } = (reply.refusal ?? {}) as { readonly reason?: string };
          answers.push(reason);
        }
        wire.drop();
      }
      const unknown = answers.indexOf("too-many-requests");
      const [first, ...others] = [...new Set(answers)];
      return `${unknown} ${first}, then ${others.join(", ")}`;
    },
  },
];
