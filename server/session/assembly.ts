// Assembly: the parts of sessions put together for one node. Nothing here decides anything; whoever
// starts a server says what they stand on.

import type { Clock } from "../../shared/clock.ts";
import type { NodeId } from "../../shared/ids.ts";
import type { Random } from "../../shared/random.ts";
import type { Config } from "../config.ts";
import { addressGroup, isLoopbackHost } from "../http/address.ts";
import { type IdentityCookie, identityCookie } from "../http/cookies.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Store } from "../store/store.ts";
import { Admission } from "./admission.ts";
import { DOOR_LIMITS, type DoorLimits, Doors } from "./doors.ts";
import { deriveKeys, keptSecret } from "./keys.ts";
import { SESSION_CLOCKS, type SessionClocks } from "./session.ts";
import { Sessions } from "./sessions.ts";
import { SignIn } from "./signIn.ts";
import { StoreTime } from "./storeTime.ts";
import { openTickets, type Tickets } from "./ticket.ts";

export interface SessionOptions {
  readonly node: NodeId;
  readonly store: Store;
  readonly clock: Clock;
  /** For jitter only. */
  readonly random: Random;
  readonly config: Pick<Config, "production" | "secrets" | "dataDirectory">;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clocks?: SessionClocks;
  readonly limits?: DoorLimits;
}

export interface SessionParts {
  readonly sessions: Sessions;
  readonly admission: Admission;
  readonly tickets: Tickets;
  readonly signIn: SignIn;
  readonly cookie: IdentityCookie;
  /** What limits count an address by; undefined for who is exempt. */
  groupOf(address: string): string | undefined;
  /** Writes what is gathered. Call it when no connection is left and before the store is closed. */
  stop(): Promise<void>;
}

/** Rejects with StoreAway if the store's time cannot be had, and throws if its secret cannot be kept. */
export async function openSessions(options: SessionOptions): Promise<SessionParts> {
  const { node, store, clock, random, config, log, metrics } = options;
  const clocks = options.clocks ?? SESSION_CLOCKS;
  const keys = deriveKeys(config.secrets ?? [keptSecret(config.dataDirectory)]);
  const storeTime = new StoreTime(clock, () => store.timeMs());
  await storeTime.start();
  const cookie = identityCookie(config.production);
  const groupOf = (address: string) => {
    // Developers, tests and benches come from here, all of them from one address.
    const isExempt = !config.production && isLoopbackHost(address);
    return isExempt ? undefined : addressGroup(address);
  };
  const shared = { node, store, storeTime, clock, clocks, log, metrics, random };
  const sessions = new Sessions(shared);
  const tickets = openTickets(keys.ticket);
  const doors = new Doors(options.limits ?? DOOR_LIMITS, random);
  const tokenKeys = keys.token;
  const admission = new Admission({
    ...shared,
    ...{ sessions, doors, tickets, tokenKeys, groupOf },
    cookieIn: (header) => cookie.read(header),
  });
  const signIn = new SignIn({ ...shared, sessions, tokenKeys });
  return {
    ...{ sessions, admission, tickets, signIn, cookie, groupOf },
    async stop() {
      storeTime.stop();
      await sessions.settled();
    },
  };
}
