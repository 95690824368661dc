// Outside issuer: a studio's own tokens open a session here, and nothing that merely looks like them.
import { createHmac, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import jwt from "jsonwebtoken";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openOutsideIssuer } from "../../server/session/outsideIssuer.ts";
import { type Bed, httpBed, openBed } from "./httpBed.ts";

const ISSUER = "https://studio.example";
const AUDIENCE = "our-game";
const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const oct = randomBytes(32);

let folder: string;
let bed: Bed;
const keysFile = (name = "keys.json") => join(folder, name);
const jwkOf = (key: KeyObject, kid: string) => ({ ...key.export({ format: "jwk" }), kid });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "outside-"));
  const keys = [
    jwkOf(rsa.publicKey, "r1"),
    jwkOf(ec.publicKey, "e1"),
    { kty: "oct", kid: "h1", k: oct.toString("base64url") },
  ];
  await writeFile(keysFile(), JSON.stringify({ keys }));
  bed = await httpBed({ outside: { issuer: ISSUER, audience: AUDIENCE, keysFile: keysFile() } });
});
afterAll(async () => {
  await bed.stop();
  await rm(folder, { recursive: true, force: true });
});

const KEYS = {
  r1: [rsa.privateKey, "RS256"],
  e1: [ec.privateKey, "ES256"],
  h1: [oct, "HS256"],
} as const;

function tokenBy(keyid: keyof typeof KEYS, more: jwt.SignOptions = {}, claims: object = {}) {
  const [key, algorithm] = KEYS[keyid];
  const options = { algorithm, keyid, issuer: ISSUER, audience: AUDIENCE, subject: "user-7" };
  return jwt.sign({ name: "Ada", ...claims }, key, { expiresIn: 300, ...options, ...more });
}

const enter = (token: string, headers = {}) =>
  bed.ask("POST /api/session/outside", {
    ...{ body: {}, headers: { Authorization: `Bearer ${token}`, ...headers } },
  });

test("[W30] a token of the outside issuer makes its subject the same player each time, by any of its keys", async () => {
  const identities = new Set<unknown>();
  for (const kid of ["r1", "e1", "h1"] as const) {
    const answer = await enter(tokenBy(kid));
    expect(answer.json).toMatchObject({ session: { name: "Ada", role: "player" } });
    const known = await bed.people.signIn.known(answer.cookie);
    identities.add(known?.identity.id);
  }
  expect(identities.size).toBe(1);
  const other = await enter(tokenBy("r1", { subject: "user-8" }, { name: "\u202e" }));
  expect(other.json).toMatchObject({ session: { name: "Player", role: "player" } });
  const known = await bed.people.signIn.known(other.cookie);
  expect(identities.has(known?.identity.id)).toBe(false);
});

test("[W30] a guest who comes with such a token is signed out as a guest", async () => {
  const guest = await bed.ask("POST /api/session/guest", { body: { name: "Guest" } });
  const answer = await enter(tokenBy("e1"), { Cookie: `holdfast=${guest.cookie}` });
  expect(answer.status).toBe(200);
  const former = await bed.ask("GET /api/session", {
    headers: { Cookie: `holdfast=${guest.cookie}` },
  });
  expect(former.json).toEqual({ session: null, ended: "signed-in" });
});

test("[W31] a token that is not exactly the issuer's is refused, whatever it claims", async () => {
  const pem = rsa.publicKey.export({ type: "spki", format: "pem" }) as string;
  const body = (token: string) => token.split(".")[1] ?? "";
  const header = (fields: object) => Buffer.from(JSON.stringify(fields)).toString("base64url");
  const signed = tokenBy("h1");
  const none = `${header({ alg: "none", kid: "h1" })}.${body(signed)}.`;
  const stranger = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey;
  /** A token by the right key whose claims have one more at the end, which one of before had already. */
  const twice = (claim: string) => {
    const claims = Buffer.from(body(signed), "base64url").toString().replace(/\}$/, `,${claim}}`);
    const text = `${header({ alg: "HS256", kid: "h1" })}.${Buffer.from(claims).toString("base64url")}`;
    return `${text}.${createHmac("sha256", oct).update(text).digest("base64url")}`;
  };
  expect((await enter(twice(`"other":1`))).status).toBe(200);
  // Our own tokens are no foreign ones, either.
  const guest = await bed.ask("POST /api/session/guest", { body: { name: "Guest" } });
  const bad = [
    tokenBy("r1", { issuer: "https://evil.example" }),
    tokenBy("r1", { audience: "another-game" }),
    tokenBy("r1", { expiresIn: -10 }),
    tokenBy("r1", { expiresIn: 2 * 24 * 3_600 }),
    tokenBy("r1", {}, { iat: Math.floor(Date.now() / 1_000) + 3_600 }),
    tokenBy("r1", { notBefore: 3_600 }),
    tokenBy("r1", { keyid: "e1" }),
    tokenBy("r1", { keyid: "nobody" }),
    tokenBy("r1", { header: { alg: "RS256", crit: ["exp"] } as never }),
    tokenBy("r1", { header: { alg: "RS256", crit: ["b64"], b64: false } as never }),
    twice(`"aud":"another-game"`),
    twice(`"exp":1`),
    twice(`"sub":""`),
    jwt.sign({}, rsa.privateKey, {
      algorithm: "RS256",
      keyid: "r1",
      issuer: ISSUER,
      audience: AUDIENCE,
      subject: "x",
    }),
    jwt.sign({}, rsa.privateKey, {
      algorithm: "RS256",
      keyid: "r1",
      issuer: ISSUER,
      audience: AUDIENCE,
      expiresIn: 60,
    }),
    jwt.sign({}, stranger, {
      algorithm: "RS256",
      keyid: "r1",
      issuer: ISSUER,
      audience: AUDIENCE,
      subject: "x",
      expiresIn: 60,
    }),
    jwt.sign({}, rsa.privateKey, {
      algorithm: "RS512",
      keyid: "r1",
      issuer: ISSUER,
      audience: AUDIENCE,
      subject: "x",
      expiresIn: 60,
    }),
    jwt.sign({}, Buffer.from(pem), {
      algorithm: "HS256",
      keyid: "r1",
      issuer: ISSUER,
      audience: AUDIENCE,
      subject: "x",
      expiresIn: 60,
    }),
    ...[none, `${signed}x`, signed.slice(0, -2), `${header({ alg: "HS256" })}.${body(signed)}.x`],
    ...[String(guest.json?.token), "", "a.b.c", "x".repeat(5_000)],
  ];
  for (const [at, token] of bad.entries()) {
    const answer = await enter(token);
    expect([at, answer.status, answer.cookie]).toEqual([at, 401, undefined]);
  }
  const away = await openBed();
  const answer = await away.ask("POST /api/session/outside", {
    ...{ body: {}, headers: { Authorization: `Bearer ${signed}` } },
  });
  expect(answer.status).toBe(404);
});

test("[W33] a token that is shown again and again from one address is refused like guests without end", async () => {
  const limited = await openBed({
    limited: true,
    outside: { issuer: ISSUER, audience: AUDIENCE, keysFile: keysFile() },
  });
  const asked = { body: {}, headers: { Authorization: `Bearer ${tokenBy("h1")}` } };
  const statuses: number[] = [];
  for (let at = 0; at < 102; at++)
    statuses.push((await limited.ask("POST /api/session/outside", asked)).status);
  expect(statuses).toEqual([...Array(100).fill(200), 429, 429]);
});

test("[W32] keys that are weak, nameless, private or none stop the server from starting", async () => {
  const weak = generateKeyPairSync("rsa", { modulusLength: 1_024 });
  const sets = [
    "{",
    "{}",
    { keys: [] },
    { keys: [jwkOf(weak.publicKey, "w1")] },
    { keys: [{ kty: "oct", kid: "h1", k: "c2hvcnQ" }] },
    { keys: [rsa.publicKey.export({ format: "jwk" })] },
    { keys: [jwkOf(ec.publicKey, "k"), jwkOf(rsa.publicKey, "k")] },
    { keys: [jwkOf(generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey, "e2")] },
    { keys: [jwkOf(ec.publicKey, "e1"), jwkOf(rsa.privateKey, "r1")] },
    { keys: [jwkOf(ec.privateKey, "e1")] },
  ];
  for (const [at, set] of sets.entries()) {
    const file = keysFile(`set${at}.json`);
    await writeFile(file, typeof set === "string" ? set : JSON.stringify(set));
    const open = () => openOutsideIssuer({ issuer: ISSUER, audience: AUDIENCE, keysFile: file });
    expect(open, String(at)).toThrow("OUTSIDE_KEYS");
  }
  const nowhere = { issuer: ISSUER, audience: AUDIENCE, keysFile: keysFile("none.json") };
  expect(() => openOutsideIssuer(nowhere)).toThrow("cannot be read");
});
