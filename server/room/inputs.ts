// Inputs: the newest input of each seat, in its host's memory only: newest wins, none is confirmed.
// It holds them; it never runs a rule.

import { parseFields } from "../../shared/field.ts";
import type { Game } from "../../shared/game.ts";

interface SeatInputs {
  /** Number of the newest input. */
  newest: number;
  /** Number of the newest input that a tick has seen. */
  seen: number | undefined;
  readonly values: Map<string, Readonly<Record<string, unknown>>>;
}

export class Inputs {
  readonly #game: Game;
  readonly #bySeat = new Map<number, SeatInputs>();

  constructor(game: Game) {
    this.#game = game;
  }

  /** Takes the newest input of a seat; an older number than the newest changes nothing. */
  take(
    seat: number,
    n: number,
    given: { readonly name: string; readonly values: unknown },
  ): "taken" | "old" | "misfit" {
    const { inputs: declared } = this.#game;
    const fields = Object.hasOwn(declared, given.name) ? declared[given.name] : undefined;
    if (fields === undefined) return "misfit";
    const inputs = this.#bySeat.get(seat) ?? { newest: 0, seen: undefined, values: new Map() };
    if (n <= inputs.newest) return "old";
    const parsed = parseFields(fields, given.values);
    if (parsed.kind === "misfit") return "misfit";
    inputs.values.set(given.name, parsed.values);
    inputs.newest = n;
    this.#bySeat.set(seat, inputs);
    return "taken";
  }

  /** The newest input of a name; undefined until there is one since the seat was taken up. */
  newest(seat: number, name: string): Readonly<Record<string, unknown>> | undefined {
    return this.#bySeat.get(seat)?.values.get(name);
  }

  /** A tick sees the newest of all. */
  see(): void {
    for (const inputs of this.#bySeat.values()) inputs.seen = inputs.newest;
  }

  /** Number of the newest input of a seat that a tick has seen. */
  seen(seat: number): number | undefined {
    return this.#bySeat.get(seat)?.seen;
  }

  /** A seat begins anew: another instance counts its inputs from 1. */
  forget(seat: number): void {
    this.#bySeat.delete(seat);
  }
}
