// Redis shelves: what is kept of identities' progress in games, in Redis, sealed. It compares and
// replaces texts; it never reads what they say.

import type { IdentityId } from "../../shared/ids.ts";
import type { Keys } from "./keys.ts";
import { textOf } from "./replies.ts";
import { SCRIPTS } from "./scripts.ts";
import type { Opened, Seal } from "./seal.ts";
import type { Shards } from "./shards.ts";
import { type RoomStore, type ShelfChange, StoreDamaged } from "./store.ts";

/** What stands on a shelf, and what it says. */
interface Found extends Opened {
  readonly stored: string;
}

/** In place of a life: that of what is replaced. */
const SAME_LIFE = 0;

export class RedisShelves implements Pick<RoomStore, "readShelf" | "replaceShelf"> {
  readonly #shards: Shards;
  readonly #keys: Keys;
  readonly #seal: Seal;

  constructor(shards: Shards, keys: Keys, seal: Seal) {
    this.#shards = shards;
    this.#keys = keys;
    this.#seal = seal;
  }

  async readShelf(identity: IdentityId, game: string): Promise<string> {
    const key = this.#keys.shelf(identity, game);
    const { stored, text, isOld } = await this.#find(key);
    // Whoever has replaced it meanwhile has sealed it with the newest key.
    if (isOld) await this.#put(key, stored, { text, lifeMs: SAME_LIFE });
    return text;
  }

  /** A text is sealed otherwise each time: what stands there is opened first, then compared as it stands. */
  async replaceShelf(identity: IdentityId, game: string, change: ShelfChange): Promise<boolean> {
    const { expected, next, lifeMs } = change;
    const key = this.#keys.shelf(identity, game);
    for (;;) {
      const { stored, text } = await this.#find(key);
      if (text !== expected) return false;
      if (await this.#put(key, stored, { text: next, lifeMs })) return true;
      // It may be the same, sealed anew by somebody who read it.
    }
  }

  async #find(key: string): Promise<Found> {
    const reply = await this.#shards.call("GET", key);
    if (reply === null) return { stored: "", text: "", isOld: false };
    const stored = textOf(reply);
    // Builds of before did not seal them, and each began as JSON does.
    if (stored.startsWith("{")) return { stored, text: stored, isOld: true };
    return { stored, ...this.#open(stored, key) };
  }

  #open(stored: string, key: string): Opened {
    try {
      // What no key opens any more is as if it had never been.
      return this.#seal.open(stored, key) ?? { text: "", isOld: false };
    } catch (cause) {
      if (!(cause instanceof StoreDamaged)) throw cause;
      // It is no shelf, and it is for whoever asks to say so: nobody could replace what cannot be read.
      return { text: stored, isOld: false };
    }
  }

  async #put(
    key: string,
    stored: string,
    { text, lifeMs }: { readonly text: string; readonly lifeMs: number },
  ): Promise<boolean> {
    const sealed = this.#seal.close(text, key);
    const outcome = await this.#shards.run(SCRIPTS.replaceShelf, [key], stored, sealed, lifeMs);
    return textOf(outcome) === "replaced";
  }
}
