// Outcome: what an open turn gathers to be told and done once its entry is in the log. It only
// collects; nothing leaves from here.

import type { Bookmark, RefusedCommand } from "../../shared/frame.ts";
import type { ConnectionId } from "../../shared/ids.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { RoomCore } from "./core.ts";
import type { RuleOutcome } from "./rules.ts";
import type { Errand, Tell } from "./turn.ts";

export class Outcome {
  tells: Tell[] = [];
  errands: Errand[] = [];
  /** Connections that get an answer, and since when. */
  asked = new Map<ConnectionId, Bookmark | undefined>();
  /** Seats whose commands ended, with the refused ones. */
  ended = new Map<number, RefusedCommand[]>();
  readonly #core: RoomCore;

  constructor(core: RoomCore) {
    this.#core = core;
  }

  /** Begins a turn with nothing gathered. */
  reset(): void {
    this.tells = [];
    this.errands = [];
    this.asked = new Map();
    this.ended = new Map();
  }

  tell(tell: Tell): void {
    this.tells.push(tell);
  }

  errand(errand: Errand): void {
    this.errands.push(errand);
  }

  refuse(to: ConnectionId, reason: Reason, request?: number): void {
    this.tell({ kind: "refusal", to, request, reason, seq: undefined, incident: undefined });
  }

  /** Notes a rule that threw, for the operator. */
  note(seat: number, outcome: RuleOutcome): void {
    if (outcome.kind === "threw") this.noteFailure(seat, outcome.cause);
  }

  noteFailure(seat: number, cause: unknown): void {
    this.errand({
      kind: "audit",
      event: "rule-failed",
      seat,
      incident: this.incident(seat),
      cause,
    });
  }

  /** Names a log line: told to the player, found by the operator. */
  incident(seat: number): string {
    return `${this.#core.id}-${this.#core.version + 1}-${seat}`;
  }
}
