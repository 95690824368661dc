// Attachments: the connections that look at a room, and the frames each of them gets for a commit.
// It reads the state and writes bytes; it never changes a record and never sends anything itself.

import { ByteWriter } from "../../shared/bytes.ts";
import {
  type Changes,
  changesSince,
  type OwnLook,
  ownChanges,
  publicChanges,
  type Shown,
  SINCE_EVER,
} from "../../shared/changes.ts";
import { changesToJson, type JsonChanges } from "../../shared/codec.ts";
import {
  type Acknowledgements,
  type Answer,
  answerToJson,
  type Bookmark,
  encodeAnswer,
  encodeOwnPart,
  encodeStep,
  lineTag,
  type OwnPart,
  type RefusedCommand,
  type SeenEvent,
} from "../../shared/frame.ts";
import type { ConnectionId } from "../../shared/ids.ts";
import { refusedOf } from "./commands.ts";
import type { RoomCore } from "./core.ts";
import { type KeptEvent, mayLearn } from "./history.ts";
import type { Rules } from "./rules.ts";
import type { Arrival, Tell } from "./turn.ts";

/** A connection that looks at the room. */
export interface Attachment {
  readonly arrival: Arrival;
  /** Undefined for a watcher. */
  readonly seat: number | undefined;
  /** The seat's attachment number when it was made; the seat's own is higher once another took its place. */
  readonly number: number;
  /** Whether it holds the version shown last, so that a step is enough. */
  inStep: boolean;
  /** What it was last shown of selective collections. */
  readonly shown: Shown;
  /** The input number it was last told. */
  inputTold: number | undefined;
}

/** Refusals of the turn's commands, by seat, to be told with the commit. */
export type Refusals = ReadonlyMap<number, readonly RefusedCommand[]>;

export class Attachments {
  readonly #core: RoomCore;
  readonly #rules: Rules;
  readonly #byConnection = new Map<ConnectionId, Attachment>();
  readonly #writer = new ByteWriter(2048);
  /** Version that everybody in step holds. */
  #shownVersion = 0;

  constructor(core: RoomCore, rules: Rules) {
    this.#core = core;
    this.#rules = rules;
    this.#shownVersion = core.version;
  }

  get size(): number {
    return this.#byConnection.size;
  }

  get all(): Iterable<Attachment> {
    return this.#byConnection.values();
  }

  get(connection: ConnectionId): Attachment | undefined {
    return this.#byConnection.get(connection);
  }

  add(arrival: Arrival, seat: number | undefined, number: number): void {
    this.#byConnection.set(arrival.connection, {
      arrival,
      seat,
      number,
      inStep: false,
      shown: new Map(),
      inputTold: undefined,
    });
  }

  delete(connection: ConnectionId): void {
    this.#byConnection.delete(connection);
  }

  /**
   * Frames for the commit that has just been closed, or for a turn that changed nothing: an answer
   * for each connection that asked, a step for those in step. What one is shown all are shown, if
   * only as the bare number, so that all in step hold the same version.
   */
  frames(turn: {
    readonly committed: boolean;
    readonly asked: ReadonlyMap<ConnectionId, Bookmark | undefined>;
    readonly ended: Refusals;
    readonly events: readonly KeptEvent[];
  }): Tell[] {
    const tells: Tell[] = [];
    const steps = this.#steps(turn);
    const unseen = this.#core.version > this.#shownVersion;
    const worthShowing = steps.some((step) => step.own !== undefined) || steps.some(hasCommon);
    if (worthShowing || (unseen && turn.asked.size > 0)) tells.push(...this.#write(steps));
    for (const [connection, bookmark] of turn.asked) {
      const attachment = this.#byConnection.get(connection);
      if (attachment !== undefined) tells.push(this.#answer(attachment, bookmark));
    }
    if (tells.length > 0) this.#shownVersion = this.#core.version;
    return tells;
  }

  #steps(turn: {
    readonly committed: boolean;
    readonly asked: ReadonlyMap<ConnectionId, Bookmark | undefined>;
    readonly ended: Refusals;
    readonly events: readonly KeptEvent[];
  }): PlannedStep[] {
    const common: Common = {
      changes: turn.committed ? publicChanges(this.#core.state) : [],
      events: turn.events.filter((event) => event.seats === undefined),
    };
    const aside = turn.events.filter((event) => event.seats !== undefined);
    const steps: PlannedStep[] = [];
    for (const attachment of this.#byConnection.values()) {
      if (!attachment.inStep || turn.asked.has(attachment.arrival.connection)) continue;
      const changes = turn.committed ? this.#ownChanges(attachment) : [];
      const events = aside.filter((event) => mayLearn(event, attachment.seat));
      const acknowledged = this.#news(attachment, turn.ended);
      const nothing = changes.length + events.length === 0 && acknowledged === undefined;
      steps.push({
        attachment,
        common,
        own: nothing ? undefined : { changes, events, acknowledged },
      });
    }
    return steps;
  }

  #ownChanges(attachment: Attachment): Changes {
    const look = this.#lookOf(attachment);
    return ownChanges(this.#core.state, look, attachment.shown);
  }

  /** Acknowledgements that the attachment's seat has not been told; undefined if there are none. */
  #news(attachment: Attachment, ended: Refusals): Acknowledgements | undefined {
    if (attachment.seat === undefined) return undefined;
    const input = this.#rules.inputSeen(attachment.seat);
    const refused = ended.get(attachment.seat);
    if (refused === undefined && input === attachment.inputTold) return undefined;
    attachment.inputTold = input;
    const applied = this.#core.own.$seats.get(attachment.seat)?.applied ?? 0;
    return { applied, refused: refused ?? [], input };
  }

  #write(steps: readonly PlannedStep[]): Tell[] {
    const [first] = steps;
    if (first === undefined) return [];
    const tells: Tell[] = [];
    const shown = this.#bookmark();
    const bytes = this.#encodeCommon(first.common);
    const sharing: ConnectionId[] = [];
    for (const { attachment, common, own } of steps) {
      const to = attachment.arrival.connection;
      if (attachment.arrival.frames === "json") {
        tells.push({ kind: "json", to, shown, frame: this.#jsonStep(common, own) });
      } else if (own === undefined) {
        sharing.push(to);
      } else {
        tells.push({ kind: "frame", to, shown, bytes: this.#encodeWith(bytes, own) });
      }
    }
    if (sharing.length > 0) tells.push({ kind: "step", to: sharing, bytes, shown });
    return tells;
  }

  #encodeCommon(common: Common): Uint8Array {
    this.#writer.reset();
    encodeStep(this.#writer, this.#core.game, {
      tag: lineTag(this.#core.id, this.#core.history.epoch),
      base: this.#shownVersion,
      version: this.#core.version,
      timeMs: this.#core.time.nowMs,
      ...common,
    });
    return this.#writer.finish();
  }

  #encodeWith(common: Uint8Array, own: OwnPart): Uint8Array {
    this.#writer.reset();
    this.#writer.raw(common);
    encodeOwnPart(this.#writer, this.#core.game, { ...own, version: this.#core.version });
    return this.#writer.finish();
  }

  #jsonStep(common: Common, own: OwnPart | undefined) {
    const frame = answerToJson({
      ...this.#frameHead(),
      base: this.#shownVersion,
      changes: [],
      events: [...common.events, ...(own?.events ?? [])],
      acknowledged: own?.acknowledged,
    });
    const changes = mergeJson(changesToJson(common.changes), changesToJson(own?.changes ?? []));
    return { ...frame, changes };
  }

  #answer(attachment: Attachment, bookmark: Bookmark | undefined): Tell {
    const { state, history, version } = this.#core;
    const look = this.#lookOf(attachment);
    const base =
      bookmark !== undefined && history.covers(bookmark, version) ? bookmark.version : undefined;
    attachment.inStep = true;
    attachment.shown.clear();
    // Only fills what it is shown: at the newest version that is what the answer below contains.
    ownChanges(state, look, attachment.shown);
    const changes = base === version ? [] : changesSince(state, base ?? SINCE_EVER, look);
    const events = history.eventsSince(base ?? version, attachment.seat);
    return this.#tellAnswer(attachment, { base, changes, events });
  }

  #tellAnswer(attachment: Attachment, part: Pick<Answer, "base" | "changes" | "events">): Tell {
    const to = attachment.arrival.connection;
    const answer = { ...this.#frameHead(), ...part, acknowledged: this.#everything(attachment) };
    const shown = this.#bookmark();
    if (attachment.arrival.frames === "json") {
      return { kind: "json", to, shown, frame: answerToJson(answer) };
    }
    this.#writer.reset();
    encodeAnswer(this.#writer, this.#core.game, answer);
    return { kind: "frame", to, shown, bytes: this.#writer.finish() };
  }

  /** All that a seat may have missed of its own commands. */
  #everything(attachment: Attachment): Acknowledgements | undefined {
    if (attachment.seat === undefined) return undefined;
    const seat = this.#core.own.$seats.get(attachment.seat);
    if (seat === undefined) return undefined;
    attachment.inputTold = this.#rules.inputSeen(attachment.seat);
    return { applied: seat.applied, refused: refusedOf(seat), input: attachment.inputTold };
  }

  #frameHead() {
    const { id: room, version, history, time } = this.#core;
    return { kind: "answer" as const, room, epoch: history.epoch, version, timeMs: time.nowMs };
  }

  #bookmark(): Bookmark {
    return { epoch: this.#core.history.epoch, version: this.#core.version };
  }

  #lookOf({ seat }: Attachment): OwnLook {
    return {
      viewer: seat ?? "public",
      sees: (collection, record) => this.#rules.sees(collection, record, seat),
    };
  }
}

interface Common {
  readonly changes: Changes;
  readonly events: readonly SeenEvent[];
}

interface PlannedStep {
  readonly attachment: Attachment;
  readonly common: Common;
  readonly own: OwnPart | undefined;
}

function hasCommon(step: PlannedStep): boolean {
  return step.common.changes.length + step.common.events.length > 0;
}

/** Joins what everybody gets and what one seat gets, field by field: they never hold the same field. */
function mergeJson(common: JsonChanges, own: JsonChanges): JsonChanges {
  const merged: Record<string, JsonChanges[string]> = { ...common };
  for (const [collection, records] of Object.entries(own)) {
    const joined = { ...merged[collection] };
    for (const [id, fields] of Object.entries(records)) {
      const known = joined[id];
      const bothFields = typeof known === "object" && known !== null && typeof fields === "object";
      joined[id] = bothFields ? { ...known, ...fields } : fields;
    }
    merged[collection] = joined;
  }
  return merged;
}
