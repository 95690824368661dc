// Outside issuer: tokens by which somebody else vouches for people, such as a studio with accounts of its
// own, and the keys to check them with. It opens no session and keeps nothing of a token.

import { createHash, createPublicKey, createSecretKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IdentityId } from "../../shared/ids.ts";
import { fromJson } from "../../shared/json.ts";
import type { OutsideConfig } from "../config.ts";
import { readName } from "./name.ts";
import { type Expected, readForeign, TOLERANCE_S } from "./token.ts";

/** Somebody as the issuer knows him. */
export interface Vouched {
  /** The same for the same subject of the same issuer, always. */
  readonly identity: IdentityId;
  readonly name: string;
}

export interface OutsideIssuer {
  /** Whom a token vouches for; undefined unless everything about it is right. By CPU alone. */
  read(token: string, nowMs: number): Vouched | undefined;
}

interface IssuerKey {
  readonly key: KeyObject;
  readonly algorithm: Expected["algorithm"];
}

const SUBJECT_LENGTH_MAX = 255;
const NAMELESS = "Player";
const SYMMETRIC_BYTES_MIN = 32;
/** A token that is good for longer is a password in disguise. */
const LIFE_S_MAX = 24 * 60 * 60;
const FORM = /^([\w-]+)\.[\w-]+\.[\w-]+$/;

/** Reads the keys once. Throws a sentence for the operator if they cannot be used. */
export function openOutsideIssuer({ issuer, audience, keysFile }: OutsideConfig): OutsideIssuer {
  const keys = readKeys(keysFile);
  return {
    read(token, nowMs) {
      const kid = kidOf(token);
      const found = kid === undefined ? undefined : keys.get(kid);
      if (found === undefined) return undefined;
      const claims = readForeign(token, { ...found, issuer, audience, nowMs });
      return isClaims(claims, nowMs) ? vouchedOf(issuer, claims) : undefined;
    },
  };
}

interface Claims {
  readonly sub: string;
  readonly name?: unknown;
}

/** What the library does not demand. A token of tomorrow would be good for longer than it says. */
function isClaims(claims: unknown, nowMs: number): claims is Claims {
  if (typeof claims !== "object" || claims === null) return false;
  const { sub, iat, exp } = claims as Readonly<Record<string, unknown>>;
  if (typeof sub !== "string" || sub === "" || sub.length > SUBJECT_LENGTH_MAX) return false;
  if (!Number.isSafeInteger(iat) || !Number.isSafeInteger(exp)) return false;
  const lifeS = Number(exp) - Number(iat);
  return lifeS > 0 && lifeS <= LIFE_S_MAX && Number(iat) <= nowMs / 1_000 + TOLERANCE_S;
}

function vouchedOf(issuer: string, { sub, name }: Claims): Vouched {
  const hash = createHash("sha256")
    .update(JSON.stringify([issuer, sub]))
    .digest("hex");
  // Letters and digits like every identity; nobody who registers here can draw the same.
  return { identity: hash.slice(0, 32) as IdentityId, name: readName(name) ?? NAMELESS };
}

/** The key's name, if the header asks for nothing that is not understood here. */
function kidOf(token: string): string | undefined {
  const head = token.length <= 4_096 ? FORM.exec(token)?.[1] : undefined;
  if (head === undefined) return undefined;
  const header = fromJson(Buffer.from(head, "base64url").toString("utf8"));
  if (typeof header !== "object" || header === null || "crit" in header) return undefined;
  const kid: unknown = Reflect.get(header, "kid");
  return typeof kid === "string" ? kid : undefined;
}

/** A JWK set (RFC 7517). Each key has a name and one algorithm, whatever a token says. */
function readKeys(file: string): ReadonlyMap<string, IssuerKey> {
  const fail = (why: string) => new Error(`OUTSIDE_KEYS: ${file} ${why}`);
  let set: unknown;
  try {
    set = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw fail("cannot be read as JSON.");
  }
  const listed: unknown = typeof set === "object" && set !== null ? Reflect.get(set, "keys") : set;
  if (!Array.isArray(listed) || listed.length === 0) throw fail('is no JWK set: {"keys": […]}.');
  const keys = new Map<string, IssuerKey>();
  for (const jwk of listed as readonly Readonly<Record<string, unknown>>[]) {
    const { kid } = jwk;
    if (typeof kid !== "string" || keys.has(kid)) throw fail("has a key without a kid of its own.");
    // Whoever got hold of this machine could sign in as anybody, everywhere that issuer is believed.
    if ("d" in jwk) throw fail(`has the private key "${kid}". Leave only its public part there.`);
    const key = keyOf(jwk);
    if (key === undefined) {
      throw fail(`has a key "${kid}" that is no RSA of 2048 bits, EC P-256 or oct of 32 bytes.`);
    }
    keys.set(kid, key);
  }
  return keys;
}

function keyOf(jwk: Readonly<Record<string, unknown>>): IssuerKey | undefined {
  if (jwk.kty === "oct") {
    const bytes = Buffer.from(String(jwk.k), "base64url");
    if (bytes.length < SYMMETRIC_BYTES_MIN) return undefined;
    return { key: createSecretKey(bytes), algorithm: "HS256" };
  }
  try {
    const key = createPublicKey({ key: { ...jwk }, format: "jwk" });
    const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
    if (jwk.kty === "RSA") return modulusLength >= 2_048 ? { key, algorithm: "RS256" } : undefined;
    return namedCurve === "prime256v1" ? { key, algorithm: "ES256" } : undefined;
  } catch {
    // No key at all; the operator is told its name.
    return undefined;
  }
}
