// Meddle: a room changed behind everybody's back, as no rule and no player could; for tests of what is
// found out, or of what would take long to play.

import type { Table } from "../../server/testing/testing.ts";
import type { Records, StateOf } from "../../shared/schema.ts";

/** Nothing of it is logged or told. */
export function meddle<R extends Records>(
  { machine }: Pick<Table<R>, "game" | "machine">,
  change: (state: StateOf<R>) => void,
): void {
  const { state, version } = machine.core;
  state.open(version);
  change(state.gameFace as StateOf<R>);
  state.close();
}
