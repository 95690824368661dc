// Link draft: a link in the middle of a step: its next state and the effects so far, and the moves
// that every part of the step makes. It decides nothing by itself.

import { drawRandom } from "../shared/random.ts";
import type { Next } from "../shared/reasons.ts";
import type { Carried, LinkEffect, LinkState, Phase } from "./linkState.ts";
import * as searching from "./search.ts";
import { type Attempt, beginSearch, type Search } from "./search.ts";

export class LinkDraft {
  state: LinkState;
  readonly effects: LinkEffect[] = [];
  readonly nowMs: number;

  constructor(state: LinkState, nowMs: number) {
    this.state = state;
    this.nowMs = nowMs;
  }

  /** The connection that carries the seat, if one does. */
  get carrier(): Carried | undefined {
    return this.state.phase.kind === "seated" ? this.state.phase : undefined;
  }

  /** The same, unless it is doubted. */
  get believed(): Carried | undefined {
    const { carrier } = this;
    return carrier?.doubtedMs === undefined ? carrier : undefined;
  }

  get search(): Search | undefined {
    const { phase } = this.state;
    return phase.kind === "seeking" || phase.kind === "seated" ? phase.search : undefined;
  }

  attempt(connection: number): Attempt | undefined {
    return this.search?.attempts.find((attempt) => attempt.connection === connection);
  }

  set(change: Partial<LinkState>): void {
    this.state = { ...this.state, ...change };
  }

  carry(carrier: Carried, change: Partial<Carried>): void {
    this.set({ phase: { ...carrier, ...change } });
  }

  searching(change: (search: Search) => Search): void {
    const { phase } = this.state;
    if (phase.kind === "seeking" || phase.kind === "seated")
      this.set({ phase: { ...phase, search: change(phase.search) } });
  }

  draw(): number {
    const { value, state } = drawRandom(this.state.random);
    this.set({ random: state });
    return value;
  }

  /** An attempt failed: the next one waits for what the server asked, else for a jitter. */
  failed(retryInMs?: number): void {
    const at = { nowMs: this.nowMs, draw: this.draw(), retryInMs };
    this.searching((search) => searching.failed(search, at));
  }

  /** An attempt ended and nobody had answered it: the network or the server is away. */
  unanswered(): void {
    const at = { nowMs: this.nowMs, draw: this.draw() };
    this.searching((search) => searching.unanswered(search, at));
  }

  hasten(): void {
    this.searching((search) => searching.hastened(search, this.nowMs));
  }

  /** Closes a connection; if it was an attempt, it is forgotten. */
  drop(connection: number): void {
    this.effects.push({ kind: "drop", connection });
    this.searching((search) => searching.without(search, connection));
  }

  dropAttempts(which: (attempt: Attempt) => boolean): void {
    for (const attempt of this.search?.attempts ?? [])
      if (which(attempt)) this.drop(attempt.connection);
  }

  /** A search that begins now; attempts that were under way go on in it. */
  freshSearch(): Search {
    const { nowMs, search } = this;
    return { ...beginSearch(nowMs, search?.notBeforeMs), attempts: search?.attempts ?? [] };
  }

  /** No line carries the seat any more. What was begun in doubt goes on. */
  lost(carrier: Carried): void {
    const doubted = carrier.doubtedMs !== undefined;
    const search = doubted ? carrier.search : this.freshSearch();
    const lostMs = doubted ? carrier.heardMs : this.nowMs;
    this.set({ phase: { kind: "seeking", lostMs, search } });
    if (search.attempts.length === 0) this.hasten();
  }

  over(reason: string, next: Next): void {
    if (this.state.phase.kind !== "over") this.end({ kind: "over", reason, next });
  }

  end(phase: Extract<Phase, { kind: "elsewhere" | "over" }>): void {
    this.closeAll();
    this.set({ phase, ticket: undefined, leaveByMs: undefined, pausedBy: [] });
  }

  /** Nothing that was opened before counts any more. */
  closeAll(): void {
    if (this.carrier !== undefined) this.drop(this.carrier.connection);
    this.dropAttempts(() => true);
    const { fetch } = this.state;
    if (fetch !== undefined) this.effects.push({ kind: "abandon-token", fetch: fetch.fetch });
    this.set({ fetch: undefined });
  }
}
