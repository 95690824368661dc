// Limits: how often one address may ask for what costs the store something. The only importer of
// rate-limiter-flexible; each node counts for itself.

import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { SITE_HOUSEHOLDS, siteOf } from "./address.ts";

/** `undefined`: granted. Otherwise how long to wait, in ms. */
export type Limit = (addressGroup: string) => Promise<number | undefined>;

export interface Limits {
  /** New guests: a school may sit behind one address, a machine that fills the store must not. */
  readonly guests: Limit;
  /** Everything that looks up a cookie. */
  readonly lookUps: Limit;
  /** New rooms, as this node knows of them: `Creations` counts over all nodes. */
  readonly creations: Limit;
  /** Joining by a code: there are 30^6 of them, and whoever guesses fast enough finds other people's rooms. */
  readonly codes: Limit;
}

const GUESTS = { points: 100, duration: 600 };
const LOOK_UPS = { points: 1_200, duration: 60 };
const CREATIONS = { points: 20, duration: 3_600 };
/** A class comes in at once; among a thousand private rooms a guess succeeds in about forty days. */
const CODES = { points: 120, duration: 600 };

export function openLimits(): Limits {
  return {
    guests: limitOf(GUESTS),
    lookUps: limitOf(LOOK_UPS),
    creations: limitOf(CREATIONS),
    codes: limitOf(CODES),
  };
}

/** The limit for an address as it counts; whoever is exempt is always granted. */
export function limitedBy(limit: Limit, groupOf: (address: string) => string | undefined): Limit {
  return async (address) => {
    const group = groupOf(address);
    return group === undefined ? undefined : limit(group);
  };
}

interface Points {
  readonly points: number;
  readonly duration: number;
}

/** What one household is refused costs the others of its site nothing. */
function limitOf({ points, duration }: Points): Limit {
  const ofGroup = counted({ points, duration });
  const ofSite = counted({ points: SITE_HOUSEHOLDS * points, duration });
  return async (group) => {
    const site = siteOf(group);
    return (await ofGroup(group)) ?? (site === undefined ? undefined : ofSite(site));
  };
}

function counted(points: Points): Limit {
  const limiter = new RateLimiterMemory(points);
  return async (name) => {
    try {
      await limiter.consume(name);
      return undefined;
    } catch (refusal) {
      // The library refuses by rejecting with what is left to wait.
      if (refusal instanceof RateLimiterRes) return refusal.msBeforeNext;
      throw refusal;
    }
  };
}
