// Ban: whether somebody is kept out at a moment. A pure rule over an identity's record; it ends
// nothing and tells nobody.

import type { IdentityRecord } from "../session/record.ts";
import type { Ban } from "./record.ts";

/** The ban of an identity, unless it has none or its end has come. `nowMs` is the store's time. */
export function banOf({ ban }: IdentityRecord, nowMs: number): Ban | undefined {
  if (ban === undefined) return undefined;
  return ban.untilMs === null || nowMs < ban.untilMs ? ban : undefined;
}
