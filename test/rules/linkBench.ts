// Link bench: a link stepped by hand under a virtual clock, with everything it wants done on record.
// It opens nothing; a test says what came of each effect.

import { step } from "../../client/link.ts";
import { deadlineMs } from "../../client/linkDeadlines.ts";
import {
  beginLink,
  type LinkEffect,
  type LinkInput,
  type LinkState,
  type Refused,
} from "../../client/linkState.ts";
import { statusOf } from "../../client/status.ts";

export interface Done {
  readonly atMs: number;
  readonly effect: LinkEffect;
}

interface Start {
  readonly ticking?: boolean;
  readonly seat?: boolean;
  readonly ticket?: string | undefined;
  readonly canProbe?: boolean;
}

/** Far enough from 0 that a forgotten initial value shows. */
const START_MS = 1_000_000;
export const GRACE_MS = 60_000;

export class LinkBench {
  nowMs = START_MS;
  state: LinkState;
  readonly done: Done[] = [];

  constructor(given: Start = {}, seed = 1) {
    const { ticking = true, seat = true, ticket = seat ? "ticket-1" : undefined } = given;
    const start = { ticking, seat, ticket, canProbe: given.canProbe ?? false };
    this.state = beginLink(start, seed, this.nowMs);
    this.take({ kind: "wake" });
  }

  take(...inputs: readonly LinkInput[]): this {
    for (const input of inputs) {
      const { state, effects } = step(this.state, input, this.nowMs);
      this.state = state;
      this.done.push(...effects.map((effect) => ({ atMs: this.nowMs, effect })));
    }
    return this;
  }

  /** Lets time pass; whatever falls due is done at its time. */
  pass(ms: number): this {
    const untilMs = this.nowMs + ms;
    while (deadlineMs(this.state) <= untilMs) {
      this.nowMs = Math.max(this.nowMs, deadlineMs(this.state));
      this.take({ kind: "wake" });
    }
    this.nowMs = untilMs;
    return this;
  }

  /** Lets time pass until another effect of a kind is wanted; how long that took. */
  until(kind: LinkEffect["kind"]): number {
    const [beforeMs, count] = [this.nowMs, this.all(kind).length];
    while (this.all(kind).length === count)
      this.pass(Math.max(0, deadlineMs(this.state) - this.nowMs));
    return this.nowMs - beforeMs;
  }

  /** Lets time pass in steps in which the carrier is heard. */
  passHearing(ms: number, connection = this.carrier ?? 0): this {
    for (let left = ms; left > 0; left -= 100)
      this.pass(Math.min(100, left)).take({ kind: "heard", connection });
    return this;
  }

  get carrier(): number | undefined {
    return this.state.phase.kind === "seated" ? this.state.phase.connection : undefined;
  }

  get status() {
    return statusOf(this.state, GRACE_MS, this.nowMs);
  }

  /** Effects of a kind, oldest first. */
  all<Kind extends LinkEffect["kind"]>(kind: Kind): Extract<LinkEffect, { kind: Kind }>[] {
    return this.done.flatMap(({ effect }) =>
      effect.kind === kind ? [effect as Extract<LinkEffect, { kind: Kind }>] : [],
    );
  }

  /** When effects of a kind were wanted, from the moment given. */
  times(kind: LinkEffect["kind"], sinceMs = START_MS): number[] {
    return this.done
      .filter(({ effect, atMs }) => effect.kind === kind && atMs >= sinceMs)
      .map(({ atMs }) => atMs - sinceMs);
  }

  /** The newest connection that was opened. */
  get newest(): number {
    return this.all("open").at(-1)?.connection ?? 0;
  }

  get opened(): readonly number[] {
    return this.all("open").map(({ connection }) => connection);
  }

  /** Attempts that are out, oldest first. */
  get out(): readonly number[] {
    return this.opened.filter((each) => each !== this.carrier && !this.dropped.includes(each));
  }

  get dropped(): readonly number[] {
    return this.all("drop").map(({ connection }) => connection);
  }

  /** The server answers on a connection, up to the seat. */
  seat(connection = this.newest, ticket: string | undefined = "ticket-2"): this {
    return this.take(
      { kind: "opened", connection },
      { kind: "heard", connection },
      { kind: "welcome", connection },
      { kind: "seated", connection, ticket, watching: false },
    );
  }

  refuse(refused: Refused, connection = this.newest): this {
    return this.take({ kind: "refused", connection, refused });
  }

  close(connection = this.newest): this {
    return this.take({ kind: "closed", connection });
  }

  /** The token that was asked for comes. */
  giveToken(token = "token-1"): this {
    const fetch = this.all("fetch-token").at(-1)?.fetch ?? 0;
    return this.take({ kind: "token", fetch, token, expiresInMs: 90_000 });
  }
}

/** A seat that plays, with a known round trip. */
export function seatedLink(start: Start = {}, seed = 1): LinkBench {
  const bench = new LinkBench(start, seed).seat();
  for (let n = 0; n < 50; n++) bench.take({ kind: "round-trip", ms: 50 });
  return bench.passHearing(1_000);
}
