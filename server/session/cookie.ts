// Cookie: the secret that proves an identity, and what may be known of it without being it: its hash,
// for the store, and its label, for its owner. Only the browser keeps the secret itself.

import { createHash } from "node:crypto";
import { randomSecret } from "../../shared/random.ts";

/** 256 bits: beyond guessing, so that a fast hash is enough to hide it. */
const COOKIE_BYTES = 32;
const FORM = /^[\w-]{43}$/;
const LABEL_LENGTH = 12;

export function newCookie(): string {
  return randomSecret(COOKIE_BYTES);
}

/** Whether a text may be a cookie of ours; anything else is not worth asking the store about. */
export function isCookie(text: string | undefined): text is string {
  return text !== undefined && FORM.test(text);
}

/** What the store keeps instead of the cookie. */
export function cookieHash(cookie: string): string {
  return createHash("sha256").update(cookie).digest("hex");
}

/**
 * The name of the browser that holds the cookie: the same for all its sessions, so that each finds
 * the one it has. Anybody may know it; it leads to neither cookie nor hash.
 */
export function labelOf(cookie: string): string {
  return labelOfHash(cookieHash(cookie));
}

/** The same, for who knows only the hash. */
export function labelOfHash(hash: string): string {
  return createHash("sha256").update(`label ${hash}`).digest("hex").slice(0, LABEL_LENGTH);
}
