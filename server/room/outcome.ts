// Outcome: what an open turn gathers to be told and done once its entry is in the log. It only
// collects; nothing leaves from here.

import type { Bookmark } from "../../shared/frame.ts";
import type { ConnectionId, IdentityId } from "../../shared/ids.ts";
import type { NumberedCommand } from "../../shared/protocol.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { RoomCore } from "./core.ts";
import type { RuleFailure, RuleOutcome } from "./rules.ts";
import type { Errand, Tell } from "./turn.ts";

export class Outcome {
  tells: Tell[] = [];
  errands: Errand[] = [];
  /** Connections that get an answer, and since when. */
  asked = new Map<ConnectionId, Bookmark | undefined>();
  /** Numbers that came in this turn, by seat: whatever became of each is told again. */
  acknowledged = new Map<number, ReadonlySet<number>>();
  readonly #core: RoomCore;

  constructor(core: RoomCore) {
    this.#core = core;
  }

  /** Forgets what a turn gathered, which whoever took it keeps. */
  reset(): void {
    this.tells = [];
    this.errands = [];
    if (this.asked.size > 0) this.asked = new Map();
    if (this.acknowledged.size > 0) this.acknowledged = new Map();
  }

  tell(tell: Tell): void {
    this.tells.push(tell);
  }

  errand(errand: Errand): void {
    this.errands.push(errand);
  }

  /**
   * Somebody has no seat here, whatever a link still says: the host that took the seat back may have ended
   * before it wrote that, and nobody else would.
   */
  seatless(identity: IdentityId): void {
    this.errand({ kind: "unlink-seat", identity });
  }

  /** A tail came: its seat is told what became of all of it, for the answer before may be lost. */
  acknowledge(seat: number, tail: readonly NumberedCommand[]): void {
    const numbers = tail.map(({ seq }) => seq);
    this.acknowledged.set(seat, new Set([...(this.acknowledged.get(seat) ?? []), ...numbers]));
  }

  /**
   * Answers one message. `request` names the join that is refused, `seq` the command; `detail` the incident
   * that the operator finds, or what of the arguments does not fit.
   */
  refuse(
    to: ConnectionId,
    reason: Reason,
    about: { readonly request?: number; readonly seq?: number; readonly detail?: string } = {},
  ): void {
    const { request, seq, detail } = about;
    this.tell({ kind: "refusal", to, reason, request, seq, detail });
  }

  /** Tells the operator. Gives the name of the log line, which may be told to the player. */
  audit(event: AuditEvent, seat: number, failure?: RuleFailure): string {
    const incident = `${this.#core.id}-${this.#core.version + 1}-${this.errands.length}`;
    const { rule, cause } = failure ?? {};
    this.errand({ kind: "audit", event, seat, incident, rule, cause });
    return incident;
  }

  /** Notes a rule that threw although nobody asked for it. */
  note(seat: number, outcome: RuleOutcome): void {
    if (outcome.kind === "threw") this.audit("rule-failed", seat, outcome);
  }
}

type AuditEvent = Extract<Errand, { kind: "audit" }>["event"];
