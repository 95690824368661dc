// Hand-off: what a page asks the server of going on, on another device: a code to show there, and the
// code that was shown. Calls reject with RefusedError or fetch's own error.

import { visitor } from "../visitor.ts";

export interface Code {
  readonly code: string;
  readonly expiresInMs: number;
}

export function offerCode(): Promise<Code> {
  return visitor.ask("POST", "/api/hand-off", { body: {} });
}

/** From here on this browser is whoever asked for the code. */
export async function takeCode(code: string): Promise<void> {
  await visitor.ask("POST", "/api/hand-off/take", { body: { code } });
}

/** A code as people read it out: "k7m2-p9qa". */
export function spokenCode(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** The link that takes a code on another device. */
export function linkOf(code: string): string {
  return `${location.origin}${location.pathname}#/take/${code}`;
}
