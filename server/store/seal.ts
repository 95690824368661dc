// Seal: how what is known of people stands in a store: encrypted, bound to the place it stands in, and
// signed with the newest key. It knows no record and no store.

import { createCipheriv, createDecipheriv } from "node:crypto";
import { randomSecret } from "../../shared/random.ts";
import type { Key, KeyRing } from "../session/keys.ts";
import { StoreDamaged } from "./store.ts";

export interface Opened {
  readonly text: string;
  /** Another key than the newest sealed it: it should be sealed anew. */
  readonly isOld: boolean;
}

export interface Seal {
  /** `place` is where the text will stand; it opens nowhere else. */
  close(text: string, place: string): string;
  /** Undefined if a key sealed it that is no longer there. Throws StoreDamaged for what nobody sealed. */
  open(sealed: string, place: string): Opened | undefined;
}

/** AES-256-GCM (NIST SP 800-38D). Random nonces of 96 bits are safe for 2^32 texts a key. */
const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
/** Said to Node each time: it would take a shorter one for good. */
const TAG_BYTES = 16;
const FORM = /^sealed:([A-Za-z0-9_-]{1,16}):([A-Za-z0-9_-]{38,})$/;

export function sealWith(keys: KeyRing): Seal {
  return {
    close(text, place) {
      const { kid } = keys.newest;
      const nonce = Buffer.from(randomSecret(NONCE_BYTES), "base64url");
      const options = { authTagLength: TAG_BYTES };
      const cipher = createCipheriv(CIPHER, keys.newest.secret, nonce, options);
      cipher.setAAD(aboutOf(kid, place));
      const parts = [nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()];
      return `sealed:${kid}:${Buffer.concat(parts).toString("base64url")}`;
    },
    open(sealed, place) {
      const [, kid = "", body = ""] = FORM.exec(sealed) ?? [];
      if (body === "") throw new StoreDamaged(`what stands at ${place} is not sealed`);
      const key = keys.byKid(kid);
      if (key === undefined) return undefined;
      return {
        text: decrypt(key, Buffer.from(body, "base64url"), place),
        isOld: key !== keys.newest,
      };
    },
  };
}

/** For a store that keeps what it is given as it is. */
export const UNSEALED: Seal = {
  close: (text) => text,
  open: (text) => ({ text, isOld: false }),
};

function decrypt({ kid, secret }: Key, bytes: Buffer, place: string): string {
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const options = { authTagLength: TAG_BYTES };
  const decipher = createDecipheriv(CIPHER, secret, nonce, options);
  decipher.setAAD(aboutOf(kid, place));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const text = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
  try {
    return Buffer.concat([decipher.update(text), decipher.final()]).toString("utf8");
  } catch {
    // The library says only that it does not fit; what stands where is what helps.
    throw new StoreDamaged(`what stands at ${place} was changed, or sealed for another place`);
  }
}

function aboutOf(kid: string, place: string): Buffer {
  return Buffer.from(`holdfast 1|${kid}|${place}`);
}
