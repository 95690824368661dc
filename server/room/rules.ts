// Rules: runs what the author wrote against the room, and undoes what fails. It knows neither
// connections nor the log; what a rule may touch is the handle made here and nothing else.

import { checkTerms } from "../../shared/declaration.ts";
import { type Json, parseFields } from "../../shared/field.ts";
import type { AbsenceDeclared, Audience, Refusal, RoomRead } from "../../shared/game.ts";
import { drawRandom, type RandomState } from "../../shared/random.ts";
import type { StoredCollection, StoredRecord } from "../../shared/record.ts";
import { roomRecords } from "../../shared/seats.ts";
import { audienceOf } from "./audience.ts";
import type { RoomCore } from "./core.ts";
import { type AnyRoom, insistDeclared, makeHandle } from "./handle.ts";
import { type KeptEvent, withoutSeat } from "./history.ts";
import { Inputs } from "./inputs.ts";
import { refusalOf } from "./returned.ts";
import { advised } from "./thrown.ts";

/** What became of a rule. Only `kept` left a trace. */
export type RuleOutcome =
  | { readonly kind: "kept" }
  | { readonly kind: "refused"; readonly reason: string }
  | ({ readonly kind: "threw" } & RuleFailure);

/** Which rule threw, as it is declared, and what. */
export interface RuleFailure {
  readonly rule: string;
  readonly cause: unknown;
}

/** What came of asking the game for a seat's save. */
export type SaveOutcome =
  | { readonly kind: "saved"; readonly save: Json }
  | { readonly kind: "nothing" }
  | ({ readonly kind: "threw" } & RuleFailure);

/** A start, tick or timer rule threw: the room cannot go on from here. */
export class RoomFailure extends Error {}

const SAVE = roomRecords.$saves.fields.save;

/** Refused is undone: a rule that may only look leaves nothing behind. */
const LOOKED: Refusal = { refused: "looked" };

export class Rules {
  /** Events of the commit being written. */
  events: KeptEvent[] = [];
  readonly inputs: Inputs;
  readonly #core: RoomCore;
  readonly #handle: AnyRoom;
  /** What `visibleTo` gets: it reads and changes nothing. */
  readonly #sight: RoomRead<never>;
  /** Rules that may only look and threw, by name; `told` once the operator was. */
  readonly #blind = new Map<string, { readonly cause: unknown; told: boolean }>();
  #random: RandomState;
  #running: string | undefined;
  /** By collection: made once, for it is asked about each record. */
  readonly #sights: ReadonlyMap<string, string>;

  constructor(core: RoomCore) {
    this.#core = core;
    this.inputs = new Inputs(core.game);
    this.#random = randomOf(core);
    this.#handle = makeHandle({
      core,
      inputs: this.inputs,
      draw: () => this.#draw(),
      emit: (name, values, to) => this.#emit(name, values, to),
    });
    const selective = Object.keys(core.game.rules.visibleTo);
    this.#sights = new Map(selective.map((name) => [name, `visibleTo.${name}`]));
    this.#sight = {
      state: core.state.gameFace as never,
      get nowMs() {
        return core.time.nowMs;
      },
    };
  }

  /**
   * The rule that runs now, as it is declared; after a turn, the one that was interrupted or that the
   * room cannot go on from.
   */
  get running(): string | undefined {
    return this.#running;
  }

  /** Runs the rule of a command; what it did is undone unless it is kept. */
  command(name: string, seat: number, args: unknown): RuleOutcome {
    const rule = this.#core.game.rules.commands[name];
    if (rule === undefined) return { kind: "refused", reason: "command-unknown" };
    return this.#attempt(`rules.${name}`, () => rule(this.#handle, seat, args));
  }

  /** Tells the game of a seat; a rule that throws is undone and the seat's change stands. */
  seat(name: "join" | "away" | "meanwhile", seat: number): RuleOutcome {
    const { lifecycle } = this.#core.game.rules;
    return this.#attempt(`rules.${name}`, () => lifecycle[name]?.(this.#handle, seat));
  }

  left(seat: number, why: "left" | "absent"): RuleOutcome {
    const { lifecycle } = this.#core.game.rules;
    return this.#attempt("rules.leave", () => lifecycle.leave?.(this.#handle, seat, why));
  }

  back(seat: number, awayMs: number): RuleOutcome {
    const { lifecycle } = this.#core.game.rules;
    return this.#attempt("rules.back", () => lifecycle.back?.(this.#handle, seat, awayMs));
  }

  /**
   * What an absence of a seat means as the game is now. What the rule changes is undone, and one that
   * throws means an absence like any other.
   */
  absence(seat: number): AbsenceDeclared {
    const { absence } = this.#core.game.rules;
    let terms: AbsenceDeclared = {};
    if (absence === undefined) return terms;
    const outcome = this.#attempt("absence", () => {
      const answered = absence(this.#sight, seat) ?? {};
      checkTerms(answered);
      terms = answered;
      return LOOKED;
    });
    if (outcome.kind === "threw") this.#noteBlind(outcome.rule, outcome.cause);
    return terms;
  }

  /** What a seat's player takes along. Whatever the rule did besides is undone. */
  save(seat: number): SaveOutcome {
    const { save } = this.#core.game.rules.lifecycle;
    const returned: { save?: unknown } = {};
    const outcome = this.#attempt("rules.save", () => {
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
    return this.#attempt("rules.restore", () => restore?.(this.#handle, seat, save));
  }

  start(): void {
    this.#orFail("rules.start", () => this.#core.game.rules.lifecycle.start?.(this.#handle));
  }

  tick(): void {
    this.inputs.see();
    this.#orFail("rules.tick", () => this.#core.game.rules.lifecycle.tick?.(this.#handle));
  }

  timer(name: string, args: Json): void {
    const rule = this.#core.game.rules.timers[name];
    this.#orFail(`timers.${name}`, () => {
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
    const sees = this.#core.game.rules.visibleTo[name];
    if (sees === undefined) return true;
    const before = this.#running;
    this.#running = this.#sights.get(name);
    try {
      const seen: unknown = sees(record.face, seat, this.#sight);
      // A promise is truthy, and an answer that was forgotten is not: neither decides what is seen.
      if (typeof seen !== "boolean") throw new TypeError("it answers true or false, at once");
      return seen;
    } catch (cause) {
      this.#noteBlind(`visibleTo.${name}`, cause);
      return false;
    } finally {
      // Not reached by a rule that is interrupted.
      this.#running = before;
    }
  };

  /** Somebody new has a seat: what was told to it before, in this very turn too, is none of theirs. */
  seatTaken(seat: number): void {
    this.events = withoutSeat(this.events, seat);
    this.#core.history.seatTaken(seat);
  }

  /** What rules that may only look threw: each one's once, or the log would drown in them. */
  takeBlind(): readonly RuleFailure[] {
    const failures: RuleFailure[] = [];
    for (const [rule, blind] of this.#blind) {
      if (!blind.told) failures.push({ rule, cause: blind.cause });
      blind.told = true;
    }
    return failures;
  }

  #noteBlind(rule: string, cause: unknown): void {
    if (!this.#blind.has(rule)) this.#blind.set(rule, { cause, told: false });
  }

  #attempt(rule: string, run: () => unknown): RuleOutcome {
    const eventCount = this.events.length;
    const random = this.#random;
    let outcome: RuleOutcome = { kind: "kept" };
    this.#running = rule;
    this.#core.state.attempt(() => {
      try {
        const refusal = refusalOf(run());
        if (refusal !== undefined) outcome = { kind: "refused", reason: refusal.refused };
      } catch (cause) {
        outcome = { kind: "threw", rule, cause: advised(cause) };
      }
      return outcome.kind === "kept";
    });
    this.#running = undefined;
    if (outcome.kind !== "kept") {
      this.events.length = eventCount;
      this.#random = random;
    }
    return outcome;
  }

  #orFail(rule: string, run: () => unknown): void {
    this.#running = rule;
    try {
      refusalOf(run());
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new RoomFailure(`${this.#core.game.name}: ${rule} threw: ${why}`, {
        cause: advised(cause),
      });
    }
    this.#running = undefined;
  }

  #emit(name: string, values: unknown, to: Audience | undefined): void {
    const { events: declared } = this.#core.game;
    insistDeclared("event", name, declared);
    const parsed = parseFields(declared[name] ?? {}, values);
    if (parsed.kind === "misfit") {
      const { field, why } = parsed.misfit;
      throw new TypeError(`event "${[name, field].filter(Boolean).join(".")}" ${why}`);
    }
    const version = this.#core.state.writingVersion();
    const audience = audienceOf(this.#core, this.sees, to);
    this.events.push({ version, name, values: parsed.values, ...audience });
  }

  #draw(): number {
    // A draw outside a turn would be in no commit: this throws there.
    this.#core.state.writingVersion();
    const draw = drawRandom(this.#random);
    this.#random = draw.state;
    return draw.value;
  }
}

function randomOf(core: RoomCore): RandomState {
  const [a = 1, b = 2, c = 3, d = 4] = core.own.$room.random;
  return [a, b, c, d];
}
