// A rules room: a game's rules on a bare state, moved by hand, for tests of the games that come with
// the project. It has no grace, acknowledgements or store: the room's machine has its own tests.

import { assert } from "../../shared/assert.ts";
import { ByteReader, ByteWriter } from "../../shared/bytes.ts";
import {
  changesSince,
  ownChanges,
  publicChanges,
  type Sees,
  type Shown,
  SINCE_EVER,
  type Viewer,
} from "../../shared/changes.ts";
import { checkFields, readChanges, writeChanges } from "../../shared/codec.ts";
import { type Json, parseFields, type ValuesOf } from "../../shared/field.ts";
import { encodeOwnPart, encodeStep } from "../../shared/frame.ts";
import type { Game, SeatSeen } from "../../shared/game.ts";
import { seededRandom } from "../../shared/random.ts";
import { State } from "../../shared/record.ts";
import type { Named } from "../../shared/rules.ts";
import type { Records, StateOf } from "../../shared/schema.ts";

type Looker = number | "public";

export interface Told {
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Undefined: everybody. */
  readonly seat: number | undefined;
}

/** Records of a collection as they arrive at a viewer: only fields that differ from the initial ones. */
export type Arrived = ReadonlyMap<number, Readonly<Record<string, unknown>>>;

export class RulesRoom<R extends Records, C extends Named, I extends Named, E extends Named> {
  readonly game: Game<R, C, I, E>;
  readonly told: Told[] = [];
  nowMs = 0;
  version = 0;
  readonly #state: State;
  readonly #random: () => number;
  readonly #seats = new Map<number, SeatSeen>();
  readonly #inputs = new Map<string, unknown>();
  readonly #timers = new Map<string, { readonly dueMs: number; readonly args: Json }>();
  readonly #shown = new Map<Looker, Shown>();
  #started = false;

  constructor(game: Game<R, C, I, E>, seed: number) {
    this.game = game;
    this.#random = seededRandom(seed);
    this.#state = new State(game.shapes);
  }

  /** The state as rules see it. */
  get state(): StateOf<R> {
    return this.#state.face as StateOf<R>;
  }

  get seats(): readonly SeatSeen[] {
    return [...this.#seats.values()].sort((one, other) => one.index - other.index);
  }

  take(seat: number): void {
    this.#seats.set(seat, { index: seat, name: `Player ${seat}`, presence: "held" });
    const { join, start } = this.game.rules.lifecycle;
    this.commit(() => join?.(this.#room, seat));
    if (this.#started || this.#seats.size < this.game.seats.min) return;
    this.#started = true;
    this.commit(() => start?.(this.#room));
  }

  leave(seat: number): void {
    this.commit(() => this.game.rules.lifecycle.leave?.(this.#room, seat, "left"));
    this.#seats.delete(seat);
    for (const name of Object.keys(this.game.inputs)) this.#inputs.delete(`${seat} ${name}`);
  }

  setPresence(seat: number, presence: "held" | "away", awayMs = 1_000): void {
    const taken = this.#seats.get(seat);
    assert(taken !== undefined, "the seat is taken");
    this.#seats.set(seat, { ...taken, presence });
    const { away, back } = this.game.rules.lifecycle;
    this.commit(() =>
      presence === "away" ? away?.(this.#room, seat) : back?.(this.#room, seat, awayMs),
    );
  }

  /** Why a command was refused; undefined if it was applied. */
  command<Name extends keyof C & string>(
    seat: number,
    name: Name,
    args: ValuesOf<C[Name]>,
  ): string | undefined {
    const parsed = parseFields(this.game.commands[name] ?? {}, args);
    if (parsed.kind === "misfit") return "args-invalid";
    let refused: string | undefined;
    this.commit(() => {
      const answer = this.game.rules.commands[name]?.(this.#room, seat, parsed.values);
      refused = (answer as { refused: string } | undefined)?.refused;
      return refused === undefined;
    });
    return refused;
  }

  input<Name extends keyof I & string>(seat: number, name: Name, values: ValuesOf<I[Name]>): void {
    this.#inputs.set(`${seat} ${name}`, checkFields(this.game.inputs[name] ?? {}, values));
  }

  /** Lets ticks pass, and whatever timers fall due. */
  tick(count = 1): void {
    for (let at = 0; at < count; at++) {
      this.nowMs += 1000 / (this.game.tickHz ?? 20);
      this.#runTimers();
      this.commit(() => this.game.rules.lifecycle.tick?.(this.#room));
    }
  }

  /** One commit of anything: a rule, or a scene that a test sets. False or a throw leaves no trace. */
  commit(change: () => unknown): void {
    this.version += 1;
    this.#state.open(this.version);
    const before = this.told.length;
    try {
      if (!this.#state.attempt(() => change() !== false)) this.told.length = before;
    } finally {
      this.#state.close();
    }
  }

  /** A collection of a viewer's whole view, read back from its bytes. */
  view(viewer: Viewer, collection: keyof R & string): Arrived {
    const writer = new ByteWriter();
    writeChanges(
      writer,
      changesSince(this.#state, SINCE_EVER, { viewer, sees: this.#sees(viewer) }),
    );
    const found = readChanges(new ByteReader(writer.finish()), this.game.shapes);
    const records = found.find(({ shape }) => shape.name === collection)?.records ?? [];
    return new Map(
      records.map(({ id, values }) => {
        const fields = this.game.shapes.find(({ name }) => name === collection)?.fields ?? [];
        return [id, Object.fromEntries(fields.map(({ name }, at) => [name, values[at]]))];
      }),
    );
  }

  /** The frame of the newest commit for a viewer who is in step. */
  step(viewer: Looker): Uint8Array {
    const shown = this.#shown.get(viewer) ?? new Map();
    this.#shown.set(viewer, shown);
    const writer = new ByteWriter();
    encodeStep(writer, this.game, {
      tag: 0x4b454c50,
      base: this.version - 1,
      version: this.version,
      timeMs: this.nowMs,
      changes: publicChanges(this.#state),
      events: [],
    });
    encodeOwnPart(writer, this.game, {
      version: this.version,
      changes: ownChanges(this.#state, { viewer, sees: this.#sees(viewer) }, shown),
      events: [],
      acknowledged: { applied: 3, refused: [], input: this.version },
    });
    return writer.finish();
  }

  #sees(viewer: Viewer): Sees {
    const seat = typeof viewer === "number" ? viewer : undefined;
    return (collection, record) =>
      this.game.rules.visibleTo[collection.shape.name]?.(record.face, seat, this) ?? true;
  }

  #runTimers(): void {
    for (const [name, { dueMs, args }] of [...this.#timers]) {
      if (dueMs > this.nowMs) continue;
      this.#timers.delete(name);
      this.commit(() => this.game.rules.timers[name]?.(this.#room, args));
    }
  }

  /** What rules are handed. */
  get #room() {
    return {
      state: this.state,
      nowMs: this.nowMs,
      seats: this.seats,
      random: this.#random,
      input: (seat: number, name: string) => this.#inputs.get(`${seat} ${name}`),
      emit: (name: string, values: unknown, to?: { readonly seat?: number }) => {
        const checked = checkFields(this.game.events[name] ?? {}, values);
        this.told.push({ name, values: checked, seat: to?.seat });
      },
      timer: (name: string, afterMs: number, args: Json = null) => {
        this.#timers.set(name, { dueMs: this.nowMs + afterMs, args });
      },
      cancelTimer: (name: string) => this.#timers.delete(name),
    };
  }
}
