// Rules: runs what the author wrote against the room, and undoes what fails. It knows neither
// connections nor the log; what a rule may touch is the handle made here and nothing else.

import { checkFields } from "../../shared/codec.ts";
import type { Json } from "../../shared/field.ts";
import type {
  AbsenceDeclared,
  Audience,
  Refusal,
  Room,
  RoomRead,
  SeatSeen,
} from "../../shared/game.ts";
import { drawRandom, type RandomState } from "../../shared/random.ts";
import type { StoredCollection, StoredRecord } from "../../shared/record.ts";
import { roomRecords } from "../../shared/seats.ts";
import { audienceOf } from "./audience.ts";
import type { RoomCore, SeatRecord } from "./core.ts";
import type { KeptEvent } from "./history.ts";
import { Inputs } from "./inputs.ts";
import { refusalOf } from "./returned.ts";

/** What became of a rule. Only `kept` left a trace. */
export type RuleOutcome =
  | { readonly kind: "kept" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "threw"; readonly cause: unknown };

/** What came of asking the game for a seat's save. */
export type SaveOutcome =
  | { readonly kind: "saved"; readonly save: Json }
  | { readonly kind: "nothing" }
  | { readonly kind: "threw"; readonly cause: unknown };

/** A start, tick or timer rule threw: the room cannot go on from here. */
export class RoomFailure extends Error {}

const SAVE = roomRecords.$saves.fields.save;

/** Refused is undone: a rule that may only look leaves nothing behind. */
const LOOKED: Refusal = { refused: "looked" };

type AnyRoom = Room<never, never, never>;

export class Rules {
  /** Events of the commit being written. */
  events: KeptEvent[] = [];
  readonly inputs: Inputs;
  readonly #core: RoomCore;
  readonly #handle: AnyRoom;
  /** What `visibleTo` gets: it reads and changes nothing. */
  readonly #sight: RoomRead<never>;
  readonly #blind = new Map<string, { cause: unknown }>();
  #random: RandomState;

  constructor(core: RoomCore) {
    this.#core = core;
    this.inputs = new Inputs(core.game);
    this.#random = randomOf(core);
    this.#handle = this.#makeHandle();
    this.#sight = {
      state: core.state.gameFace as never,
      get nowMs() {
        return core.time.nowMs;
      },
    };
  }

  /** Runs the rule of a command; what it did is undone unless it is kept. */
  command(name: string, seat: number, args: unknown): RuleOutcome {
    const rule = this.#core.game.rules.commands[name];
    if (rule === undefined) return { kind: "refused", reason: "command-unknown" };
    return this.#attempt(() => rule(this.#handle, seat, args));
  }

  /** Tells the game of a seat; a rule that throws is undone and the seat's change stands. */
  seat(name: "join" | "away" | "meanwhile", seat: number): RuleOutcome {
    const { lifecycle } = this.#core.game.rules;
    return this.#attempt(() => lifecycle[name]?.(this.#handle, seat));
  }

  left(seat: number, why: "left" | "absent"): RuleOutcome {
    const { lifecycle } = this.#core.game.rules;
    return this.#attempt(() => lifecycle.leave?.(this.#handle, seat, why));
  }

  back(seat: number, awayMs: number): RuleOutcome {
    const { lifecycle } = this.#core.game.rules;
    return this.#attempt(() => lifecycle.back?.(this.#handle, seat, awayMs));
  }

  /**
   * What an absence of a seat means as the game is now. What the rule changes is undone, and one that
   * throws means an absence like any other.
   */
  absence(seat: number): AbsenceDeclared {
    const { absence } = this.#core.game.rules;
    let terms: AbsenceDeclared = {};
    this.#core.state.attempt(() => {
      try {
        terms = absence?.(this.#sight, seat) ?? terms;
      } catch (cause) {
        if (!this.#blind.has("absence")) this.#blind.set("absence", { cause });
      }
      return false;
    });
    return terms;
  }

  /** What a seat's player takes along. Whatever the rule did besides is undone. */
  save(seat: number): SaveOutcome {
    const { save } = this.#core.game.rules.lifecycle;
    const returned: { save?: unknown } = {};
    const outcome = this.#attempt(() => {
      returned.save = save?.(this.#handle, seat);
      const problem = returned.save === undefined ? undefined : SAVE.problem(returned.save);
      if (problem !== undefined) throw new TypeError(`a save ${problem}`);
      return LOOKED;
    });
    if (outcome.kind === "threw") return outcome;
    if (returned.save === undefined || returned.save === null) return { kind: "nothing" };
    return { kind: "saved", save: returned.save as Json };
  }

  /** Gives a seat what was saved for its player; a rule that throws is undone. */
  restore(seat: number, save: Json): RuleOutcome {
    const { restore } = this.#core.game.rules.lifecycle;
    return this.#attempt(() => restore?.(this.#handle, seat, save));
  }

  start(): void {
    this.#orFail("start", () => this.#core.game.rules.lifecycle.start?.(this.#handle));
  }

  tick(): void {
    this.inputs.see();
    this.#orFail("tick", () => this.#core.game.rules.lifecycle.tick?.(this.#handle));
  }

  timer(name: string, args: Json): void {
    const rule = this.#core.game.rules.timers[name];
    this.#orFail(`timer ${name}`, () => {
      if (rule === undefined) throw new TypeError("the game declares no timer of that name");
      return rule(this.#handle, args);
    });
  }

  /** Puts the generator's state into the records, once a commit instead of once a draw. */
  keepRandom(): void {
    if (this.#random.some((word, at) => word !== this.#core.own.$room.random[at])) {
      this.#core.own.$room.random = this.#random;
    }
  }

  /**
   * Whether a viewer may see a record of a selective collection, as the state is now. A rule that
   * throws shows nothing: rather a gap in a picture than a secret told or a room stopped.
   */
  readonly sees = (
    collection: StoredCollection,
    record: StoredRecord,
    seat: number | undefined,
  ) => {
    const { name } = collection.shape;
    const rule = this.#core.game.rules.visibleTo[name];
    try {
      return rule === undefined || rule(record.face, seat, this.#sight) === true;
    } catch (cause) {
      if (!this.#blind.has(name)) this.#blind.set(name, { cause });
      return false;
    }
  };

  /** Causes of `visibleTo` rules that threw: each collection's once, or the log would drown in them. */
  takeBlind(): readonly unknown[] {
    const causes: unknown[] = [];
    for (const blind of this.#blind.values()) {
      if (blind.cause !== undefined) causes.push(blind.cause);
      blind.cause = undefined;
    }
    return causes;
  }

  #attempt(rule: () => unknown): RuleOutcome {
    const eventCount = this.events.length;
    const random = this.#random;
    let outcome: RuleOutcome = { kind: "kept" };
    this.#core.state.attempt(() => {
      try {
        const refusal = refusalOf(rule());
        if (refusal !== undefined) outcome = { kind: "refused", reason: refusal.refused };
      } catch (cause) {
        outcome = { kind: "threw", cause };
      }
      return outcome.kind === "kept";
    });
    if (outcome.kind !== "kept") {
      this.events.length = eventCount;
      this.#random = random;
    }
    return outcome;
  }

  #orFail(what: string, rule: () => unknown): void {
    try {
      refusalOf(rule());
    } catch (cause) {
      throw new RoomFailure(`${this.#core.game.name}: ${what} threw`, { cause });
    }
  }

  #emit(name: string, values: unknown, to: Audience | undefined): void {
    const { events: declared } = this.#core.game;
    const fields = Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (fields === undefined) throw new TypeError(`the game declares no event ${name}`);
    const version = this.#core.state.writingVersion();
    const audience = audienceOf(this.#core, this.sees, to);
    this.events.push({ version, name, values: checkFields(fields, values), ...audience });
  }

  #setTimer(name: string, afterMs: number, args: Json): void {
    if (!Object.hasOwn(this.#core.game.rules.timers, name)) {
      throw new TypeError(`the game declares no timer ${name}`);
    }
    if (!(afterMs >= 0)) throw new TypeError("a timer runs after 0 ms or more");
    this.#cancelTimer(name);
    this.#core.own.$timers.add({ name, dueMs: this.#core.clockMs + afterMs, args });
  }

  #awaySeat(seat: number): SeatRecord {
    const away = this.#core.own.$seats.get(seat);
    if (away?.presence !== "away") throw new TypeError(`seat ${seat} is not away`);
    return away;
  }

  #cancelTimer(name: string): void {
    for (const timer of this.#core.own.$timers) {
      if (timer.name === name) this.#core.own.$timers.delete(timer.id);
    }
  }

  #makeHandle(): AnyRoom {
    const core = this.#core;
    const handle: Room<Record<never, never>, Record<never, never>, Record<never, never>> = {
      state: core.state.gameFace as never,
      get nowMs() {
        return core.time.nowMs;
      },
      get seats(): readonly SeatSeen[] {
        return [...core.own.$seats].map(({ id, name, presence }) => ({
          index: id,
          name,
          presence,
        }));
      },
      random: () => {
        // A draw outside a turn would be in no commit: this throws there.
        core.state.writingVersion();
        const draw = drawRandom(this.#random);
        this.#random = draw.state;
        return draw.value;
      },
      input: (seat: number, name: string) => this.inputs.newest(seat, name) as never,
      emit: (name: string, values: unknown, to?: Audience) => this.#emit(name, values, to),
      timer: (name, afterMs, args = null) => this.#setTimer(name, afterMs, args),
      cancelTimer: (name) => this.#cancelTimer(name),
      get clockMs() {
        return core.clockMs;
      },
      giveUp: (seat) => {
        this.#awaySeat(seat).untilMs = core.time.nowMs;
      },
      keep: (seat, moreMs) => {
        if (!(moreMs >= 0)) throw new TypeError("a seat is kept for 0 ms or more");
        const away = this.#awaySeat(seat);
        away.untilMs = Math.max(away.untilMs ?? 0, core.time.nowMs) + moreMs;
      },
      end: (reason = "finished") => {
        // How a game ended stays as it was first said.
        if (core.own.$room.status === "ended") return;
        core.own.$room.status = "ended";
        core.own.$room.ending = reason;
      },
    };
    return handle as unknown as AnyRoom;
  }
}

function randomOf(core: RoomCore): RandomState {
  const [a = 1, b = 2, c = 3, d = 4] = core.own.$room.random;
  return [a, b, c, d];
}
