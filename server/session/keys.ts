// Keys: what credentials are signed with, derived from the secrets one purpose at a time, so that a
// signature of one purpose is worth nothing for another. They never leave this process.

import { createSecretKey, hkdfSync, type KeyObject } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "../../shared/assert.ts";
import { randomCode, randomSecret } from "../../shared/random.ts";
import type { Config, Secret } from "../config.ts";

/** What keys are for: each purpose has keys that no other has. */
export type Purpose = "token" | "ticket" | "audit" | "seal";

export interface Key {
  readonly kid: string;
  /** 32 bytes. A KeyObject, because jsonwebtoken verifies 25 times slower with raw bytes. */
  readonly secret: KeyObject;
}

/** The keys of one purpose: the newest signs, all verify, so that no change of secrets signs anybody out. */
export interface KeyRing {
  readonly newest: Key;
  readonly all: readonly Key[];
  byKid(kid: string): Key | undefined;
}

export type Keys = Readonly<Record<Purpose, KeyRing>>;

const KEY_BYTES = 32;

/** Derives all keys (HKDF-SHA-256, RFC 5869). Secrets come newest first; there is at least one. */
export function deriveKeys(secrets: readonly Secret[]): Keys {
  return {
    token: ringOf(secrets, "token"),
    ticket: ringOf(secrets, "ticket"),
    audit: ringOf(secrets, "audit"),
    seal: ringOf(secrets, "seal"),
  };
}

/** The keys of a server: from the secrets it was given, or from the one that it keeps itself. */
export function keysOf(config: Pick<Config, "secrets" | "dataDirectory">): Keys {
  return deriveKeys(config.secrets ?? [keptSecret(config.dataDirectory)]);
}

function ringOf(secrets: readonly Secret[], purpose: Purpose): KeyRing {
  const all = secrets.map(({ kid, bytes }): Key => {
    const derived = hkdfSync("sha256", bytes, "", `holdfast ${purpose}`, KEY_BYTES);
    return { kid, secret: createSecretKey(Buffer.from(derived)) };
  });
  const [newest] = all;
  assert(newest !== undefined, "there is a secret");
  const byKid = new Map(all.map((key) => [key.kid, key]));
  return { newest, all, byKid: (kid) => byKid.get(kid) };
}

const SECRET_FILE = "secret";
const SECRET_FORM = /^([a-z0-9]{1,16}):([A-Za-z0-9_-]{43})\n$/;

/**
 * The secret of a server that was given none: drawn at the first start and kept in the data
 * directory, readable by its owner alone, so that a restart signs nobody out. Several processes that
 * start at once agree on one. Throws if the file cannot be written or is damaged.
 */
export function keptSecret(directory: string): Secret {
  const path = join(directory, SECRET_FILE);
  return readSecret(path) ?? drawSecret(path, directory);
}

function readSecret(path: string): Secret | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if (isCode(cause, "ENOENT")) return undefined;
    throw cause;
  }
  const [, kid, secret] = SECRET_FORM.exec(text) ?? [];
  if (kid === undefined || secret === undefined) {
    throw new Error(
      `${path} is damaged. Put back a copy; without one, remove it: accounts are lost then.`,
    );
  }
  return { kid, bytes: Buffer.from(secret, "base64url") };
}

/** Writes a whole file aside, then gives it its name unless another process was faster. */
function drawSecret(path: string, directory: string): Secret {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const aside = `${path}.${randomCode(12)}`;
  writeFileSync(aside, `${randomCode(8)}:${randomSecret(KEY_BYTES)}\n`, {
    mode: 0o600,
    flag: "wx",
  });
  try {
    linkSync(aside, path);
  } catch (cause) {
    if (!isCode(cause, "EEXIST")) throw cause;
  } finally {
    rmSync(aside, { force: true });
  }
  const kept = readSecret(path);
  assert(kept !== undefined, "the secret was written");
  return kept;
}

function isCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && Reflect.get(cause, "code") === code;
}
