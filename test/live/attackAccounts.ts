// Attacks on accounts: names and passwords that are guessed, rights that nobody gave, cookies that were
// planted, and people who were put out and go on with what they still hold.

import {
  type Attack,
  type AttackBed,
  greeting,
  ORIGIN,
  PASSWORD,
  tellsNothing,
} from "./attackBed.ts";
import type { Wire } from "./attackWire.ts";
import { until } from "./lab.ts";
import { ledger } from "./ledger.ts";

const SIGN_IN = "POST /api/account/sign-in";
const WRONG = "not the one at all";
const ANOTHER = "quite another unusual one";

async function told(bed: AttackBed, line: string, asked: object): Promise<string> {
  const { status, reason, text, cookie } = await bed.ask(line, asked);
  tellsNothing(text);
  bed.keepSecret(cookie?.split("=")[1] ?? "");
  return `${status} ${reason}`.trim();
}

/** Answers in the order they came, each once, with how often it came in a row. */
function counted(answers: readonly string[]): string {
  const runs: [answer: string, count: number][] = [];
  for (const answer of answers) {
    const last = runs.at(-1);
    if (last?.[0] === answer) last[1] += 1;
    else runs.push([answer, 1]);
  }
  return runs.map(([answer, count]) => `${count} × ${answer}`).join(", ");
}

/** Tries passwords one after the other. */
async function tries(
  bed: AttackBed,
  count: number,
  asked: (at: number) => object,
): Promise<string> {
  const answers: string[] = [];
  for (let at = 0; at < count; at++) answers.push(await told(bed, SIGN_IN, asked(at)));
  return counted(answers);
}

export const guessing: readonly Attack[] = [
  {
    what: "a name that nobody has, and one that somebody has",
    expected: "the same words, in as long",
    async run(bed) {
      await bed.player("Known");
      const tookMs = { Known: Infinity, Unknown: Infinity };
      const texts = new Set<string>();
      // The quickest of as many as there may be: whatever else the machine does only makes one slower.
      for (let at = 0; at < 5; at++) {
        for (const name of ["Known", "Unknown"] as const) {
          const sentMs = performance.now();
          const { text } = await bed.ask(SIGN_IN, { body: { name, password: WRONG } });
          tookMs[name] = Math.min(tookMs[name], performance.now() - sentMs);
          texts.add(text);
        }
      }
      if (texts.size > 1) return `other words: ${[...texts].join(" ")}`;
      const ratio = tookMs.Known / tookMs.Unknown;
      return ratio > 0.5 && ratio < 2 ? "the same words, in as long" : `${ratio} times as long`;
    },
  },
  {
    what: "one account, from an address each",
    expected: "5 × 401 sign-in-failed, 2 × 429 attempts-too-many",
    async run(bed) {
      await bed.player("Target");
      return tries(bed, 7, () => ({ body: { name: "Target", password: WRONG } }));
    },
  },
  {
    what: "any account, from one address that claims to forward",
    expected: "16 × 429 attempts-too-many, 4 × 401 sign-in-failed, 2 × 429 attempts-too-many",
    run: (bed) => {
      const from = bed.nextAddress();
      return tries(bed, 22, (at) => {
        const headers = { "X-Forwarded-For": `10.1.2.${at}`, Forwarded: `for=10.1.2.${at}` };
        // The first is closed already: that it is, costs no hashing, and counts all the same.
        const name = at < 16 ? "Target" : `Nobody ${at}`;
        return { from, headers, body: { name, password: WRONG } };
      });
    },
  },
  {
    what: "guests without end, from one address that claims to forward",
    expected: "100 × 200, 2 × 429 too-many-requests",
    async run(bed) {
      const from = bed.nextAddress();
      const answers = await Promise.all(
        Array.from({ length: 102 }, (_, at) => {
          const headers = { "X-Forwarded-For": `10.1.3.${at}` };
          return told(bed, "POST /api/session/guest", { from, headers, body: { name: "Ann" } });
        }),
      );
      return counted(answers.toSorted());
    },
  },
];

/** What somebody with a cookie of this role is told, asked for everything an admin may. */
const asRole = (
  what: string,
  expected: string,
  cookieOf: (bed: AttackBed) => Promise<string>,
): Attack => ({
  what: `rights: ${what}`,
  expected,
  async run(bed) {
    const headers = { Cookie: await cookieOf(bed) };
    const account = "Witless";
    const asks: readonly (readonly [string, object?])[] = [
      ["GET /api/admin/audit"],
      ["GET /api/admin/person?account=Witless"],
      ["POST /api/admin/ban", { account, reason: "because", forMs: null }],
      ["POST /api/admin/role", { account, role: "admin" }],
    ];
    const answers: string[] = [];
    for (const [line, body] of asks) answers.push(await told(bed, line, { headers, body }));
    return counted(answers);
  },
});

/** A body with rights in it that nobody gave. */
const withRights = (line: string, body: object, extra: string): Attack => ({
  what: `rights: ${extra} to ${line}`,
  expected: "400 request-invalid",
  async run(bed) {
    const { cookie } = await bed.guest();
    const text = `${JSON.stringify(body).slice(0, -1)},${extra}}`;
    return told(bed, line, { headers: { Cookie: cookie }, body: text });
  },
});

const ROLE = '"role":"admin"';
const ACCOUNT = { name: "Climber", password: PASSWORD };

export const rights: readonly Attack[] = [
  asRole("nobody", "4 × 401 sign-in-needed", async () => "x=y"),
  asRole("guest", "4 × 403 not-allowed", async (bed) => (await bed.guest()).cookie),
  asRole("player", "4 × 403 not-allowed", async (bed) => (await bed.player("Plain")).cookie),
  asRole("moderator", "1 × 403 not-allowed, 1 × 200, 2 × 403 not-allowed", async (bed) => {
    await bed.player("Modest");
    // The target stands as high as who asks.
    await bed.player("Witless");
    await Promise.all([bed.grant("Modest", "moderator"), bed.grant("Witless", "moderator")]);
    return (await bed.signIn("Modest")).cookie;
  }),
  withRights("POST /api/session/guest", { name: "Ann" }, ROLE),
  withRights("POST /api/account/register", ACCOUNT, ROLE),
  withRights("POST /api/account/register", ACCOUNT, '"__proto__":{"role":"admin"}'),
  withRights("POST /api/account/register", ACCOUNT, '"identity":"aaaaaaaaaaaaaaaa"'),
  withRights("POST /api/account/sign-in", ACCOUNT, ROLE),
  withRights("PUT /api/preferences", { reducedMotion: true }, ROLE),
  withRights("PUT /api/preferences", { reducedMotion: true }, '"constructor":{"role":"admin"}'),
  {
    what: "one name, registered by two at once",
    expected: "200, 409 name-taken",
    async run(bed) {
      const body = { name: "Twin", password: PASSWORD };
      const both = [0, 1].map(() => told(bed, "POST /api/account/register", { body }));
      return (await Promise.all(both)).toSorted().join(", ");
    },
  },
  {
    what: "a code for another device, shown by ten at once and once more",
    expected: "1 × 200, 9 × 404 not-found; 404 not-found",
    async run(bed) {
      const headers = { Cookie: (await bed.guest()).cookie, Origin: ORIGIN };
      const { text } = await bed.ask("POST /api/hand-off", { headers, body: {} });
      const { code } = JSON.parse(text) as { code: string };
      const take = () => told(bed, "POST /api/hand-off/take", { body: { code } });
      const all = await Promise.all(Array.from({ length: 10 }, take));
      return `${counted(all.toSorted())}; ${await take()}`;
    },
  },
  {
    what: "another spelling of somebody's name",
    expected: "409 name-taken",
    async run(bed) {
      await bed.player("Original");
      const body = { name: "ＯＲＩＧＩＮＡＬ", password: PASSWORD };
      return told(bed, "POST /api/account/register", { body });
    },
  },
  {
    what: "a sign-in that another site posts",
    expected: "403 origin-refused, 415 request-invalid",
    async run(bed) {
      await bed.player("Lured");
      const body = JSON.stringify({ name: "Lured", password: PASSWORD });
      const foreign = await told(bed, SIGN_IN, {
        headers: { Origin: "https://evil.example" },
        body,
      });
      const form = await told(bed, SIGN_IN, { headers: { "Content-Type": "text/plain" }, body });
      return `${foreign}, ${form}`;
    },
  },
  {
    what: "a cookie that was planted before the sign-in",
    expected: "another, and the planted proves nobody",
    async run(bed) {
      const planted = "__Host-holdfast=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
      const headers = { Cookie: planted };
      const body = { name: "Fixed", password: PASSWORD };
      const { cookie = planted } = await bed.ask("POST /api/account/register", { headers, body });
      bed.keepSecret(cookie.split("=")[1] ?? "");
      const { text } = await bed.ask("GET /api/session", { headers });
      return cookie !== planted && text === '{"session":null}'
        ? "another, and the planted proves nobody"
        : text;
    },
  },
];

/** A second, and what a machine with other things to do may add. */
const SOON_MS = 3_000;

/** Somebody who sits and holds everything there is, then is put out: what each of it is worth then. */
const putOut = (
  what: string,
  expected: string,
  how: (bed: AttackBed, name: string, cookie: string) => Promise<unknown>,
): Attack => ({
  what: `put out: ${what}`,
  expected,
  async run(bed) {
    const name = `Out ${what.replace(/\W/g, "")}`;
    const person = await bed.player(name);
    const wire = await bed.admitted(person);
    const { room, instance, ticket } = await bed.seated(wire);
    await how(bed, name, person.cookie);
    const sentMs = performance.now();
    const ended = await wire.ended();
    const late = performance.now() - sentMs > SOON_MS ? " too late" : "";
    const headers = { Cookie: person.cookie };
    const cookie = await told(bed, "POST /api/session/token", { headers, body: {} });
    const change = { current: PASSWORD, password: ANOTHER };
    const password = await told(bed, "POST /api/account/password", { headers, body: change });
    const token = await entering(await bed.wire().opened(), greeting(person.token));
    const seats = [{ room, instance, ticket, shape: ledger.shape }];
    const seat = await entering(await bed.wire().opened(), { ...greeting(undefined), seats });
    return [`${ended}${late}`, cookie, password, token, seat].join("; ");
  },
});

async function entering(wire: Wire, handshake: object): Promise<string> {
  wire.send(`0${JSON.stringify(handshake)}`);
  await until("it is decided", () => wire.ending !== "open" || wire.events("welcome").length > 0);
  const { ending } = wire;
  wire.drop();
  return ending;
}

const NOBODY = "401 sign-in-needed; 401 sign-in-needed";
const REVOKED = "refused: session-revoked; refused: session-revoked";

export const puttingOut: readonly Attack[] = [
  putOut(
    "banned",
    `closed: session-revoked; 403 banned; 403 banned; ${REVOKED}`,
    async (bed, account) => {
      await bed.player("Judge");
      await bed.grant("Judge", "moderator");
      const headers = { Cookie: (await bed.signIn("Judge")).cookie, Origin: ORIGIN };
      const body = { account, reason: "because", forMs: 60_000 };
      const { status } = await bed.ask("POST /api/admin/ban", { headers, body });
      if (status !== 200) throw new Error(`the ban was answered ${status}`);
      await bed.logged({ event: "authz_change", why: "banned" });
    },
  ),
  putOut("signed out", `closed: session-revoked; ${NOBODY}; ${REVOKED}`, (bed, _, cookie) =>
    bed.ask("DELETE /api/session", { headers: { Cookie: cookie, Origin: ORIGIN } }),
  ),
  putOut(
    "another password",
    `closed: session-revoked; ${NOBODY}; ${REVOKED}`,
    async (bed, name) => {
      const { cookie } = await bed.signIn(name);
      bed.keepSecret(ANOTHER);
      const headers = { Cookie: cookie, Origin: ORIGIN };
      const body = { current: PASSWORD, password: ANOTHER };
      const changed = await bed.ask("POST /api/account/password", { headers, body });
      bed.keepSecret(changed.cookie?.split("=")[1] ?? "");
      if (changed.status !== 200) throw new Error(`the change was answered ${changed.status}`);
    },
  ),
];
