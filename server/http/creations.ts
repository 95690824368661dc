// Creations: how many rooms may be made from an address and by a person, counted in the store over all
// nodes. While the store does not count, this node counts for itself; nobody is ever let off.

import type { IdentityId } from "../../shared/ids.ts";
import type { IdentityStore } from "../store/identityStore.ts";
import { StoreAway } from "../store/store.ts";
import type { Limit } from "./limits.ts";

/** Whoever makes more is no person looking for company. */
const PER_PERSON = 5;
const PERSON_WINDOW_MS = 60_000;
/** Each room costs memory and a log for as long as it is kept. */
const PER_ADDRESS = 20;
const ADDRESS_WINDOW_MS = 3_600_000;

export interface CreationsParts {
  readonly store: Pick<IdentityStore, "count">;
  /** This node's own count of an address. */
  readonly own: Limit;
  /** What an address counts as; undefined for who is exempt. */
  groupOf(address: string): string | undefined;
}

export class Creations {
  readonly #parts: CreationsParts;

  constructor(parts: CreationsParts) {
    this.#parts = parts;
  }

  /** Grants one more room: undefined; or says how long to wait, in ms. */
  async grant(address: string, identity: IdentityId): Promise<number | undefined> {
    const { own, groupOf } = this.#parts;
    const group = groupOf(address);
    if (group === undefined) return undefined;
    // What this node refuses by itself costs the store nothing, however often somebody asks.
    return (await own(group)) ?? (await this.#overAll(group, identity));
  }

  async #overAll(group: string, identity: IdentityId): Promise<number | undefined> {
    const { store } = this.#parts;
    try {
      const person = await store.count(`rooms by ${identity}`, PERSON_WINDOW_MS);
      if (person.count > PER_PERSON) return person.leftMs;
      const { count, leftMs } = await store.count(`rooms from ${group}`, ADDRESS_WINDOW_MS);
      return count > PER_ADDRESS ? leftMs : undefined;
    } catch (cause) {
      if (cause instanceof StoreAway) return undefined;
      throw cause;
    }
  }
}
