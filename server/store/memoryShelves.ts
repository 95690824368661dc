// Memory shelves: what the in-process store keeps of identities' progress in games, in a map. It
// compares and replaces texts; it never reads them.

import type { IdentityId } from "../../shared/ids.ts";
import type { Decision, ShelfFact } from "./facts.ts";
import type { RoomStore } from "./store.ts";

export class MemoryShelves {
  /** Those written first come first. */
  readonly #shelves = new Map<string, ShelfFact>();

  read(nowMs: number, identity: IdentityId, game: string): string {
    const shelf = this.#shelves.get(keyOf(identity, game));
    return shelf === undefined || shelf.untilMs <= nowMs ? "" : shelf.text;
  }

  replace(
    nowMs: number,
    ...of: Parameters<RoomStore["replaceShelf"]>
  ): Decision<boolean, ShelfFact> {
    const [identity, game, { expected, next: text, lifeMs }] = of;
    if (this.read(nowMs, identity, game) !== expected) return { outcome: false, facts: [] };
    const untilMs = nowMs + lifeMs;
    return { outcome: true, facts: [{ fact: "shelf", identity, game, text, nowMs, untilMs }] };
  }

  apply(fact: ShelfFact): void {
    const key = keyOf(fact.identity, fact.game);
    this.#shelves.delete(key);
    this.#shelves.set(key, fact);
    for (const [name, { untilMs }] of this.#shelves) {
      if (untilMs > fact.nowMs) return;
      this.#shelves.delete(name);
    }
  }

  facts(): Iterable<ShelfFact> {
    return this.#shelves.values();
  }
}

function keyOf(identity: IdentityId, game: string): string {
  return `${identity} ${game}`;
}
