// Rules: runs what the author wrote against the room, and undoes what fails. It knows neither
// connections nor the log; what a rule may touch is the handle made here and nothing else.

import { checkFields } from "../../shared/codec.ts";
import type { Json } from "../../shared/field.ts";
import type { Audience, Refusal, Room, SeatSeen } from "../../shared/game.ts";
import { drawRandom, type RandomState } from "../../shared/random.ts";
import type { StoredCollection, StoredRecord } from "../../shared/record.ts";
import type { RoomCore } from "./core.ts";
import type { KeptEvent } from "./history.ts";

/** What became of a rule. Only `kept` left a trace. */
export type RuleOutcome =
  | { readonly kind: "kept" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "threw"; readonly cause: unknown };

/** A start, tick or timer rule threw: the room cannot go on from here. */
export class RoomFailure extends Error {}

/** The newest inputs of a seat, in the memory of its host only. */
interface SeatInputs {
  /** Number of the newest input. */
  newest: number;
  /** Number of the newest input that a tick has seen. */
  seen: number;
  readonly values: Map<string, Readonly<Record<string, unknown>>>;
}

type AnyRoom = Room<never, never, never>;

export class Rules {
  /** Events of the commit being written. */
  events: KeptEvent[] = [];
  readonly #core: RoomCore;
  readonly #handle: AnyRoom;
  readonly #inputs = new Map<number, SeatInputs>();
  #random: RandomState;

  constructor(core: RoomCore) {
    this.#core = core;
    this.#random = randomOf(core);
    this.#handle = this.#makeHandle();
  }

  /** Runs the rule of a command; what it did is undone unless it is kept. */
  command(name: string, seat: number, args: unknown): RuleOutcome {
    const rule = this.#core.game.rules.commands[name];
    if (rule === undefined) return { kind: "refused", reason: "command-unknown" };
    return this.#attempt(() => rule(this.#handle, seat, args));
  }

  /** Tells the game of a seat; a rule that throws is undone and the seat's change stands. */
  seat(name: "join" | "leave" | "away" | "back", seat: number): RuleOutcome {
    const { lifecycle } = this.#core.game.rules;
    return this.#attempt(() => lifecycle[name]?.(this.#handle, seat));
  }

  start(): void {
    this.#orFail("start", () => this.#core.game.rules.lifecycle.start?.(this.#handle));
  }

  tick(): void {
    for (const inputs of this.#inputs.values()) inputs.seen = inputs.newest;
    this.#orFail("tick", () => this.#core.game.rules.lifecycle.tick?.(this.#handle));
  }

  timer(name: string, args: Json): void {
    const rule = this.#core.game.rules.timers[name];
    this.#orFail(`timer ${name}`, () => {
      if (rule === undefined) throw new TypeError("the game declares no timer of that name");
      return rule(this.#handle, args);
    });
  }

  /** Takes the newest input of a seat; an older number than the newest changes nothing. */
  input(
    seat: number,
    n: number,
    given: { readonly name: string; readonly values: unknown },
  ): "taken" | "old" | "misfit" {
    const fields = this.#core.game.inputs[given.name];
    if (fields === undefined) return "misfit";
    const inputs = this.#inputs.get(seat) ?? { newest: 0, seen: 0, values: new Map() };
    if (n <= inputs.newest) return "old";
    try {
      inputs.values.set(given.name, checkFields(fields, given.values));
    } catch (cause) {
      if (cause instanceof TypeError) return "misfit";
      throw cause;
    }
    inputs.newest = n;
    this.#inputs.set(seat, inputs);
    return "taken";
  }

  /** Number of the newest input of a seat that a tick has seen. */
  inputSeen(seat: number): number | undefined {
    return this.#inputs.get(seat)?.seen;
  }

  /** A seat begins anew: another instance counts its inputs from 1. */
  forgetInputs(seat: number): void {
    this.#inputs.delete(seat);
  }

  /** Puts the generator's state into the records, once a commit instead of once a draw. */
  keepRandom(): void {
    if (this.#random.some((word, at) => word !== this.#core.own.$room.random[at])) {
      this.#core.own.$room.random = this.#random;
    }
  }

  /** Whether a viewer may see a record of a selective collection, at the time of the newest commit. */
  readonly sees = (
    collection: StoredCollection,
    record: StoredRecord,
    seat: number | undefined,
  ) => {
    const rule = this.#core.game.rules.visibleTo[collection.shape.name];
    return rule === undefined || rule(record.face, seat, this.#handle) === true;
  };

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
    const fields = this.#core.game.events[name];
    if (fields === undefined) throw new TypeError(`the game declares no event ${name}`);
    const version = this.#core.version + 1;
    const audience = this.#audienceOf(to);
    this.events.push({ version, name, values: checkFields(fields, values), ...audience });
  }

  #audienceOf(to: Audience | undefined): Pick<KeptEvent, "seats" | "watchers"> {
    if (to === undefined) return { seats: undefined, watchers: true };
    if ("seat" in to) return { seats: [to.seat], watchers: false };
    const { collections } = this.#core.state;
    for (const collection of collections) {
      const record = collection.record(to.seeing.id);
      if (record?.face !== to.seeing) continue;
      if (!collection.shape.selective) return { seats: undefined, watchers: true };
      const taken = [...this.#core.own.$seats].map((seat) => seat.id);
      return {
        seats: taken.filter((seat) => this.sees(collection, record, seat)),
        watchers: this.sees(collection, record, undefined),
      };
    }
    throw new TypeError("an event's audience is a seat or a record of this room");
  }

  #setTimer(name: string, afterMs: number, args: Json): void {
    if (this.#core.game.rules.timers[name] === undefined) {
      throw new TypeError(`the game declares no timer ${name}`);
    }
    if (!(afterMs >= 0)) throw new TypeError("a timer runs after 0 ms or more");
    this.#cancelTimer(name);
    this.#core.own.$timers.add({ name, dueMs: this.#core.time.nowMs + afterMs, args });
  }

  #cancelTimer(name: string): void {
    for (const timer of this.#core.own.$timers) {
      if (timer.name === name) this.#core.own.$timers.delete(timer.id);
    }
  }

  #makeHandle(): AnyRoom {
    const core = this.#core;
    const handle: Room<Record<never, never>, Record<never, never>, Record<never, never>> = {
      state: core.state.face as never,
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
        const draw = drawRandom(this.#random);
        this.#random = draw.state;
        return draw.value;
      },
      input: (seat: number, name: string) => this.#inputs.get(seat)?.values.get(name) as never,
      emit: (name: string, values: unknown, to?: Audience) => this.#emit(name, values, to),
      timer: (name, afterMs, args = null) => this.#setTimer(name, afterMs, args),
      cancelTimer: (name) => this.#cancelTimer(name),
      end: (reason = "finished") => {
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

/** Reads what a rule returned. Throws for a promise, whose effects would come after the commit. */
function refusalOf(returned: unknown): Refusal | undefined {
  if (typeof returned !== "object" || returned === null) return undefined;
  if ("then" in returned) throw new TypeError("rules are synchronous: this one returned a promise");
  const { refused } = returned as Partial<Refusal>;
  return typeof refused === "string" ? { refused } : undefined;
}
