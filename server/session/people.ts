// People: the parts that know who somebody is, assembled: keys, sign-in, sessions, admission and
// tickets. It wires; it decides nothing itself.

import type { Clock } from "../../shared/clock.ts";
import type { IdentityId, NodeId } from "../../shared/ids.ts";
import type { Random } from "../../shared/random.ts";
import type { Config, OutsideConfig } from "../config.ts";
import { type IdentityCookie, identityCookie } from "../http/cookies.ts";
import { Accounts, type AccountsParts } from "../identity/accounts.ts";
import { Alerts } from "../identity/alerts.ts";
import { Attempts } from "../identity/attempts.ts";
import { Audit } from "../identity/audit.ts";
import { Belongings } from "../identity/belongings.ts";
import { Forgetting } from "../identity/forgetting.ts";
import { HandOff } from "../identity/handOff.ts";
import { Moderation, type RoomsSeen } from "../identity/moderation.ts";
import { Ownership } from "../identity/ownership.ts";
import { type PasswordCost, Passwords } from "../identity/password.ts";
import { PasswordProof } from "../identity/passwordProof.ts";
import { type NewOwner, Takeovers } from "../identity/takeovers.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { outlast } from "../store/patience.ts";
import type { Store } from "../store/store.ts";
import { Admission } from "./admission.ts";
import { Browsers } from "./browsers.ts";
import { DOOR_LIMITS, type DoorLimits, Doors } from "./doors.ts";
import { keysOf } from "./keys.ts";
import { Links } from "./links.ts";
import { type OutsideIssuer, openOutsideIssuer } from "./outsideIssuer.ts";
import { Restoring } from "./restoring.ts";
import { Revocations } from "./revocations.ts";
import { SESSION_CLOCKS, type SessionClocks } from "./session.ts";
import { Sessions } from "./sessions.ts";
import { SignIn } from "./signIn.ts";
import { StoreTime } from "./storeTime.ts";
import { openTickets, type Tickets } from "./ticket.ts";

export interface PeopleParts {
  readonly node: NodeId;
  readonly store: Store;
  readonly clock: Clock;
  readonly config: Pick<Config, "production" | "secrets" | "dataDirectory">;
  readonly log: Log;
  readonly metrics: Metrics;
  /** For jitter only. */
  readonly random: Random;
  readonly clocks?: SessionClocks;
  readonly limits?: DoorLimits;
  readonly outside?: OutsideConfig | undefined;
  readonly passwordCost?: PasswordCost;
  /** Words that anybody would try first as a password here, such as the names of games. */
  readonly words?: readonly string[];
  /** Names of the games that may keep progress. */
  readonly games?: readonly string[];
  /** What limits count an address by; undefined for who is exempt. */
  groupOf(address: string): string | undefined;
  /** See `TakeoversParts.moveSeats`; without it there are no seats. */
  moveSeats?(from: IdentityId, to: NewOwner): Promise<boolean>;
  /** Without it there are no rooms. */
  readonly rooms?: RoomsSeen;
}

export interface People {
  readonly admission: Admission;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly accounts: Accounts;
  readonly alerts: Alerts;
  readonly audit: Audit;
  /** Who vouches for people besides us, if somebody does. */
  readonly outside: OutsideIssuer | undefined;
  readonly ownership: Ownership;
  readonly moderation: Moderation;
  readonly belongings: Belongings;
  readonly handOff: HandOff;
  readonly tickets: Tickets;
  readonly cookie: IdentityCookie;
  /** The store's time, in ms. */
  nowMs(): number;
  /** Writes what is gathered. To be called when no connection is left, before the store is closed. */
  stop(): Promise<void>;
}

const NO_ROOMS: RoomsSeen = {
  putOut: async () => "room-unknown",
  seatsIn: async () => undefined,
};

/** Rejects with StoreAway if the store does not tell its time for 15 s; throws if its secret cannot be kept or an issuer's keys not be used. */
export async function openPeople(parts: PeopleParts): Promise<People> {
  const { node, store, clock, config, log, metrics, random, groupOf } = parts;
  const { clocks = SESSION_CLOCKS, limits = DOOR_LIMITS, rooms = NO_ROOMS, games = [] } = parts;
  const keys = keysOf(config);
  const outside = parts.outside === undefined ? undefined : openOutsideIssuer(parts.outside);
  const storeTime = new StoreTime(clock, log, () => store.timeMs());
  await outlast(() => storeTime.start(), { clock });
  const sessions = new Sessions({ store, clock, storeTime, clocks, log, metrics });
  const restoring = new Restoring({ store, clock, storeTime, clocks, sessions, log });
  restoring.start();
  const revoked: Sessions["revoked"] = (ended) => {
    restoring.forget(ended);
    sessions.revoked(ended);
  };
  const revocations = new Revocations({ store, clock, log, revoked });
  revocations.start();
  sessions.onRevoke((session) => restoring.forget([session]));
  const tickets = openTickets(keys.ticket);
  const cookie = identityCookie(config.production);
  const links = new Links({ store, clock, log });
  const admission = new Admission({
    node,
    store,
    clock,
    storeTime,
    clocks,
    sessions,
    tickets,
    random,
    metrics,
    groupOf,
    doors: new Doors(limits, random),
    links,
    tokenKeys: keys.token,
    cookieIn: (header) => cookie.read(header),
    mayReturn: () => restoring.mayReturn,
  });
  const ground = { store, storeTime, clocks, sessions, log, metrics };
  const browsers = new Browsers({ ...ground, tokenKeys: keys.token });
  const moveSeats = parts.moveSeats ?? (async () => true);
  const takeovers = new Takeovers({ ...ground, clock, browsers, moveSeats });
  const signIn = new SignIn({ ...ground, browsers, takeovers });
  const audit = new Audit({ node, store, storeTime, key: keys.audit.newest, log });
  sessions.onEnd((session, reason) => {
    // What is revoked is noted by whoever revokes it.
    if (reason === "session-ended") audit.note("session_expired", { session });
  });
  const alerts = new Alerts({ ...ground, audit });
  const accounts = openAccounts(parts, { store, storeTime, browsers, audit, alerts, takeovers });
  const forgetting = new Forgetting({ ...ground, clock, browsers, audit, games });
  forgetting.start();
  return {
    admission,
    sessions,
    signIn,
    accounts,
    alerts,
    audit,
    outside,
    ownership: new Ownership({ ...ground, browsers, audit }),
    handOff: new HandOff({ store, storeTime, browsers, audit }),
    belongings: new Belongings({ ...ground, browsers, accounts, audit, rooms, games, forgetting }),
    moderation: new Moderation({ store, storeTime, browsers, audit, alerts, rooms }),
    tickets,
    cookie,
    nowMs: () => storeTime.nowMs(),
    async stop() {
      storeTime.stop();
      revocations.stop();
      restoring.stop();
      forgetting.stop();
      takeovers.stop();
      await Promise.all([sessions.settled(), links.settled()]);
    },
  };
}

/** Accounts, and what guards their passwords. */
function openAccounts(
  { passwordCost, words = [] }: PeopleParts,
  parts: Omit<AccountsParts, "passwords" | "attempts" | "proof" | "words">,
): Accounts {
  const { store, audit } = parts;
  const passwords = new Passwords(passwordCost);
  const attempts = new Attempts(store);
  const proof = new PasswordProof({ store, audit, passwords, attempts });
  return new Accounts({ ...parts, passwords, attempts, proof, words: ["holdfast", ...words] });
}
