// People: the parts that know who somebody is, assembled: keys, sign-in, sessions, admission and
// tickets. It wires; it decides nothing itself.

import type { Clock } from "../../shared/clock.ts";
import type { NodeId } from "../../shared/ids.ts";
import type { Random } from "../../shared/random.ts";
import type { Config } from "../config.ts";
import { identityCookie } from "../http/cookies.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Store } from "../store/store.ts";
import { Admission } from "./admission.ts";
import { DOOR_LIMITS, Doors } from "./doors.ts";
import { deriveKeys, keptSecret } from "./keys.ts";
import { SESSION_CLOCKS } from "./session.ts";
import { Sessions } from "./sessions.ts";
import { SignIn } from "./signIn.ts";
import { StoreTime } from "./storeTime.ts";
import { openTickets, type Tickets } from "./ticket.ts";

export interface PeopleParts {
  readonly node: NodeId;
  readonly store: Store;
  readonly clock: Clock;
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly random: Random;
  groupOf(address: string): string | undefined;
}

export interface People {
  readonly admission: Admission;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly tickets: Tickets;
  stop(): Promise<void>;
}

/** Rejects with StoreAway if the store does not tell its time. */
export async function openPeople(parts: PeopleParts): Promise<People> {
  const { node, store, clock, config, log, metrics, random, groupOf } = parts;
  const keys = deriveKeys(config.secrets ?? [keptSecret(config.dataDirectory)]);
  const storeTime = new StoreTime(clock, () => store.timeMs());
  await storeTime.start();
  const clocks = SESSION_CLOCKS;
  const sessions = new Sessions({ store, clock, storeTime, clocks, log, metrics });
  const tickets = openTickets(keys.ticket);
  const cookie = identityCookie(config.production);
  const admission = new Admission({
    node,
    store,
    storeTime,
    clocks,
    sessions,
    doors: new Doors(DOOR_LIMITS, random),
    tokenKeys: keys.token,
    tickets,
    random,
    groupOf,
    cookieIn: (header) => cookie.read(header),
  });
  const signIn = new SignIn({
    store,
    storeTime,
    clocks,
    sessions,
    tokenKeys: keys.token,
    log,
    metrics,
  });
  return {
    admission,
    sessions,
    signIn,
    tickets,
    async stop() {
      storeTime.stop();
      await sessions.settled();
    },
  };
}
