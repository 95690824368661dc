// Table options: what a test may choose about a table, and where its host may die.

import type { Weather } from "./line.ts";
import type { Saves } from "./saves.ts";

export interface TableOptions {
  /** Seed of the room's own draws; 1 if not given. */
  readonly seed?: number;
  /** Entries between two snapshots; as in production if not given. */
  readonly snapshotEvery?: number;
  /** Everything arrives once if not given. */
  readonly weather?: Weather;
  /** Of other tables, for players who go from one to another; its own if not given. */
  readonly saves?: Saves;
  /**
   * Whether rules may fail, as in a test of what becomes of that. If not given, whatever a rule throws
   * is thrown out of the step of the test that made it run.
   */
  readonly mayFail?: boolean;
}

/** Where a host can die: before its entry is in the log, or after, before anything is told. */
export type CrashPoint = "before-append" | "before-telling";
