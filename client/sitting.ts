// Sitting: one page's stay in one seat, from the first request to the end: it keeps what must outlive
// the page, settles commands, and tells listeners. The line below it is the driver's.

import type { Cancel } from "../shared/clock.ts";
import { type Fields, type Json, parseFields } from "../shared/field.ts";
import type { Game } from "../shared/game.ts";
import type { JoinRequest, NoticeMessage, Seated, Welcome } from "../shared/protocol.ts";
import type { Next } from "../shared/reasons.ts";
import { Driver } from "./driver.ts";
import type { DriverOwner, DriverWorld } from "./driverWorld.ts";
import type { Keepsake, Kept } from "./keepsake.ts";
import type { LinkState } from "./linkState.ts";
import { Listeners } from "./listeners.ts";
import { mayTravel } from "./mayTravel.ts";
import { Outbox, refusedEnd } from "./outbox.ts";
import { type Hold, holdAlone, reloadPage, watchPage } from "./page.ts";
import { type News, Play } from "./play.ts";
import type { CommandEnd, SeatStatus, SentCommand } from "./seat.ts";
import { RefusedError } from "./session.ts";
import { statusOf } from "./status.ts";

/** Everything a sitting begins with. */
export interface SittingParts {
  readonly game: Game;
  /** What to ask for when there is nothing to be taken up again. */
  readonly request: Omit<JoinRequest, "game" | "shape">;
  readonly kept: Kept | undefined;
  readonly keepsake: Keepsake;
  /** Held if there is a seat to be taken up again. */
  readonly hold: Hold | undefined;
  /** By what name a room is held among the pages of a browser. */
  readonly holdName: (room: string) => string;
  readonly world: DriverWorld;
}

export class Sitting implements DriverOwner {
  readonly game: Game;
  readonly play: Play;
  readonly driver: Driver;
  readonly listeners = new Listeners();
  /** Settles with the first view, or with the refusal that ended the way to it. */
  readonly ready: Promise<void>;
  /** Settles when nothing is opened any more. */
  readonly ended: Promise<void>;
  room: string;
  code: string;
  sessionEndsMs: number | undefined;
  readonly #parts: SittingParts;
  readonly #ends = new Map<number, (end: CommandEnd) => void>();
  readonly #stopWatching: Cancel;
  #settleReady: { resolve(): void; reject(error: RefusedError): void } | undefined;
  #settleEnded: (() => void) | undefined;
  #hold: Hold | undefined;
  #kept = "";
  #told = "";
  #phase: LinkState["phase"]["kind"] = "seeking";
  #soon = false;
  /** Commands of a rollback the page is not told of yet: it is, with the first view after it. */
  #undone: number | undefined;

  constructor(parts: SittingParts) {
    const { game, kept, hold, world } = parts;
    this.game = game;
    this.room = kept?.room ?? "";
    this.code = kept?.code ?? "";
    this.#parts = parts;
    this.#hold = hold;
    this.ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    this.ended = new Promise((resolve) => {
      this.#settleEnded = resolve;
    });
    const saved = kept?.outbox;
    const { clock } = world;
    const outbox =
      saved === undefined ? undefined : Outbox.restore(saved, clock.now(), clock.wallMs());
    this.play = new Play(game, outbox ?? new Outbox());
    const ticket = hold?.alone === false ? undefined : kept?.ticket;
    const start = { game, seat: outbox !== undefined, ticket };
    this.driver = new Driver(start, this.play, { world, owner: this });
    this.#stopWatching = watchPage({
      woken: () => this.driver.post({ kind: "woken" }),
      offline: () => this.driver.post({ kind: "offline" }),
      seen: (visible) => this.driver.post({ kind: visible ? "visible" : "hidden" }),
      leaving: () => this.#keep(),
    });
    this.driver.post({ kind: "wake" });
  }

  get status(): SeatStatus {
    return statusOf(this.driver.state, this.game.seats.graceMs, this.driver.nowMs);
  }

  send(name: string, given: unknown): SentCommand {
    const { outbox } = this.play;
    const key = this.#add(name, given);
    const ended = new Promise<CommandEnd>((resolve) => {
      if (typeof key === "number") this.#ends.set(key, resolve);
      else resolve(key);
    });
    this.hurry();
    const cancel = () => {
      if (typeof key === "number") outbox.cancel(key, this.driver.nowMs);
      this.hurry();
    };
    return Object.assign(ended, { cancel });
  }

  /** The key of a command that waits now, or the end of one that never will. */
  #add(name: string, given: unknown): number | CommandEnd {
    const { phase } = this.driver.state;
    if (phase.kind === "over") return refusedEnd(phase.reason);
    if (phase.kind === "elsewhere") return { end: "superseded" };
    if (this.play.seated?.seat === undefined) return refusedEnd("not-seated");
    const parsed = parseFields(this.game.commands[name] as Fields, given);
    if (parsed.kind === "misfit") {
      const { field, why } = parsed.misfit;
      return refusedEnd("args-invalid", `${field} ${why}`);
    }
    const args = parsed.values as Json;
    if (!mayTravel(name, args)) return refusedEnd("args-invalid");
    const key = this.play.outbox.add(name, args, this.driver.nowMs);
    return key ?? refusedEnd("outbox-full");
  }

  /** What is given in one go leaves in one message. */
  hurry(): void {
    if (this.#soon) return;
    this.#soon = true;
    queueMicrotask(() => {
      this.#soon = false;
      this.driver.post();
    });
  }

  request(): JoinRequest {
    const { name: game, shape } = this.game;
    const { watch, ...wanted } = this.#parts.request;
    const bookmark = this.play.replica?.bookmark;
    const which = this.room === "" ? wanted : { room: this.room };
    return { game, shape, ...which, watch, bookmark };
  }

  seated({ room, code }: Seated): void {
    this.room = room;
    this.code = code;
    this.#parts.keepsake.fits();
    if (this.#hold?.alone === true) return;
    void holdAlone(this.#parts.holdName(room)).then((hold) => {
      if (this.driver.state.phase.kind === "seated") this.#hold = hold;
      else hold.release();
    });
  }

  welcome({ session }: Welcome): void {
    this.sessionEndsMs = this.driver.nowMs + session.endsInMs;
  }

  notice(notice: NoticeMessage): void {
    if (notice.kind === "rolled-back") {
      // A rollback is told by a notice, by a command's number, or by both: whoever holds what came after
      // it has been told.
      const { epoch = 0 } = this.play.replica?.bookmark ?? {};
      if (epoch <= notice.from.epoch) this.#undone ??= 0;
      return;
    }
    if (notice.kind === "idling") this.listeners.tell("idling", notice.inMs);
    if (notice.kind === "alert") {
      const { alert, device } = notice;
      this.listeners.tell("alert", { alert, device });
    }
    if (notice.kind !== "expiring" && notice.kind !== "extended") return;
    this.sessionEndsMs = this.driver.nowMs + notice.endsInMs;
    if (notice.kind === "expiring") this.listeners.tell("expiring", notice.endsInMs);
  }

  news({ changed, events, word }: News): void {
    this.#settle();
    if (word.kind === "rolled-back") this.#undone = (this.#undone ?? 0) + word.undone;
    if (changed) this.#rolledBack();
    for (const { name, values } of events) this.listeners.tell("event", { name, values });
    if (!changed) return;
    this.#settleReady?.resolve();
    this.#settleReady = undefined;
    this.listeners.tell("change");
  }

  reload(): void {
    if (this.#parts.keepsake.mayReload(this.game.shape)) reloadPage();
  }

  stepped({ phase }: LinkState): void {
    const isNew = phase.kind !== this.#phase;
    this.#phase = phase.kind;
    if (isNew && phase.kind === "elsewhere") this.#overtaken();
    if (isNew && phase.kind === "over") this.#over(phase.reason, phase.next);
    this.#settle();
    const { status } = this;
    const told = `${status.phase} ${"attempt" in status ? status.attempt : ""}`;
    if (told === this.#told) return;
    this.#told = told;
    this.listeners.tell("status", status);
    if (phase.kind === "over") this.listeners.end();
  }

  #settle(): void {
    const { outbox } = this.play;
    for (const { key, end } of outbox.ended.splice(0)) {
      this.#ends.get(key)?.(end);
      this.#ends.delete(key);
    }
    const { ticket } = this.driver.state;
    const worth = `${this.room} ${ticket} ${outbox.revision}`;
    if (worth !== this.#kept) this.#keep();
    this.#kept = worth;
  }

  /** Writes down what the next page needs, while this one has a seat. */
  #keep(): void {
    const { phase, ticket } = this.driver.state;
    const hasSeat = phase.kind === "seated" || phase.kind === "seeking";
    if (!hasSeat || this.play.seated?.seat === undefined) return;
    const { clock } = this.#parts.world;
    const outbox = this.play.outbox.save(clock.now(), clock.wallMs());
    this.#parts.keepsake.keep({ room: this.room, code: this.code, ticket, outbox });
  }

  /** Another page has the seat. A reload of this one is the person asking for it. */
  #overtaken(): void {
    this.play.outbox.superseded();
    this.#letGo();
    if (this.room !== "") this.#parts.keepsake.keep({ room: this.room, code: this.code });
    this.#refuse("superseded", "never");
  }

  #over(reason: string, next: Next): void {
    // With these the seat is kept, and what waits may still take effect for the page that comes next.
    const isKept = next === "resume" || next === "sign-in" || next === "reload";
    this.play.outbox.endAll(isKept ? undefined : refusedEnd(reason));
    if (!isKept) this.#parts.keepsake.forget(this.room);
    this.#stopWatching();
    this.#letGo();
    this.#refuse(reason, next);
    this.#settleEnded?.();
  }

  #letGo(): void {
    this.#hold?.release();
    this.#hold = undefined;
  }

  #refuse(reason: string, next: Next): void {
    this.#settleReady?.reject(new RefusedError({ reason, next }));
    this.#settleReady = undefined;
  }

  #rolledBack(): void {
    const undone = this.#undone;
    this.#undone = undefined;
    if (undone !== undefined) this.listeners.tell("rolledBack", { undone });
  }
}
