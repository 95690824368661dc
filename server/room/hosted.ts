// Hosted room: one room in its host's memory, with what waits for it and what it waits for. A state,
// not a driver: it awaits nothing and sends nothing.

import type { ConnectionId, RoomId } from "../../shared/ids.ts";
import { SNAPSHOT_EVERY_ENTRIES } from "../../shared/limits.ts";
import type { RoomMachine } from "./room.ts";
import type { Errand, RoomInput, Tell, Turn } from "./turn.ts";
import { stillCounting } from "./waiting.ts";

/** A turn whose entry is on its way to the log: nothing of it may leave until it is there. */
export interface Outstanding {
  readonly entry: NonNullable<Turn["entry"]>;
  readonly tells: readonly Tell[];
  readonly errands: readonly Errand[];
}

export type HostedPhase =
  | { readonly kind: "idle" }
  /** The entry was handed to the store; the room does nothing until the answer. */
  | { readonly kind: "appending"; readonly outstanding: Outstanding }
  /**
   * The answer was lost, the store is away or may have forgotten: the log's top tells what became of
   * the entry. Nothing is outstanding if the room was idle when its log came into doubt.
   */
  | { readonly kind: "doubtful"; readonly outstanding: Outstanding | undefined };

const NONE: readonly never[] = [];

/** An inbox of this length belongs to a room that stands still: it is gone through for what still counts. */
const INBOX_LENGTH = 512;

/**
 * Rooms that were taken over or written back together and tick alike would all write their snapshots
 * in one and the same beat, for ever: each begins with a share of its own.
 */
function shareOf(room: RoomId): number {
  let sum = 0;
  for (const character of room) sum = (sum * 31 + character.charCodeAt(0)) % SNAPSHOT_EVERY_ENTRIES;
  return sum;
}

export class HostedRoom {
  readonly id: RoomId;
  readonly machine: RoomMachine;
  /** Of this host's newest claim; a room that was written back has a new one. */
  epoch: number;
  phase: HostedPhase = { kind: "idle" };
  inbox: RoomInput[] = [];
  /** What the turn that is not over yet took from the inbox. */
  #taken: readonly RoomInput[] = [];
  #errands: readonly Errand[] = NONE;
  /** Whether something in the inbox should not wait for the next tick. */
  urgent = false;
  /** Begins anywhere below the number that brings the next snapshot: see `shareOf`. */
  entriesSinceSnapshot: number;
  snapshotUnderWay = false;
  /** The store may have forgotten that somebody claimed the room after this host; it is claimed anew if so. */
  mayBeOvertaken = false;
  /** A page has shown a newer epoch than this host's: the next idle moment claims anew. */
  claimsAnew = false;
  /** It is about to be let go of: no turn begins any more. */
  held = false;
  /** Host time at which all that is stored of it was last written for its own sake. */
  renewedMs: number;
  /** Host time since when nobody is connected; undefined while somebody is. */
  emptySinceMs: number | undefined;
  /** Host time since when it stands still; undefined while it goes on. */
  stillSinceMs: number | undefined;
  /** What of its log was found wrong since it stands still; undefined while it goes on. */
  stillOf: "unknown" | "missing" | "behind" | undefined;
  /** Whether its connections were told that it stands still. */
  pausedTold = false;
  #dueMs = Number.NEGATIVE_INFINITY;
  #sortAt = INBOX_LENGTH;
  /** Whether the room ticks; only a turn changes that, and every input of every player asks. */
  #ticks = false;

  constructor(machine: RoomMachine, epoch: number, nowMs: number) {
    this.id = machine.core.id;
    this.renewedMs = nowMs;
    this.entriesSinceSnapshot = shareOf(this.id);
    this.machine = machine;
    this.epoch = epoch;
  }

  put(input: RoomInput): void {
    this.inbox.push(input);
    if (this.inbox.length >= this.#sortAt) this.#sort();
    if (this.urgent) return;
    // In a ticking room a command takes effect with the tick; who arrives should not wait for it.
    const waits = input.kind === "commands" || input.kind === "input" || input.kind === "gone";
    if (!waits || !this.#ticks) this.urgent = true;
  }

  /** What was in memory stands in the log again, under a newer epoch: everybody is told of that. */
  reseeded(epoch: number): void {
    const { core, connections } = this.machine;
    const bookmark = { epoch: this.epoch, version: core.version };
    this.epoch = epoch;
    this.mayBeOvertaken = false;
    core.history.begin(epoch, core.version);
    this.entriesSinceSnapshot = shareOf(this.id);
    for (const connection of connections) this.put({ kind: "sync", connection, bookmark });
  }

  /** Whether an input shows an epoch that only a forgotten claim can have given. */
  isOvertakenBy(input: RoomInput): boolean {
    if (!this.mayBeOvertaken) return false;
    const bookmark = "bookmark" in input ? input.bookmark : undefined;
    const [instanceEpoch] = "instance" in input ? input.instance : [0];
    return Math.max(bookmark?.epoch ?? 0, instanceEpoch) > this.epoch;
  }

  takeInbox(): readonly RoomInput[] {
    const inputs = this.inbox;
    this.inbox = [];
    this.#sortAt = INBOX_LENGTH;
    this.urgent = false;
    this.#taken = inputs;
    return inputs;
  }

  /**
   * Every connection that was last told it is in the room, and those that come in with a turn which is
   * not over; whoever such a turn puts out has not heard of it.
   */
  get connections(): ReadonlySet<ConnectionId> {
    const tells = this.phase.kind === "idle" ? [] : (this.phase.outstanding?.tells ?? []);
    const parting = tells.flatMap((tell) =>
      tell.kind === "detached" || tell.kind === "moved" ? tell.to : [],
    );
    return new Set([...this.machine.connections, ...parting]);
  }

  /** Everything that no turn has answered, of a room that has no more turns. */
  takeUnanswered(): readonly RoomInput[] {
    return [...this.#taken, ...this.takeInbox()];
  }

  /** Errands tell how the room is: while it is ahead of its log they wait for that. */
  errandsDue(more: readonly Errand[]): readonly Errand[] {
    const all = this.#errands.length === 0 ? more : [...this.#errands, ...more];
    const [due, kept] = this.phase.kind === "idle" ? [all, NONE] : [NONE, all];
    this.#errands = kept;
    return due;
  }

  /** The next time only when it has doubled: each input is looked at twice at most. */
  #sort(): void {
    this.inbox = stillCounting(this.machine.core.game, this.inbox);
    this.#sortAt = Math.max(INBOX_LENGTH, this.inbox.length * 2);
  }

  /** Notes when the next turn is due by time alone; called when a turn is over. */
  rest(nowMs: number): void {
    if (this.phase.kind === "idle") this.#taken = [];
    this.#ticks = this.machine.core.ticking;
    this.#dueMs = this.machine.deadlineMs(nowMs) ?? Number.POSITIVE_INFINITY;
  }

  /** Host time of the next turn: now if something urgent waits, never while the log has not answered. */
  get dueMs(): number {
    if (this.phase.kind !== "idle" || this.held) return Number.POSITIVE_INFINITY;
    return this.urgent ? Number.NEGATIVE_INFINITY : this.#dueMs;
  }
}

export const isStill = ({ stillSinceMs }: HostedRoom): boolean => stillSinceMs !== undefined;

/** How many of these rooms there are, by game. */
export function countByGame(
  rooms: Iterable<HostedRoom>,
  counts: (hosted: HostedRoom) => boolean = () => true,
): ReadonlyMap<string, number> {
  const counted = new Map<string, number>();
  for (const hosted of rooms) {
    const { name } = hosted.machine.core.game;
    if (counts(hosted)) counted.set(name, (counted.get(name) ?? 0) + 1);
  }
  return counted;
}
