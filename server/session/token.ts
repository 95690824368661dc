// Token: the short-lived signed text that opens a socket, and the only importer of jsonwebtoken. It
// proves that a session was opened here; whether it still lives only the store knows.

import type { KeyObject } from "node:crypto";
import jwt from "jsonwebtoken";
import { assert } from "../../shared/assert.ts";
import { type IdentityId, isIdentityId, isSessionId, type SessionId } from "../../shared/ids.ts";
import { fromJson } from "../../shared/json.ts";
import { randomSecret } from "../../shared/random.ts";
import type { KeyRing } from "./keys.ts";

/** Whose token it is. */
export interface TokenClaims {
  readonly identity: IdentityId;
  readonly session: SessionId;
  /** Of the identity, when the token was written. */
  readonly revision: number;
}

export type TokenRead =
  | { readonly kind: "valid"; readonly claims: TokenClaims }
  | { readonly kind: "refused"; readonly reason: "token-invalid" | "token-expired" };

/** Long enough to open a socket over a bad line, short enough that a stolen one is worth little. */
export const TOKEN_LIFE_MS = 90_000;
/** How far the clocks of nodes may be apart. */
export const TOLERANCE_S = 5;
const LIFE_S = TOKEN_LIFE_MS / 1_000;
const ALGORITHM = "HS256";
const TYPE = "holdfast+jwt";
const ISSUER = "holdfast";
const AUDIENCE = "holdfast-socket";
const LENGTH_MAX = 2_048;
const FORM = /^([\w-]+)\.[\w-]+\.[\w-]+$/;
const HEADER_NAMES: ReadonlySet<string> = new Set(["alg", "typ", "kid"]);
const CLAIM_NAMES: ReadonlySet<string> = new Set([
  ...["iss", "aud", "sub", "iat", "exp", "jti"],
  ...["session", "revision"],
]);
const JTI = /^[\w-]{8,64}$/;

// An undefined audience or issuer would switch its check off without a word.
assert(ISSUER.length > 0 && AUDIENCE.length > 0, "issuer and audience are named");

/** Signs a token with the newest key. `nowMs` is the store's time. */
export function writeToken(keys: KeyRing, claims: TokenClaims, nowMs: number): string {
  const iat = Math.floor(nowMs / 1_000);
  const { identity, session, revision } = claims;
  return jwt.sign({ session, revision, iat, exp: iat + LIFE_S }, keys.newest.secret, {
    algorithm: ALGORITHM,
    header: { alg: ALGORITHM, typ: TYPE, kid: keys.newest.kid },
    issuer: ISSUER,
    audience: AUDIENCE,
    subject: identity,
    jwtid: randomSecret(12),
  });
}

/**
 * Checks a token by CPU alone: form, header, signature, times, every claim. `token-expired` is said
 * only of a token that was ours; everything else that is wrong is `token-invalid`. Never throws.
 */
export function readToken(keys: KeyRing, text: string, nowMs: number): TokenRead {
  // The length first: nothing else may be asked of a text without an end.
  const head = text.length <= LENGTH_MAX ? FORM.exec(text)?.[1] : undefined;
  const key = head === undefined ? undefined : keys.byKid(kidOf(head) ?? "");
  if (key === undefined) return INVALID;
  const nowS = Math.max(1, Math.floor(nowMs / 1_000));
  try {
    const payload: unknown = jwt.verify(text, key.secret, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      clockTimestamp: nowS,
      clockTolerance: TOLERANCE_S,
      maxAge: LIFE_S,
    });
    const claims = claimsOf(payload, nowS);
    return claims === undefined ? INVALID : { kind: "valid", claims };
  } catch (cause) {
    // The library answers by throwing, and what a stranger sends may make its parsers throw besides.
    return cause instanceof jwt.TokenExpiredError ? EXPIRED : INVALID;
  }
}

/** What a token of somebody else must be, to be believed. */
export interface Expected {
  readonly key: KeyObject;
  /** The only algorithm of that key. */
  readonly algorithm: "HS256" | "RS256" | "ES256";
  readonly issuer: string;
  readonly audience: string;
  readonly nowMs: number;
}

/** The claims of a token of another issuer; undefined unless it is exactly as expected. Never throws. */
export function readForeign(text: string, expected: Expected): unknown {
  const { key, algorithm, issuer, audience, nowMs } = expected;
  // An undefined audience or issuer would switch its check off without a word.
  if (issuer === "" || audience === "" || text.length > 2 * LENGTH_MAX) return undefined;
  try {
    return jwt.verify(text, key, {
      algorithms: [algorithm],
      issuer,
      audience,
      clockTimestamp: Math.max(1, Math.floor(nowMs / 1_000)),
      clockTolerance: TOLERANCE_S,
    });
  } catch {
    // The library answers by throwing; why is nothing that a stranger should learn.
    return undefined;
  }
}

const INVALID: TokenRead = { kind: "refused", reason: "token-invalid" };
const EXPIRED: TokenRead = { kind: "refused", reason: "token-expired" };

/** The key's name, if the header is exactly what we write: the library ignores `typ` and `crit`. */
function kidOf(head: string): string | undefined {
  const header = fromJson(Buffer.from(head, "base64url").toString("utf8"));
  if (!isRecord(header, HEADER_NAMES)) return undefined;
  const { alg, typ, kid } = header;
  return alg === ALGORITHM && typ === TYPE && typeof kid === "string" ? kid : undefined;
}

/** What the library does not check: that every claim is there, of its kind, and no other is. */
function claimsOf(payload: unknown, nowS: number): TokenClaims | undefined {
  if (!isRecord(payload, CLAIM_NAMES)) return undefined;
  const { iss, aud, sub, iat, exp, jti, session, revision } = payload;
  if (iss !== ISSUER || aud !== AUDIENCE) return undefined;
  if (!isIdentityId(sub) || !isSessionId(session)) return undefined;
  if (!isWhole(revision) || typeof jti !== "string" || !JTI.test(jti)) return undefined;
  if (!isWhole(iat) || !isWhole(exp) || exp <= iat || exp - iat > LIFE_S) return undefined;
  if (iat > nowS + TOLERANCE_S) return undefined;
  return { identity: sub, session, revision };
}

function isRecord(
  value: unknown,
  known: ReadonlySet<string>,
): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.keys(value).every((name) => known.has(name));
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
