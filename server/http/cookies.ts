// Cookies: how the identity cookie is named, sent and taken back. It carries the secret unread: what
// it proves is for the sign-in to find out.

import type { Context } from "hono";
import { setCookie } from "hono/cookie";
import { parse } from "hono/utils/cookie";

export interface IdentityCookie {
  /** The cookie in a Cookie header; undefined if there is none. */
  read(header: string | undefined): string | undefined;
  set(context: Context, secret: string, lifeMs: number): void;
  clear(context: Context): void;
  /** What marks the device, in a Cookie header. */
  readMark(header: string | undefined): string | undefined;
  setMark(context: Context, mark: string): void;
}

const NAME = "holdfast";
/** No browser keeps a cookie for longer than 400 days. */
const MARK_LIFE_S = 400 * 24 * 60 * 60;

/**
 * `secure`: named `__Host-holdfast`, which a browser takes only over TLS (or from localhost) and never
 * from a neighbouring host. Without it a phone on the same network can play over plain http.
 */
export function identityCookie(secure: boolean): IdentityCookie {
  const name = secure ? `__Host-${NAME}` : NAME;
  const markName = `${name}-device`;
  const options = { httpOnly: true, secure, sameSite: "Strict", path: "/" } as const;
  return {
    read: (header) => (header === undefined ? undefined : parse(header, name)[name]),
    set(context, secret, lifeMs) {
      setCookie(context, name, secret, { ...options, maxAge: Math.floor(lifeMs / 1_000) });
    },
    readMark: (header) => (header === undefined ? undefined : parse(header, markName)[markName]),
    setMark(context, mark) {
      setCookie(context, markName, mark, { ...options, maxAge: MARK_LIFE_S });
    },
    clear: (context) => setCookie(context, name, "", { ...options, maxAge: 0 }),
  };
}
