// Taken seat: what pages and bots hold of their sitting: the typed view, the commands, the inputs and
// how the line stands. It only shows; nothing is decided here.

import type { Game } from "../shared/game.ts";
import type { Named } from "../shared/rules.ts";
import type { Records, ViewOf } from "../shared/schema.ts";
import type { Seat, SeatEvents, SeatStatus, SeatView } from "./seat.ts";
import type { Sitting } from "./sitting.ts";

/** The room's own records, as the view has them beside the game's. */
interface RoomFace {
  readonly $room: {
    readonly status: Seat["roomStatus"];
    readonly ending: string;
    readonly stoodMs: number;
    readonly standsSinceMs: number | undefined;
    readonly standsUntilMs: number | undefined;
  };
  readonly $seats: Iterable<
    Omit<SeatView, "index" | "keptMs"> & {
      readonly id: number;
      readonly untilMs: number | undefined;
    }
  >;
}

/** Somebody who does anything at all tells the server so at most once in this time. */
const EXTEND_MS = 10_000;

export class TakenSeat<R extends Records, C extends Named, I extends Named, E extends Named>
  implements Seat<R, C, I, E>
{
  readonly game: Game<R, C, I, E>;
  readonly send: Seat<R, C, I, E>["send"];
  readonly input: Seat<R, C, I, E>["input"];
  readonly #sitting: Sitting;
  #extendedMs = -Infinity;

  /** A sitting whose first view has come. */
  constructor(game: Game<R, C, I, E>, sitting: Sitting) {
    this.game = game;
    this.#sitting = sitting;
    // Whoever answers a warning is not to be silenced by what was said a moment before it.
    sitting.listeners.add("idling", () => {
      this.#extendedMs = -Infinity;
    });
    const { play, driver } = sitting;
    this.send = byName(
      game.commands,
      (name) => (args: unknown) => sitting.send(name, args),
    ) as never;
    this.input = byName(game.inputs, (name) => (values: unknown) => {
      sitting.hurry();
      return play.inputs.offer(name, values, driver.nowMs);
    }) as never;
  }

  get room(): string {
    return this.#sitting.room;
  }

  get code(): string {
    return this.#sitting.code;
  }

  get index(): number | undefined {
    return this.#sitting.play.seated?.seat;
  }

  get state(): ViewOf<R> {
    return (this.#sitting.play.replica?.view.face ?? {}) as ViewOf<R>;
  }

  get roomStatus(): Seat["roomStatus"] {
    return this.#roomFace.$room.status;
  }

  get ending(): string {
    return this.#roomFace.$room.ending;
  }

  get seats(): readonly SeatView[] {
    return [...this.#roomFace.$seats].map(({ id: index, name, presence, cause, untilMs }) => {
      const keptMs = untilMs === undefined ? undefined : Math.max(0, untilMs - this.nowMs);
      return { index, name, presence, cause, keptMs };
    });
  }

  get nowMs(): number {
    const stands = this.status.phase === "paused" || this.roomStatus === "ended";
    const { driver, play } = this.#sitting;
    return this.frameMs + (stands ? 0 : driver.nowMs - play.heldAtMs);
  }

  get clockMs(): number {
    const { stoodMs, standsSinceMs, standsUntilMs } = this.#roomFace.$room;
    const { nowMs } = this;
    if (standsSinceMs === undefined) return nowMs - stoodMs;
    // It goes on by itself, which nobody tells before the next turn.
    return standsSinceMs - stoodMs + Math.max(0, nowMs - (standsUntilMs ?? nowMs));
  }

  get clockStands(): boolean {
    const { standsSinceMs, standsUntilMs } = this.#roomFace.$room;
    return standsSinceMs !== undefined && this.nowMs < (standsUntilMs ?? 0);
  }

  get frameMs(): number {
    return this.#sitting.play.replica?.timeMs ?? 0;
  }

  get status(): SeatStatus {
    return this.#sitting.status;
  }

  get roundTripMs(): number | undefined {
    return this.#sitting.driver.state.roundTripMs;
  }

  get sessionEndsInMs(): number | undefined {
    const { sessionEndsMs, driver } = this.#sitting;
    return sessionEndsMs === undefined ? undefined : Math.max(0, sessionEndsMs - driver.nowMs);
  }

  get pending(): Seat["pending"] {
    return this.#sitting.play.outbox.pending(this.#sitting.driver.nowMs);
  }

  get inputSeen(): number {
    return this.#sitting.play.inputSeen;
  }

  on<Name extends keyof SeatEvents<E>>(name: Name, listener: SeatEvents<E>[Name]): () => void {
    return this.#sitting.listeners.add(name, listener);
  }

  extend(): void {
    const { driver } = this.#sitting;
    const isAway = this.seats.some(
      ({ index, presence }) => index === this.index && presence === "away",
    );
    const isSoon = driver.nowMs - this.#extendedMs < EXTEND_MS;
    if (driver.carrier === undefined || (isSoon && !isAway)) return;
    this.#extendedMs = driver.nowMs;
    driver.carrier.send("extend");
  }

  tryNow(): void {
    this.#sitting.driver.post({ kind: "woken" });
  }

  takeBack(): void {
    this.#sitting.driver.post({ kind: "take-back" });
  }

  leave(): Promise<void> {
    this.#sitting.driver.post({ kind: "leave" });
    return this.#sitting.ended;
  }

  close(): void {
    const { driver } = this.#sitting;
    // What was given a moment ago leaves first, and is kept.
    driver.post();
    driver.post({ kind: "close" });
  }

  get #roomFace(): RoomFace {
    return this.state as unknown as RoomFace;
  }
}

function byName<T>(named: Named, make: (name: string) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.keys(named).map((name) => [name, make(name)]));
}
