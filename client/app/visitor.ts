// Visitor: the one session this page asks the server by, and the name that was typed last on this
// device. The proof of identity stays in the browser's cookie jar.

import { RefusedError, Session } from "../join.ts";

export const visitor = new Session();

/** Whether a question failed because of the server or the way to it: `fetch` says so by a TypeError. */
export function isUnreached(error: unknown): boolean {
  return error instanceof RefusedError || error instanceof TypeError;
}

const NAME_KEY = "holdfast.name";

/** The name that was typed last on this device; no secret. */
export function rememberedName(): string {
  try {
    return localStorage.getItem(NAME_KEY) ?? "";
  } catch (cause) {
    if (cause instanceof DOMException) return "";
    throw cause;
  }
}

export function rememberName(name: string): void {
  try {
    localStorage.setItem(NAME_KEY, name);
  } catch (cause) {
    // A browser that keeps nothing: the name is typed again next time.
    if (!(cause instanceof DOMException)) throw cause;
  }
}
