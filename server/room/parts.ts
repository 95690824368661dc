// Parts: what the parts of a room's machine share. A shape only.

import type { Attachments } from "./attachments.ts";
import type { RoomCore } from "./core.ts";
import type { Outcome } from "./outcome.ts";
import type { Rules } from "./rules.ts";

export interface RoomParts {
  readonly core: RoomCore;
  readonly rules: Rules;
  readonly attachments: Attachments;
  readonly out: Outcome;
}
