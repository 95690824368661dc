// Token: which texts open a socket. Every text is made here by hand, so that nothing is taken on the
// word of the library that reads it.
import { createHmac, generateKeyPairSync, type KeyObject } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deriveKeys } from "../../server/session/keys.ts";
import { readToken, writeToken } from "../../server/session/token.ts";
import type { IdentityId, SessionId } from "../../shared/ids.ts";
import { SECRETS } from "./peopleScene.ts";

const keys = deriveKeys(SECRETS);
const NOW_MS = 1_800_000_000_000;
const NOW_S = NOW_MS / 1_000;

const CLAIMS = {
  identity: "identityofsomebody" as IdentityId,
  session: "sessionofsomebody" as SessionId,
  revision: 3,
};

const HEADER = { alg: "HS256", typ: "holdfast+jwt", kid: "new" };
const PAYLOAD = {
  iss: "holdfast",
  aud: "holdfast-socket",
  sub: CLAIMS.identity,
  session: CLAIMS.session,
  revision: CLAIMS.revision,
  jti: "abcdefgh12345678",
  iat: NOW_S,
  exp: NOW_S + 90,
};

const INVALID = { kind: "refused", reason: "token-invalid" };
const EXPIRED = { kind: "refused", reason: "token-expired" };
const VALID = { kind: "valid", claims: CLAIMS };

interface Made {
  readonly header?: unknown;
  readonly payload?: unknown;
  readonly key?: KeyObject | string;
  readonly hash?: string;
  readonly sign?: (signature: string) => string;
}

const base64 = (text: string) => Buffer.from(text).toString("base64url");
const json = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

/** A token that is right but for what is given. A header or payload that is text is taken as it is. */
function made({ header = HEADER, payload = PAYLOAD, key, hash = "sha256", sign }: Made = {}) {
  const said = `${base64(json(header))}.${base64(json(payload))}`;
  const signature = createHmac(hash, key ?? keys.token.newest.secret).update(said);
  const text = signature.digest("base64url");
  return `${said}.${sign === undefined ? text : sign(text)}`;
}

const without = (name: keyof typeof PAYLOAD) => {
  const { [name]: _, ...others } = PAYLOAD;
  return made({ payload: others });
};
const claiming = (claims: object) => made({ payload: { ...PAYLOAD, ...claims } });
const headed = (header: object) => made({ header: { ...HEADER, ...header } });

const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const PEM = publicKey.export({ type: "spki", format: "pem" }).toString();
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** The same 32 bytes, spelt with other bits where a text of 43 characters has two too many. */
const respelt = (signature: string) =>
  signature.slice(0, -1) + ALPHABET[ALPHABET.indexOf(signature.slice(-1)) ^ 1];

const REFUSED: Readonly<Record<string, string>> = {
  "no algorithm and no signature": made({ header: { ...HEADER, alg: "none" }, sign: () => "" }),
  "no algorithm in capitals": made({ header: { ...HEADER, alg: "None" }, sign: () => "" }),
  "no algorithm, signed all the same": headed({ alg: "none" }),
  "another hash of the family": made({ header: { ...HEADER, alg: "HS384" }, hash: "sha384" }),
  "the longest hash of the family": made({ header: { ...HEADER, alg: "HS512" }, hash: "sha512" }),
  "a public key taken for a secret": made({ header: { ...HEADER, alg: "RS256" }, key: PEM }),
  "a public key as a secret of the right algorithm": made({ key: PEM }),
  "an algorithm left out": made({ header: { typ: HEADER.typ, kid: HEADER.kid } }),
  "a list of algorithms": headed({ alg: ["HS256"] }),
  "the type of any JWT": headed({ typ: "JWT" }),
  "a type left out": made({ header: { alg: HEADER.alg, kid: HEADER.kid } }),
  "a type in capitals": headed({ typ: "HOLDFAST+JWT" }),
  "an extension that must be understood": headed({ crit: ["x"], x: 1 }),
  "an unencoded payload": headed({ crit: ["b64"], b64: false }),
  "a key by address": headed({ jku: "https://evil.example/keys" }),
  "a key of its own": headed({ jwk: { kty: "oct", k: "AAAA" } }),
  "a certificate by address": headed({ x5u: "https://evil.example/cert" }),
  "a certificate of its own": headed({ x5c: ["AAAA"] }),
  "a key that is not named": made({ header: { alg: HEADER.alg, typ: HEADER.typ } }),
  "a key that nobody knows": headed({ kid: "other" }),
  "a key named like a prototype": headed({ kid: "__proto__" }),
  "a key that is a number": headed({ kid: 1 }),
  "the name of another key": headed({ kid: "old" }),
  "the key of tickets": made({ key: keys.ticket.newest.secret }),
  "a key of zeros": made({ key: Buffer.alloc(32) as unknown as KeyObject }),
  "no signature": made({ sign: () => "" }),
  "half a signature": made({ sign: (text) => text.slice(0, 21) }),
  "a padded signature": made({ sign: (text) => `${text}=` }),
  "a line end behind it": `${made()}\n`,
  "a space before it": ` ${made()}`,
  "a signature spelt otherwise": made({ sign: respelt }),
  "two parts": made().split(".").slice(0, 2).join("."),
  "four parts": `${made()}.e30`,
  nothing: "",
  "300 KB": `${made()}${"A".repeat(300_000)}`,
  "a header that is no JSON": made({ header: "{" }),
  "a header that is a list": made({ header: [HEADER] }),
  "a header that is null": made({ header: "null" }),
  "a payload that is no JSON": made({ payload: "{" }),
  "a payload that is text": made({ payload: '"text"' }),
  "a payload that is a list": made({ payload: [PAYLOAD] }),
  "a payload that is null": made({ payload: "null" }),
  "no issuer": without("iss"),
  "no audience": without("aud"),
  "no subject": without("sub"),
  "no session": without("session"),
  "no revision": without("revision"),
  "no name of its own": without("jti"),
  "no time of writing": without("iat"),
  "no end": without("exp"),
  "another issuer": claiming({ iss: "elsewhere" }),
  "another audience": claiming({ aud: "elsewhere" }),
  "several audiences, ours among them": claiming({ aud: ["holdfast-socket", "elsewhere"] }),
  "a subject that is no id": claiming({ sub: "hf:*" }),
  "a session that is an object": claiming({ session: { id: CLAIMS.session } }),
  "a revision below zero": claiming({ revision: -1 }),
  "a revision that is text": claiming({ revision: "3" }),
  "a broken revision": claiming({ revision: 1.5 }),
  "an end that is text": claiming({ exp: String(NOW_S + 90) }),
  "an end beyond all numbers": made({
    payload: JSON.stringify(PAYLOAD).replace(/"exp":\d+/, '"exp":1e400'),
  }),
  "an end too far away": claiming({ exp: NOW_S + 91 }),
  "an end before its beginning": claiming({ iat: NOW_S + 3, exp: NOW_S + 2 }),
  "written an hour from now": claiming({ iat: NOW_S + 3_600, exp: NOW_S + 3_690 }),
  "written six seconds from now": claiming({ iat: NOW_S + 6, exp: NOW_S + 90 }),
  "a time of writing that is text": claiming({ iat: String(NOW_S) }),
  "a claim we never make": claiming({ role: "admin" }),
  "a beginning we never write": claiming({ nbf: NOW_S - 1 }),
};

const read = (text: string, nowMs = NOW_MS) => readToken(keys.token, text, nowMs);

test("[S1] a token made by hand exactly as it must be is valid", () => {
  expect(read(made())).toEqual(VALID);
  expect(
    read(made({ header: { ...HEADER, kid: "old" }, key: keys.token.byKid("old")?.secret ?? "" })),
  ).toEqual(VALID);
});

describe("a token that is not ours in everything", () => {
  test.each(Object.entries(REFUSED))("[S2] with %s is refused", (_what, text) => {
    expect(read(text)).toEqual(INVALID);
  });

  test("[S2] with any one character changed is refused", () => {
    const text = made();
    const at = fc.integer({ min: 0, max: text.length - 1 });
    const other = fc.constantFrom(...ALPHABET, ".", "=", " ", "\n", "\0", "é");
    fc.assert(
      fc.property(at, other, (place, character) => {
        fc.pre(text[place] !== character);
        const changed = text.slice(0, place) + character + text.slice(place + 1);
        expect(read(changed)).toEqual(INVALID);
      }),
      { numRuns: 500 },
    );
  });

  test("[S2] whatever it is, is refused without throwing", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), fc.json()), (text) => {
        expect(read(text)).toEqual(INVALID);
        expect(read(`${base64(json(HEADER))}.${base64(text)}.${base64(text)}`)).toEqual(INVALID);
      }),
      { numRuns: 300 },
    );
  });
});

test("[S8] of a text that is too long not even the header is read", () => {
  const asked: string[] = [];
  const watched = {
    ...keys.token,
    byKid: (kid: string) => {
      asked.push(kid);
      return keys.token.byKid(kid);
    },
  };
  for (const text of [`${made()}${"A".repeat(2_048)}`, made() + "A".repeat(300_000)]) {
    expect(readToken(watched, text, NOW_MS)).toEqual(INVALID);
  }
  expect(asked).toEqual([]);
  readToken(watched, made(), NOW_MS);
  expect(asked).toEqual(["new"]);
});

test("[S3] a token opens sockets for 90 seconds and five more for clocks that differ", () => {
  const text = writeToken(keys.token, CLAIMS, NOW_MS);
  expect(read(text)).toEqual(VALID);
  expect(read(text, NOW_MS + 94_000)).toEqual(VALID);
  expect(read(text, NOW_MS + 95_000)).toEqual(EXPIRED);
  expect(read(text, NOW_MS + 24 * 3_600_000)).toEqual(EXPIRED);
  expect(read(text, NOW_MS - 5_000)).toEqual(VALID);
  expect(read(text, NOW_MS - 6_000)).toEqual(INVALID);
});

test("[S3] only a token that was ours is told to have expired", () => {
  const late = NOW_MS + 200_000;
  const others = Object.entries(REFUSED).filter(
    ([, text]) => readToken(keys.token, text, late).kind !== "refused",
  );
  expect(others).toEqual([]);
  expect(read(made(), late)).toEqual(EXPIRED);
  expect(read(made({ key: keys.ticket.newest.secret }), late)).toEqual(INVALID);
});

test("[S4] what old secrets signed stays valid until they are taken away, and the newest signs", () => {
  const [newest, oldest] = SECRETS;
  const before = deriveKeys(oldest === undefined ? [] : [oldest]).token;
  const after = deriveKeys(newest === undefined ? [] : [newest]).token;
  const text = writeToken(before, CLAIMS, NOW_MS);
  expect(readToken(keys.token, text, NOW_MS)).toEqual(VALID);
  expect(readToken(after, text, NOW_MS)).toEqual(INVALID);
  expect(readToken(after, writeToken(keys.token, CLAIMS, NOW_MS), NOW_MS)).toEqual(VALID);
});
