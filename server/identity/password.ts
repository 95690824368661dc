// Password: slow hashes of passwords and their checking, in Node's thread pool, a few at a time, so
// that a crowd that signs in holds up no game. It keeps no password and knows not whose it is.

import { type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { availableParallelism } from "node:os";
import { randomSecret } from "../../shared/random.ts";

/** Parameters of scrypt (RFC 7914). Its memory is 128 × 2^logN × blockSize bytes. */
export interface PasswordCost {
  readonly logN: number;
  readonly blockSize: number;
  readonly parallel: number;
}

/**
 * One of the equal choices of OWASP's Password Storage Cheat Sheet, with 32 MiB instead of the 128
 * of 2^17: two at a time must fit beside the games of a small machine.
 */
const PASSWORD_COST: PasswordCost = { logN: 15, blockSize: 8, parallel: 3 };

/**
 * One processor stays free for the games, or rooms tick late while a crowd signs in; and of four threads
 * in Node's pool two stay free for files and names.
 */
const AT_ONCE = Math.max(1, Math.min(2, availableParallelism() - 1));
/** Whoever would wait for more than these, about ten seconds, is told to come again instead. */
export const WAITING_MAX = 48;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

export type PasswordCheck =
  /** `isOutdated`: it should be hashed anew, for the cost has changed since. */
  | { readonly kind: "right"; readonly isOutdated: boolean }
  | { readonly kind: "wrong" }
  /** Too many are being checked already. */
  | { readonly kind: "busy" };

export class Passwords {
  readonly #cost: PasswordCost;
  readonly #atOnce: number;
  /** Checked in the place of a hash that does not exist, so that this takes as long. */
  #decoy: Promise<string> | undefined;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(cost: PasswordCost = PASSWORD_COST, atOnce = AT_ONCE) {
    this.#cost = cost;
    this.#atOnce = atOnce;
  }

  /** A password as it is kept: a string in the PHC format. Undefined if too many are at it. */
  async hash(password: string): Promise<string | undefined> {
    const salt = Buffer.from(randomSecret(SALT_BYTES), "base64url");
    const hash = await this.#derive(password, salt, this.#cost);
    return hash === undefined ? undefined : phcOf(this.#cost, salt, hash);
  }

  /** Compares a password with what is kept. Nobody's hash is `wrong`, and takes no less time to be so. */
  async check(password: string, kept: string | undefined): Promise<PasswordCheck> {
    this.#decoy ??= this.#makeDecoy();
    const read = readPhc(kept ?? (await this.#decoy));
    if (read === undefined) return { kind: "wrong" };
    const hash = await this.#derive(password, read.salt, read.cost);
    if (hash === undefined) return { kind: "busy" };
    const isEqual = hash.length === read.hash.length && timingSafeEqual(hash, read.hash);
    if (!isEqual || kept === undefined) return { kind: "wrong" };
    return { kind: "right", isOutdated: !isSameCost(read.cost, this.#cost) };
  }

  /** No password has this hash: it was drawn. */
  async #makeDecoy(): Promise<string> {
    const [salt, hash] = [randomSecret(SALT_BYTES), randomSecret(HASH_BYTES)];
    return phcOf(this.#cost, Buffer.from(salt, "base64url"), Buffer.from(hash, "base64url"));
  }

  async #derive(password: string, salt: Buffer, cost: PasswordCost): Promise<Buffer | undefined> {
    if (this.#running >= this.#atOnce) {
      if (this.#waiting.length >= WAITING_MAX) return undefined;
      await new Promise<void>((go) => this.#waiting.push(go));
    } else {
      this.#running += 1;
    }
    try {
      return await scryptOf(password, salt, cost);
    } finally {
      // The place is handed on as it is, or given back.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

function scryptOf(password: string, salt: Buffer, cost: PasswordCost): Promise<Buffer> {
  const { logN, blockSize: r, parallel: p } = cost;
  const memory = 128 * 2 ** logN * r;
  const options: ScryptOptions = { N: 2 ** logN, r, p, maxmem: 2 * memory };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, options, (error, hash) => {
      if (error === null) resolve(hash);
      else reject(error);
    });
  });
}

/** Bounds keep a hash that somebody else wrote from taking all memory. */
const PHC =
  /^\$scrypt\$ln=(1?\d),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{16,64})\$([A-Za-z0-9+/]{43,86})$/;

function phcOf({ logN, blockSize, parallel }: PasswordCost, salt: Buffer, hash: Buffer): string {
  return `$scrypt$ln=${logN},r=${blockSize},p=${parallel}$${base64(salt)}$${base64(hash)}`;
}

function readPhc(text: string) {
  const [, logN, blockSize, parallel, salt, hash] = PHC.exec(text) ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  return {
    cost: { logN: Number(logN), blockSize: Number(blockSize), parallel: Number(parallel) },
    salt: Buffer.from(salt, "base64"),
    hash: Buffer.from(hash, "base64"),
  };
}

function isSameCost(one: PasswordCost, other: PasswordCost): boolean {
  return (
    one.logN === other.logN && one.blockSize === other.blockSize && one.parallel === other.parallel
  );
}

/** The format wants no padding. */
function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
