// Attacks on the handshake: credentials that are forged, altered, old or somebody else's, and bodies
// that are no handshake at all. Nobody gets in, and everybody is told why.

import { createHmac } from "node:crypto";
import { type Attack, type AttackBed, greeting, ORIGIN, type Person } from "./attackBed.ts";
import type { Wire } from "./attackWire.ts";
import { until } from "./lab.ts";
import { ledger } from "./ledger.ts";

const PAGE = "page-0123456789ab";
const MALFORMED = "refused: packet-invalid";

/** What a CONNECT with this body, as text, comes to. */
async function connecting(bed: AttackBed, body: string, from?: string): Promise<string> {
  const wire = await bed.wire(from).opened();
  wire.send(`0${body}`);
  return settled(wire);
}

/** Waits until somebody is in or out. */
async function settled(wire: Wire): Promise<string> {
  await until("it is decided", () => wire.ending !== "open" || wire.events("welcome").length > 0);
  const outcome = wire.events("welcome").length > 0 ? "welcome" : wire.ending;
  wire.drop();
  return outcome;
}

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The parts of a token as JSON. */
function partsOf(token: string) {
  const [head = "", payload = "", signature = ""] = token.split(".");
  const read = (part: string) =>
    JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
  return { head: read(head), claims: read(payload), signature, signed: `${head}.${payload}` };
}

type Parts = ReturnType<typeof partsOf>;

/** A token made of somebody's good one. */
const token = (
  what: string,
  make: (parts: Parts) => string,
  expected = "refused: token-invalid",
): Attack => ({
  what: `token: ${what}`,
  expected,
  async run(bed) {
    const person = await bed.guest();
    const made = make(partsOf(person.token));
    return connecting(bed, JSON.stringify(greeting(made, PAGE)), person.from);
  },
});

const signedWith = (key: string | Buffer, head: object, claims: object) => {
  const text = `${base64url(head)}.${base64url(claims)}`;
  return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
};

export const forgedTokens: readonly Attack[] = [
  token("as it was given", ({ signed, signature }) => `${signed}.${signature}`, "welcome"),
  token(
    "alg none",
    ({ head, claims }) => `${base64url({ ...head, alg: "none" })}.${base64url(claims)}.x`,
  ),
  token("alg nOnE", ({ head, claims, signature }) => {
    return `${base64url({ ...head, alg: "nOnE" })}.${base64url(claims)}.${signature}`;
  }),
  token("no alg", ({ head: { alg: _, ...head }, claims, signature }) => {
    return `${base64url(head)}.${base64url(claims)}.${signature}`;
  }),
  token("an empty key", ({ head, claims }) => signedWith(Buffer.alloc(0), head, claims)),
  token("its kid as the key", ({ head, claims }) => signedWith(String(head.kid), head, claims)),
  token("kid /dev/null", ({ head, claims }) => {
    return signedWith("", { ...head, kid: "../../../../dev/null" }, claims);
  }),
  token("kid __proto__", ({ head, claims }) =>
    signedWith("", { ...head, kid: "__proto__" }, claims),
  ),
  token("kid a list", ({ head, claims }) => signedWith("", { ...head, kid: ["k1"] }, claims)),
  token("a key of its own", ({ head, claims }) => {
    const jwk = { kty: "oct", k: base64url("secret") };
    return signedWith("secret", { ...head, jwk, jku: "https://evil.example/keys" }, claims);
  }),
  token("typ JWT", ({ head, claims, signature }) => {
    return `${base64url({ ...head, typ: "JWT" })}.${base64url(claims)}.${signature}`;
  }),
  token("crit", ({ head, claims, signature }) => {
    return `${base64url({ ...head, crit: ["x"] })}.${base64url(claims)}.${signature}`;
  }),
  token("another role", ({ head, claims, signature }) => {
    return `${base64url(head)}.${base64url({ ...claims, role: "admin" })}.${signature}`;
  }),
  token("a later end", ({ head, claims, signature }) => {
    const later = JSON.stringify({ ...claims, exp: 0 }).replace('"exp":0', '"exp":1e400');
    return `${base64url(head)}.${Buffer.from(later).toString("base64url")}.${signature}`;
  }),
  token("another bit", ({ signed, signature }) => {
    return `${signed}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
  }),
  token("the last letter spelled otherwise", ({ signed, signature }) => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    // Two of its six bits are no part of the signature.
    const last = alphabet[alphabet.indexOf(signature.at(-1) ?? "") ^ 1] ?? "";
    return `${signed}.${signature.slice(0, -1)}${last}`;
  }),
  token("padded", ({ signed, signature }) => `${signed}.${signature}=`),
  token("a line more", ({ signed, signature }) => `${signed}.${signature}\n`),
  token("no signature", ({ signed }) => `${signed}.`),
  token("2,049 letters", ({ signed }) => `${signed}.`.padEnd(2_049, "a"), MALFORMED),
];

/** A handshake of somebody who has a good token, with something wrong about the rest. */
const body = (what: string, expected: string, write: (token: string) => string): Attack => ({
  what: `handshake: ${what}`,
  expected,
  async run(bed) {
    const { token: good, from } = await bed.guest();
    return connecting(bed, write(good), from);
  },
});

const withMore = (more: string) => (good: string) =>
  `${JSON.stringify(greeting(good, PAGE)).slice(0, -1)},${more}}`;
const seat = (more: object) => ({
  room: "nobodysroom01",
  instance: [1, 1],
  shape: ledger.shape,
  ...more,
});
const withSeats = (seats: unknown) => withMore(`"seats":${JSON.stringify(seats)}`);

const INVALID = "refused: handshake-invalid";

export const strangeHandshakes: readonly Attack[] = [
  body("nothing", INVALID, () => ""),
  body("an empty object", INVALID, () => "{}"),
  body("a list", MALFORMED, () => "[]"),
  body("no JSON", MALFORMED, () => "{"),
  body("another namespace", MALFORMED, () => "/admin,{}"),
  body("no token", "refused: token-missing", () => JSON.stringify(greeting(undefined, PAGE))),
  body("__proto__", INVALID, withMore('"__proto__":{"role":"admin"}')),
  body("constructor", INVALID, withMore('"constructor":{"prototype":{"role":"admin"}}')),
  body("the protocol twice", "refused: protocol-unknown", withMore('"protocol":2')),
  body("protocol 1e999", INVALID, withMore('"protocol":1e999')),
  body("protocol NaN", MALFORMED, withMore('"protocol":NaN')),
  body("a page of 1 MB", "cut: 1009", withMore(`"page":"${"a".repeat(1_000_000)}"`)),
  body("a page of 3,000 letters", MALFORMED, withMore(`"page":"${"a".repeat(3_000)}"`)),
  body("17 levels", MALFORMED, withMore(`"x":${"[".repeat(17)}${"]".repeat(17)}`)),
  body("5,000 open brackets", MALFORMED, withMore(`"x":${"[".repeat(5_000)}`)),
  body(
    "nine seats",
    INVALID,
    withSeats(Array.from({ length: 9 }, (_, at) => seat({ room: `nobodysroom${at}` }))),
  ),
  body("64 seats", INVALID, withSeats(Array.from({ length: 64 }, () => seat({})))),
  body("one seat twice", INVALID, withSeats([seat({}), seat({})])),
  body("a room with a line end", INVALID, withSeats([seat({ room: "nobodys\r\nDEL x" })])),
  body("a room with braces", INVALID, withSeats([seat({ room: "{nobody}:log" })])),
  body("a room that is a list", INVALID, withSeats([seat({ room: ["nobodysroom01", "EX", "1"] })])),
  body("a room of 33 letters", INVALID, withSeats([seat({ room: "a".repeat(33) })])),
  body("an instance of 2^53", INVALID, withSeats([seat({ instance: [2 ** 53, 1] })])),
  body("a negative instance", INVALID, withSeats([seat({ instance: [-1, 1] })])),
  body("half an instance", INVALID, withSeats([seat({ instance: [1.5, 1] })])),
  body("a bookmark of 1e999", INVALID, (good) => {
    return withSeats([seat({ bookmark: { epoch: 7, version: 8 } })])(good).replace(
      ":8}",
      ":1e999}",
    );
  }),
  body(
    "65 commands",
    INVALID,
    withSeats([
      seat({
        commands: Array.from({ length: 65 }, (_, at) => ({ seq: at + 1, name: "a", args: {} })),
      }),
    ]),
  ),
  body("a shape that is none", INVALID, withSeats([seat({ shape: "../../../" })])),
];

/** Two people, the first of whom sits somewhere; what the second makes of what he knows of it. */
const stolen = (
  what: string,
  expected: string,
  run: (bed: AttackBed, owner: Person, thief: Person) => Promise<string>,
): Attack => ({
  what: `stolen: ${what}`,
  expected,
  run: async (bed) => run(bed, await bed.guest("Owner"), await bed.guest("Thief")),
});

/** What the room says to a resume, by the event that comes first. */
async function resuming(bed: AttackBed, person: Person | string, asked: object): Promise<string> {
  const from = typeof person === "string" ? bed.nextAddress() : person.from;
  const given = typeof person === "string" ? undefined : person.token;
  const wire = await bed.wire(from).opened();
  wire.send(`0${JSON.stringify({ ...greeting(given), seats: [asked] })}`);
  const answered = () =>
    [
      ...wire.events("seated").map(() => "seated"),
      ...wire.events("refusal").map(({ reason }) => reason),
    ].at(0);
  await until("the resume is answered", () => wire.ending !== "open" || answered() !== undefined);
  const outcome = String(answered() ?? wire.ending);
  wire.drop();
  return outcome;
}

/** A seat of somebody that is held no more, as its page would resume it. */
async function leftSeat(bed: AttackBed, owner: Person) {
  const wire = await bed.admitted(owner);
  const { room, instance, ticket } = await bed.seated(wire);
  wire.drop();
  return { room, instance, ticket, shape: ledger.shape };
}

const flipped = (ticket: string, at: number) => {
  const letter = ticket.at(at) ?? "";
  const other = /\d/.test(letter) ? String((Number(letter) + 1) % 10) : letter === "a" ? "b" : "a";
  return `${ticket.slice(0, at)}${other}${ticket.slice(at + 1)}`;
};

export const stolenSeats: readonly Attack[] = [
  stolen("nothing: the owner comes back", "seated", async (bed, owner) =>
    resuming(bed, owner, await leftSeat(bed, owner)),
  ),
  stolen("the ticket, and nobody's token", "seated", async (bed, owner) =>
    resuming(bed, "nobody", await leftSeat(bed, owner)),
  ),
  stolen("the ticket, with a token of one's own", "seat-lost", async (bed, owner, thief) =>
    resuming(bed, thief, await leftSeat(bed, owner)),
  ),
  stolen("room and instance, without the ticket", "seat-lost", async (bed, owner, thief) => {
    const { ticket: _, ...seen } = await leftSeat(bed, owner);
    return resuming(bed, thief, seen);
  }),
  stolen("the ticket, for another room", "refused: ticket-invalid", async (bed, owner) => {
    const [one, other] = [await leftSeat(bed, owner), await leftSeat(bed, owner)];
    return resuming(bed, "nobody", { ...one, ticket: other.ticket });
  }),
  ...[
    ["room", 0],
    ["seat", 15],
    ["session", 18],
    ["MAC", 60],
  ].map(([part, at]) =>
    stolen(`the ticket, with another ${part}`, "refused: ticket-invalid", async (bed, owner) => {
      const asked = await leftSeat(bed, owner);
      return resuming(bed, "nobody", { ...asked, ticket: flipped(asked.ticket, Number(at)) });
    }),
  ),
  stolen("the ticket, after its successor was used", "ticket-reused", async (bed, owner) => {
    const first = await leftSeat(bed, owner);
    const second = await again(bed, first);
    await again(bed, second);
    return resuming(bed, "nobody", { ...second, ticket: first.ticket });
  }),
  stolen(
    "the ticket, after its owner signed out",
    "refused: session-revoked",
    async (bed, owner) => {
      const asked = await leftSeat(bed, owner);
      const { cookie } = owner;
      await bed.ask("DELETE /api/session", { headers: { Cookie: cookie, Origin: ORIGIN } });
      return resuming(bed, "nobody", asked);
    },
  ),
  stolen(
    "the token, after its owner signed out",
    "refused: session-revoked",
    async (bed, owner) => {
      const headers = { Cookie: owner.cookie, Origin: ORIGIN };
      await bed.ask("DELETE /api/session", { headers });
      return connecting(bed, JSON.stringify(greeting(owner.token)), bed.nextAddress());
    },
  ),
  stolen(
    "the token, in a browser with another cookie",
    "refused: token-invalid",
    async (bed, owner, thief) => {
      const headers = { Cookie: thief.cookie, Origin: ORIGIN };
      const wire = await bed.wire(bed.nextAddress(), headers).opened();
      wire.send(`0${JSON.stringify(greeting(owner.token))}`);
      return settled(wire);
    },
  ),
  stolen("the id of the Engine.IO connection", "400", async (bed, owner) => {
    const wire = await bed.wire(owner.from).opened();
    const { sid } = JSON.parse((wire.texts[0] ?? "").slice(1)) as { sid: string };
    const { status } = await bed.ask(`GET /socket.io/?EIO=4&transport=polling&sid=${sid}`);
    wire.drop();
    return String(status);
  }),
];

/** Takes a seat up by its ticket, as its page does; gives it with the next ticket. */
async function again(bed: AttackBed, asked: { readonly ticket: string }) {
  const wire = await bed.wire().opened();
  wire.send(`0${JSON.stringify({ ...greeting(undefined), seats: [asked] })}`);
  await until("it is seated again", () => wire.events("seated").length > 0);
  const { room, instance, ticket } = wire.events("seated")[0] as unknown as Seated;
  bed.keepSecret(ticket);
  wire.drop();
  return { room, instance, ticket, shape: ledger.shape };
}

interface Seated {
  readonly room: string;
  readonly instance: readonly [number, number];
  readonly ticket: string;
}
