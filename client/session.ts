// Session: what a page asks a server over HTTP: who it is, a token to open a socket, its seats and
// the rooms there are. Proof of identity stays in the cookie jar; this never reads it in a browser.

import { fromJson } from "../shared/json.ts";
import type { SessionSeen } from "../shared/protocol.ts";
import { type Next, textOf } from "../shared/reasons.ts";
import type { Refused } from "./linkState.ts";

/** A refusal that is the end of what was asked: why, and what the person can do. */
export class RefusedError extends Error {
  readonly reason: string;
  readonly next: Next;
  /** For people. */
  readonly text: string;
  readonly retryInMs: number | undefined;
  /** Why somebody is kept out, and for how long yet; only with `banned`, from the server's own answer. */
  readonly ban: Ban | undefined;

  constructor({ reason, next, retryInMs, ban }: Refused & Banned, text = textOf(reason)) {
    super(`${reason}: ${text}`);
    this.name = "RefusedError";
    this.reason = reason;
    this.next = next;
    this.text = text;
    this.retryInMs = retryInMs;
    this.ban = ban;
  }
}

export interface Ban {
  readonly reason: string;
  /** Null if it has no end. */
  readonly endsInMs: number | null;
}

type Banned = { readonly ban?: Ban };

/** Opens a socket; lives in memory only. */
export interface Token {
  readonly session: SessionSeen;
  readonly token: string;
  readonly expiresInMs: number;
}

/** A seat of this identity in a game that is still on. */
export interface LiveSeat {
  readonly room: string;
  readonly game: string;
  readonly seat: number;
}

/** A room that anybody may join or watch, as it stood a second ago at most. */
export interface ListedRoom {
  /** For `join`: `{ game, room }`. */
  readonly room: string;
  readonly game: string;
  readonly status: "waiting" | "running" | "ended" | "parked" | "quarantined";
  readonly seatsTaken: number;
  readonly seatsMax: number;
}

/**
 * One visitor of one server. In a browser all of them share the browser's cookies; elsewhere each
 * keeps its own, so that every bot is a guest of its own. Calls reject with RefusedError for what the
 * server refused, and with fetch's own error when it cannot be reached.
 */
export class Session {
  readonly origin: string;
  /** What a browser would keep; stays empty in one, because it hides Set-Cookie from pages. */
  readonly #cookies = new Map<string, string>();

  /** `url`: where the server is, as http://localhost:3000; needed outside a browser, whose page's own origin it is if not given. */
  constructor(url?: string) {
    const origin = url ?? globalThis.location?.origin;
    // Whatever else would be tried for ever, like a server that is away, or without the path that was meant.
    if (!/^https?:\/\/[^/?#]+\/?$/.test(origin))
      throw new TypeError('url is as "http://localhost:3000", no path');
    this.origin = new URL(origin).origin;
  }

  /** Who this is; undefined while nobody is signed in. */
  async current(): Promise<SessionSeen | undefined> {
    type Seen = { readonly session: SessionSeen | null };
    return (await this.ask<Seen>("GET", "/api/session")).session ?? undefined;
  }

  /** Becomes a guest of that name, 1 to 24 visible characters. */
  guest(name: string, signal?: AbortSignal): Promise<Token> {
    return this.ask("POST", "/api/session/guest", { body: { name }, signal });
  }

  /** A fresh token from the cookie. */
  token(signal?: AbortSignal): Promise<Token> {
    return this.anyToken(undefined, signal);
  }

  /** A token, as a new guest of that name if nobody is signed in and a name is given. */
  anyToken(name: string | undefined, signal?: AbortSignal): Promise<Token> {
    return this.ask("POST", "/api/session/token", { body: { name }, signal });
  }

  /** Asks whether the server is there and tells once; nothing after it was cancelled. */
  probe(tell: (isThere: boolean) => void): () => void {
    const ended = new AbortController();
    const { signal } = ended;
    // A page of another origin may not read the answer, but sees that there is one.
    const request = { mode: "no-cors", credentials: "omit", cache: "no-store", signal } as const;
    fetch(`${this.origin}/healthz`, request).then(
      ({ ok, type }) => signal.aborted || tell(ok || type === "opaque"),
      () => signal.aborted || tell(false),
    );
    return () => ended.abort();
  }

  async signOut(): Promise<void> {
    await this.ask("DELETE", "/api/session");
  }

  /** Seats of this identity in games that are still on. */
  async seats(): Promise<readonly LiveSeat[]> {
    return (await this.ask<{ seats: readonly LiveSeat[] }>("GET", "/api/seats")).seats;
  }

  /** Listed rooms of a game. */
  async rooms(game: string): Promise<readonly ListedRoom[]> {
    const path = `/api/rooms?game=${encodeURIComponent(game)}`;
    return (await this.ask<{ rooms: readonly ListedRoom[] }>("GET", path)).rooms;
  }

  /**
   * Asks the server what has no method here, such as what belongs to an account, and sends `body` as
   * JSON. Gives the answer's JSON, or an empty object where there is none.
   */
  async ask<T>(
    method: string,
    path: string,
    more: { readonly body?: object; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<T> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(this.origin + path, {
      method,
      credentials: "include",
      headers: {
        ...(cookie && { cookie }),
        ...(more.body && { "content-type": "application/json" }),
      },
      // Undefined, and so none, if none is given.
      body: JSON.stringify(more.body),
      signal: more.signal ?? null,
    });
    // Pages may not see cookies, and browsers from before the autumn of 2023 do not have the method.
    for (const line of response.headers.getSetCookie?.() ?? []) this.#keep(line);
    const answer = fromJson((await response.text()) || "{}") as Answer | undefined;
    if (!response.ok || answer === undefined) throw refusalOf(answer);
    return answer as T;
  }

  #keep(line: string): void {
    const [, name = "", value = ""] = /^\s*([^\s=]*)\s*=\s*([^\s;]*)/.exec(line) ?? [];
    if (/;\s*max-age\s*=\s*(0|-)/i.test(line)) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}

type Answer = { readonly error?: Refused & Banned & { readonly message?: string } } | null;

/**
 * What is no answer of our server comes from something in its place: a proxy while it restarts, or the
 * sign-in page of a network that lets nobody through yet.
 */
function refusalOf(answer: Answer | undefined): RefusedError {
  const error = answer?.error;
  return typeof error?.reason === "string"
    ? new RefusedError(error, error.message)
    : new RefusedError({ reason: "server-fault", next: "retry" });
}
