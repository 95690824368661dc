// Attempts: how often passwords were tried for an account and from an address, and how many accounts
// were entered from there, counted in the store over all nodes. It slows guessing down; it ends no
// session and locks nobody out for good.

import { createHash } from "node:crypto";
import { SITE_HOUSEHOLDS, siteOf } from "../http/address.ts";
import type { IdentityStore } from "../store/identityStore.ts";

/** From the first attempt on; then everything begins anew. */
const WINDOW_MS = 15 * 60_000;
/** More mistakes in a row than a person makes who knows the password. */
const PER_ACCOUNT = 5;
/** A device that signed in before is no stranger who keeps the owner out by guessing. */
const PER_KNOWN_DEVICE = 10;
/** A family or a class may sit behind one address. */
const PER_ADDRESS = 20;
/** A family signs in to its accounts from one address; a list of stolen passwords to many more. */
const CROWD = 20;
const CROWD_WINDOW_MS = 60 * 60_000;

export interface Attempt {
  /** Its name, whether there is one or not. */
  readonly account: string;
  /** What limits count the sender by; undefined for who is exempt. */
  readonly addressGroup: string | undefined;
  /** Marks a device that signed in to this account before. */
  readonly knownDevice: string | undefined;
}

export type AttemptAnswer =
  /** `failures`: attempts in a row before this one. */
  | { readonly kind: "go"; readonly failures: number }
  | { readonly kind: "wait"; readonly retryInMs: number };

export class Attempts {
  readonly #store: Pick<IdentityStore, "count" | "forgetCount">;

  constructor(store: Pick<IdentityStore, "count" | "forgetCount">) {
    this.#store = store;
  }

  /** Counts an attempt before it is made, so that a thousand at once are a thousand. */
  async begin(attempt: Attempt): Promise<AttemptAnswer> {
    const { addressGroup, knownDevice } = attempt;
    const fromMs = addressGroup === undefined ? undefined : await this.#waitOf(addressGroup);
    if (fromMs !== undefined) return { kind: "wait", retryInMs: fromMs };
    const { count, leftMs } = await this.#store.count(ofAccount(attempt), WINDOW_MS);
    const most = knownDevice === undefined ? PER_ACCOUNT : PER_KNOWN_DEVICE;
    return count > most ? { kind: "wait", retryInMs: leftMs } : { kind: "go", failures: count - 1 };
  }

  /** How long an address, or the site it is of, has to wait. */
  async #waitOf(addressGroup: string): Promise<number | undefined> {
    const ofGroup = await this.#store.count(`from ${addressGroup}`, WINDOW_MS);
    if (ofGroup.count > PER_ADDRESS) return ofGroup.leftMs;
    const site = siteOf(addressGroup);
    if (site === undefined) return undefined;
    const ofSite = await this.#store.count(`from ${site}`, WINDOW_MS);
    return ofSite.count > SITE_HOUSEHOLDS * PER_ADDRESS ? ofSite.leftMs : undefined;
  }

  /**
   * An account was entered from an address, on a device that is new to it: whether that is one of too
   * many there within an hour, and whether the first of those.
   */
  async entered(
    addressGroup: string | undefined,
  ): Promise<"one-of-few" | "first-of-crowd" | "crowd"> {
    if (addressGroup === undefined) return "one-of-few";
    const { count } = await this.#store.count(`entered from ${addressGroup}`, CROWD_WINDOW_MS);
    if (count <= CROWD) return "one-of-few";
    return count === CROWD + 1 ? "first-of-crowd" : "crowd";
  }

  /** The password was right. What was counted for the address stays. */
  async succeeded(attempt: Attempt): Promise<void> {
    await this.#store.forgetCount(ofAccount(attempt));
  }
}

function ofAccount({ account, knownDevice }: Attempt): string {
  const from = knownDevice === undefined ? "anywhere" : hashOf(knownDevice);
  return `into ${hashOf(account)} ${from}`;
}

/** What people type into the field of the name may be their password. */
function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
