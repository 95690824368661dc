// Attachments: the connections that look at a room, and what each of them is told of a commit. It
// reads the state; it never changes a record and never sends anything itself.

import {
  type Changes,
  changesSince,
  hasOwnSight,
  type OwnLook,
  ownChanges,
  publicChanges,
  type Shown,
  SINCE_EVER,
} from "../../shared/changes.ts";
import type { Acknowledgements, Bookmark, OwnPart } from "../../shared/frame.ts";
import type { ConnectionId } from "../../shared/ids.ts";
import { refusedOf } from "./commands.ts";
import type { RoomCore } from "./core.ts";
import { FrameTells, type PlannedStep } from "./frameTells.ts";
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
  /** What it was last shown of selective collections; made when there are any. */
  shown: Shown | undefined;
  /** The input number it was last told. */
  inputTold: number | undefined;
}

/** What a turn came to, as far as frames tell of it. */
interface TurnSeen {
  /** Whether there is a new version. */
  readonly committed: boolean;
  /** Connections that get an answer, and since when. */
  readonly asked: ReadonlyMap<ConnectionId, Bookmark | undefined>;
  /** Command numbers to be acknowledged, by seat. */
  readonly acknowledged: ReadonlyMap<number, ReadonlySet<number>>;
  /** Events of the new version. */
  readonly events: readonly KeptEvent[];
}

const NOTHING: readonly never[] = [];

export class Attachments {
  readonly #core: RoomCore;
  readonly #rules: Rules;
  readonly #tells: FrameTells;
  readonly #byConnection = new Map<ConnectionId, Attachment>();
  /** Whether any seat may ever be shown more of a commit than everybody. */
  readonly #isSightOwn: boolean;
  /** Version that everybody in step holds. */
  #shownVersion: number;

  constructor(core: RoomCore, rules: Rules) {
    this.#core = core;
    this.#rules = rules;
    this.#tells = new FrameTells(core);
    this.#isSightOwn = core.game.shapes.some(hasOwnSight);
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
      shown: undefined,
      inputTold: undefined,
    });
  }

  delete(connection: ConnectionId): void {
    this.#byConnection.delete(connection);
  }

  /**
   * Frames for the commit that has just been closed, or for a turn that changed nothing: an answer
   * for each connection that asked, a step for those in step. What one is shown all are shown, if
   * only as the bare number, so that all in step hold the same version; whoever is answered must
   * not be ahead of them either.
   */
  frames(turn: TurnSeen): Tell[] {
    const { version } = this.#core;
    const common = {
      changes: turn.committed ? publicChanges(this.#core.state) : [],
      events: turn.events.filter((event) => event.seats === undefined),
    };
    const steps = this.#steps(turn);
    const withNews = steps.filter(({ own }) => own !== undefined);
    const unseen = version > this.#shownVersion;
    const shown = withNews.length + common.changes.length + common.events.length > 0;
    const forAll = unseen && (shown || turn.asked.size > 0);
    // Without a new version only those who are told something of their own get a frame.
    const planned = forAll ? steps : withNews;
    const tells =
      planned.length === 0 ? [] : this.#tells.steps(common, planned, this.#shownVersion);
    for (const [connection, bookmark] of turn.asked) {
      const attachment = this.#byConnection.get(connection);
      if (attachment === undefined) continue;
      if (bookmark !== undefined) tells.push(...this.#rollbackOf(attachment, bookmark));
      tells.push(this.#answer(attachment, bookmark, turn));
    }
    if (tells.length > 0) this.#shownVersion = version;
    return tells;
  }

  /** What was shown and is lost is said before the answer that has the room as it is. */
  #rollbackOf({ arrival }: Attachment, from: Bookmark): readonly Tell[] {
    const { id: room, history, version } = this.#core;
    const to = history.parting(from, version);
    if (to === undefined) return [];
    const notice = { kind: "rolled-back", room, from, to } as const;
    return [{ kind: "notice", to: arrival.connection, notice }];
  }

  #steps(turn: TurnSeen): PlannedStep[] {
    const aside = turn.events.filter((event) => event.seats !== undefined);
    const looks = turn.committed && this.#isSightOwn;
    const steps: PlannedStep[] = [];
    for (const attachment of this.#byConnection.values()) {
      const { arrival, inStep, seat } = attachment;
      if (!inStep || turn.asked.has(arrival.connection)) continue;
      const changes = looks ? this.#ownChanges(attachment) : NOTHING;
      const events = aside.length === 0 ? NOTHING : aside.filter((event) => mayLearn(event, seat));
      const acknowledged = this.#news(attachment, turn);
      const nothing = changes.length + events.length === 0 && acknowledged === undefined;
      const own: OwnPart | undefined = nothing ? undefined : { changes, events, acknowledged };
      steps.push({ arrival, own });
    }
    return steps;
  }

  #ownChanges(attachment: Attachment): Changes {
    attachment.shown ??= new Map();
    return ownChanges(this.#core.state, this.#lookOf(attachment), attachment.shown);
  }

  /** Acknowledgements that the attachment's seat has not been told; undefined if there are none. */
  #news(attachment: Attachment, turn: TurnSeen): Acknowledgements | undefined {
    const seat = this.#seatOf(attachment);
    if (seat === undefined) return undefined;
    const input = this.#rules.inputs.seen(seat.id);
    const numbers = turn.acknowledged.get(seat.id);
    if (numbers === undefined && input === attachment.inputTold) return undefined;
    attachment.inputTold = input;
    const refused =
      numbers === undefined ? NOTHING : refusedOf(seat).filter(([seq]) => numbers.has(seq));
    return { applied: seat.applied, refused, input };
  }

  /**
   * Selective collections are in every answer, also when no version has passed: who may see what can
   * depend on more than fields. Whoever held a moment before the horizon gets the whole view with all
   * events since that are still kept. To somebody new it comes with the events of its own commit,
   * which nobody has seen before: whoever took a seat in it is greeted like the others.
   */
  #answer(attachment: Attachment, bookmark: Bookmark | undefined, turn: TurnSeen): Tell {
    const { state, history, version } = this.#core;
    const known = bookmark !== undefined && history.knows(bookmark, version);
    const seen = known ? bookmark.version : undefined;
    const base = seen !== undefined && seen >= history.floor ? seen : undefined;
    const changes = changesSince(state, base ?? SINCE_EVER, this.#lookOf(attachment));
    attachment.inStep = true;
    attachment.shown = undefined;
    for (const { shape, replace, records } of changes) {
      if (!replace) continue;
      attachment.shown ??= new Map();
      attachment.shown.set(shape.index, new Set(records.map(({ id }) => id)));
    }
    const eventsAfter = seen ?? (turn.committed ? version - 1 : version);
    const events = history.eventsSince(eventsAfter, attachment.seat);
    const acknowledged = this.#everything(attachment);
    return this.#tells.answer(attachment.arrival, { base, changes, events, acknowledged });
  }

  /** All that a seat may have missed of its own commands. */
  #everything(attachment: Attachment): Acknowledgements | undefined {
    const seat = this.#seatOf(attachment);
    if (seat === undefined) return undefined;
    const input = this.#rules.inputs.seen(seat.id);
    attachment.inputTold = input;
    return { applied: seat.applied, refused: refusedOf(seat), input };
  }

  #seatOf({ seat }: Attachment) {
    return seat === undefined ? undefined : this.#core.own.$seats.get(seat);
  }

  #lookOf({ seat }: Attachment): OwnLook {
    return {
      viewer: seat ?? "public",
      sees: (collection, record) => this.#rules.sees(collection, record, seat),
    };
  }
}
