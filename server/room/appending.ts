// Appending: writes committed turns to the log and lets out what they tell only when it answers. It
// never guesses: while nobody knows whether an entry was written, or whether the log still holds what
// it had, the room stands still.

import type { Clock } from "../../shared/clock.ts";
import type { NodeId } from "../../shared/ids.ts";
import type { RoomMetrics } from "../metrics.ts";
import { LossWatch } from "../store/lossWatch.ts";
import {
  type Append,
  type AppendOutcome,
  type LogPlace,
  type RoomStore,
  type Store,
  StoreAway,
} from "../store/store.ts";
import { isAtOrBelow, isSame } from "../store/tail.ts";
import { repairsOf } from "./errands.ts";
import type { HostLog } from "./host.ts";
import type { HostedRoom, Outstanding } from "./hosted.ts";
import type { RoomMachine } from "./room.ts";
import { RoomNews } from "./roomNews.ts";
import type { Tell, Turn } from "./turn.ts";

export interface AppendingParts {
  readonly node: NodeId;
  readonly store: RoomStore & Pick<Store, "incarnation">;
  readonly clock: Clock;
  readonly log: HostLog;
  readonly metrics: RoomMetrics;
  hosted(): Iterable<HostedRoom>;
  /** Whether the room is still in this node's memory. */
  hosts(room: HostedRoom): boolean;
  /** Lists the room, so that it is looked for if its host dies. Rejects with StoreAway. */
  list(machine: RoomMachine): Promise<void>;
  /** What the room said may leave now. */
  release(room: HostedRoom, said: Pick<Turn, "tells" | "errands">): void;
  /** The room belongs to somebody else. */
  lost(room: HostedRoom, reason: "room-moved"): void;
  /** Keeps work from being forgotten at a stop. */
  track(work: Promise<void>): void;
}

type StoredTop = Awaited<ReturnType<RoomStore["logTop"]>>;

/** How often the log is asked what became of an entry whose answer was lost. */
const DOUBT_RETRY_MS = 250;
/** Idle rooms whose logs are looked at together after a loss: those that play come between them. */
const REVIEWED_AT_ONCE = 20;

export class Appending {
  readonly #parts: AppendingParts;
  readonly #lossWatch: LossWatch;
  readonly #news: RoomNews;

  constructor(parts: AppendingParts) {
    this.#parts = parts;
    const { store, clock, log } = parts;
    this.#news = new RoomNews(log, clock);
    const mayHaveLost = () => {
      for (const hosted of parts.hosted()) hosted.mayBeOvertaken = true;
      parts.track(this.#review([...parts.hosted()]));
    };
    this.#lossWatch = new LossWatch({ store, clock, mayHaveLost });
    this.#lossWatch.start();
  }

  stop(): void {
    this.#lossWatch.stop();
    this.#news.stop();
  }

  /** Appends the outstanding entry of each room. Never rejects for a store that does not answer. */
  async append(rooms: readonly HostedRoom[]): Promise<void> {
    const batch: { hosted: HostedRoom; outstanding: Outstanding }[] = [];
    for (const hosted of rooms) {
      if (hosted.phase.kind === "idle" || hosted.phase.outstanding === undefined) continue;
      batch.push({ hosted, outstanding: hosted.phase.outstanding });
    }
    const { clock, metrics } = this.#parts;
    const askedMs = clock.now();
    const outcomes = await this.#outcomesOf(
      batch.map(({ hosted, outstanding: { entry } }) => ({
        room: hosted.id,
        node: this.#parts.node,
        epoch: hosted.epoch,
        version: entry.version,
        bytes: entry.bytes,
      })),
    );
    metrics.appendMs.observe(clock.now() - askedMs);
    for (const [at, { hosted, outstanding }] of batch.entries()) {
      const outcome = outcomes[at] ?? { kind: "unknown", cause: "no answer that makes sense" };
      metrics.appends.add(outcome.kind);
      if (this.#parts.hosts(hosted)) this.#appended(hosted, outstanding, outcome);
    }
  }

  /** What nobody expects, such as a Redis that refuses its user, leaves the same doubt as no answer. */
  async #outcomesOf(appends: readonly Append[]): Promise<readonly AppendOutcome[]> {
    try {
      return await this.#parts.store.append(appends);
    } catch (cause) {
      this.#parts.log.fault("room-write-failed", { cause });
      return [];
    }
  }

  #appended(
    hosted: HostedRoom,
    outstanding: Outstanding | undefined,
    outcome: AppendOutcome,
  ): void {
    switch (outcome.kind) {
      case "appended":
        return this.#release(hosted, outstanding);
      case "fenced": {
        // The entry itself is the top: an earlier try had arrived and only its answer was lost.
        const mine = isSame(outcome.top, placeOf(hosted));
        if (mine && hosted.phase.kind === "doubtful") return this.#release(hosted, outstanding);
        this.#news.fenced(hosted.id, outcome.top);
        return this.#parts.lost(hosted, "room-moved");
      }
      case "missing":
      case "behind":
        if (hosted.stillOf !== outcome.kind) this.#news.lost(hosted.id, outcome.kind);
        this.#standStill(hosted, outstanding, outcome.kind);
        return this.#parts.track(this.#reseed(hosted, outstanding));
      case "unknown":
        return this.#doubt(hosted, outstanding, outcome.cause);
    }
  }

  /** What the room has in memory is in the log: what its entry showed may leave. */
  #release(hosted: HostedRoom, outstanding: Outstanding | undefined): void {
    hosted.phase = { kind: "idle" };
    if (outstanding !== undefined) hosted.entriesSinceSnapshot += 1;
    if (hosted.stillSinceMs !== undefined) {
      const { metrics, clock } = this.#parts;
      const stoodMs = clock.now() - hosted.stillSinceMs;
      metrics.standstillMs.observe(stoodMs);
      this.#news.resumed(hosted.id, stoodMs);
      hosted.stillSinceMs = undefined;
      hosted.stillOf = undefined;
    }
    const resumed = hosted.pausedTold ? this.#pause(hosted, "resumed") : [];
    const { tells = [], errands = [] } = outstanding ?? {};
    this.#parts.release(hosted, { tells: [...resumed, ...tells], errands });
    if (hosted.claimsAnew && this.#parts.hosts(hosted)) this.claimAnew(hosted);
  }

  /**
   * Somebody had claimed the room since this host did, and the store forgot it: whoever saw that epoch
   * believes no older one. Done as soon as nothing is on its way to the log, once for each loss.
   */
  claimAnew(hosted: HostedRoom): void {
    hosted.claimsAnew = hosted.phase.kind !== "idle";
    if (hosted.claimsAnew) return;
    hosted.mayBeOvertaken = false;
    hosted.phase = { kind: "doubtful", outstanding: undefined };
    this.#parts.track(this.#claim(hosted));
  }

  async #claim(hosted: HostedRoom): Promise<void> {
    const { store, node } = this.#parts;
    try {
      const top = await store.logTop(hosted.id);
      // Else what is in the log comes first: what it lacks is written back under a newer epoch.
      if (isSame(top, placeOf(hosted))) await store.claimRoom(hosted.id, node, hosted.epoch);
      if (this.#parts.hosts(hosted)) await this.#resolve(hosted, undefined);
    } catch (cause) {
      this.#unanswered(hosted, undefined, cause);
    }
  }

  /** Nobody knows whether the entry was written: the room stands still until the log's top tells. */
  #doubt(hosted: HostedRoom, outstanding: Outstanding | undefined, cause: string): void {
    if (!hosted.pausedTold) this.#news.paused(hosted.id, cause);
    this.#standStill(hosted, outstanding, "unknown");
    this.#parts.clock.after(DOUBT_RETRY_MS, () => {
      if (this.#parts.hosts(hosted)) this.#parts.track(this.#resolve(hosted, outstanding));
    });
  }

  #standStill(
    hosted: HostedRoom,
    outstanding: Outstanding | undefined,
    why: NonNullable<HostedRoom["stillOf"]>,
  ): void {
    const { metrics, clock } = this.#parts;
    hosted.phase = { kind: "doubtful", outstanding };
    // What a room that stood still already turns out to have lost is news: so a restart of Redis shows.
    const isNews = hosted.stillOf === undefined || (why !== "unknown" && why !== hosted.stillOf);
    if (isNews) {
      hosted.stillOf = why;
      metrics.standstills.add(why);
    }
    hosted.stillSinceMs ??= clock.now();
    if (hosted.pausedTold) return;
    this.#parts.release(hosted, { tells: this.#pause(hosted, "paused"), errands: [] });
  }

  /** Asks for the log's top: written, not written, forgotten, or the room is somebody else's. */
  async #resolve(hosted: HostedRoom, outstanding: Outstanding | undefined): Promise<void> {
    try {
      const top = await this.#parts.store.logTop(hosted.id);
      if (!this.#parts.hosts(hosted)) return;
      const { epoch, version } = placeOf(hosted);
      const isUntouched = isSame(top, { epoch, version: version - 1 });
      if (isUntouched && outstanding !== undefined) return await this.append([hosted]);
      if (this.#isWrittenBack(hosted, top))
        return this.#writtenBack(hosted, outstanding, top.epoch);
      this.#appended(hosted, outstanding, outcomeOf(top, { epoch, version }));
    } catch (cause) {
      this.#unanswered(hosted, outstanding, cause);
    }
  }

  /**
   * Writes the room back from memory, what is outstanding included. The listing goes first: nobody
   * would look for a log that its host left without one.
   */
  async #reseed(hosted: HostedRoom, outstanding: Outstanding | undefined): Promise<void> {
    const { node, store } = this.#parts;
    const { version, bytes } = hosted.machine.snapshot();
    try {
      await this.#parts.list(hosted.machine);
      if (!this.#parts.hosts(hosted)) return;
      const reseed = { node, epoch: hosted.epoch, version, bytes };
      const outcome = await store.reseedRoom(hosted.id, reseed);
      if (!this.#parts.hosts(hosted)) return;
      if (outcome.kind === "reseeded") return this.#writtenBack(hosted, outstanding, outcome.epoch);
      // An earlier try came to it, or somebody has the room: the log's top tells.
      this.#parts.track(this.#resolve(hosted, outstanding));
    } catch (cause) {
      this.#unanswered(hosted, outstanding, cause);
    }
  }

  /** Whether the top is this host's own writing back, whose answer was lost: nobody else claims in its name. */
  #isWrittenBack(hosted: HostedRoom, top: StoredTop): top is NonNullable<StoredTop> {
    const { epoch, version } = placeOf(hosted);
    return top?.node === this.#parts.node && top.epoch > epoch && top.version === version;
  }

  #writtenBack(hosted: HostedRoom, outstanding: Outstanding | undefined, epoch: number): void {
    hosted.reseeded(epoch);
    this.#news.writtenBack(hosted.id, placeOf(hosted));
    this.#release(hosted, outstanding);
    this.#repair(hosted);
  }

  /** Writes anew what stands of a room beside its log. */
  #repair(hosted: HostedRoom): void {
    this.#parts.release(hosted, { tells: [], errands: repairsOf(hosted.machine) });
  }

  /** Whatever the cause is: a room that no longer asked would stand still for ever. */
  #unanswered(hosted: HostedRoom, outstanding: Outstanding | undefined, cause: unknown): void {
    if (!(cause instanceof StoreAway))
      this.#parts.log.fault("room-log-unreadable", { room: hosted.id, cause });
    if (this.#parts.hosts(hosted)) this.#doubt(hosted, outstanding, String(cause));
  }

  /**
   * What may have been lost is looked for in each room; one that is appending finds out by that. What
   * stands beside a log may be gone where the log is whole.
   */
  async #review(rooms: readonly HostedRoom[]): Promise<void> {
    for (let at = 0; at < rooms.length; at += REVIEWED_AT_ONCE) {
      const some = rooms.slice(at, at + REVIEWED_AT_ONCE).filter((each) => this.#parts.hosts(each));
      const idle = some.filter(({ phase }) => phase.kind === "idle");
      for (const hosted of idle) hosted.phase = { kind: "doubtful", outstanding: undefined };
      await Promise.all(idle.map((hosted) => this.#resolve(hosted, undefined)));
      for (const hosted of some) if (this.#parts.hosts(hosted)) this.#repair(hosted);
    }
  }

  /** Tells everybody connected that the room stands still, or goes on. */
  #pause(hosted: HostedRoom, kind: "paused" | "resumed"): readonly Tell[] {
    hosted.pausedTold = kind === "paused";
    const notice = { kind, room: hosted.id };
    return hosted.machine.connections.map((to): Tell => ({ kind: "notice", to, notice }));
  }
}

/** Where the log ends if all that the room has in memory is in it. */
function placeOf({ epoch, machine }: HostedRoom): LogPlace {
  return { epoch, version: machine.core.version };
}

function outcomeOf(top: LogPlace | undefined, place: LogPlace): AppendOutcome {
  if (top === undefined) return { kind: "missing" };
  return { kind: isAtOrBelow(place, top) ? "fenced" : "behind", top };
}
