// Migration: how a newer build of a game takes over rooms of an older one: by the older declaration,
// kept to read them with, and a rule that fills the new state from the old. It stores nothing.

import type { Game } from "./game.ts";
import type { Named } from "./rules.ts";
import type { Records, StateOf } from "./schema.ts";

/** What leads from one older build to the one that declares it. */
export interface Migration {
  readonly from: Game;
  readonly fill: (old: unknown, next: unknown) => undefined | void;
}

/**
 * `from` is the older build's game, declared as it was: its rules are never run, so each may be a function
 * that does nothing. `records` are those of the newer one. `fill` gets the old state to read and the new
 * one, still empty, to write. It is pure: it may run more than once, and a room for which it throws stays
 * as it is, for the older build. Seats, timers and the time come along by themselves, but for timers that
 * the newer build has no rule for. A game that had started is not started again: a timer that only the
 * newer one has is for its other rules to begin.
 *
 * A build takes over from the versions that its `migrate` names, each in one step.
 */
export function migration<
  Old extends Records,
  C extends Named,
  I extends Named,
  E extends Named,
  R extends Records,
>(
  { from }: { readonly from: Game<Old, C, I, E>; readonly records: R },
  fill: (old: StateOf<Old>, next: StateOf<R>) => undefined | void,
): Migration {
  return { from: from as unknown as Game, fill: fill as Migration["fill"] };
}
