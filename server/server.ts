// Server: assembles the parts of one node in order, and has them serve and stop. The only file that
// knows every part; it decides nothing that a part could decide.

import { type Clock, soon, systemClock } from "../shared/clock.ts";
import type { Game } from "../shared/game.ts";
import type { NodeId } from "../shared/ids.ts";
import { RULE_MS_MAX } from "../shared/limits.ts";
import { jitterRandom, randomCode } from "../shared/random.ts";
import type { Config } from "./config.ts";
import { createGate, type Gate } from "./gate/gate.ts";
import { cautionOf, configOfEnvironment, waitForStore } from "./ground.ts";
import { addressGroup, addressReader, isLoopbackHost, socketGroups } from "./http/address.ts";
import { httpApp } from "./http/app.ts";
import { Creations } from "./http/creations.ts";
import { watchForecourt } from "./http/forecourt.ts";
import { limitedBy, openLimits } from "./http/limits.ts";
import { createHttpServer } from "./http/listen.ts";
import { checkPages, readPages } from "./http/pages.ts";
import { watchProxies } from "./http/strangeProxy.ts";
import { withIdleTimes } from "./idleTimes.ts";
import { type Log, openLog } from "./log.ts";
import { type Metrics, openMetrics } from "./metrics.ts";
import { Node } from "./node/node.ts";
import { type Role, roleOf } from "./node/role.ts";
import { SeatDesk } from "./node/seatDesk.ts";
import { watchOwnCost } from "./ownCost.ts";
import { hasEnded, nameOfProcess, placeOfProcess } from "./place.ts";
import { CannotStart, cannotStart, endWith, onSignals } from "./process.ts";
import { countByGame, isStill } from "./room/hosted.ts";
import { loopGuard } from "./room/loopGuard.ts";
import { openToPlayers, type Running, stopRunning } from "./running.ts";
import { gamesByName, ownPagesFor } from "./served.ts";
import { openPeople, type People } from "./session/people.ts";
import { SESSION_CLOCKS, type SessionClocks } from "./session/session.ts";
import { sparingLog } from "./sparingLog.ts";
import { type Store, StoreAway } from "./store/store.ts";
import { supervise } from "./supervise.ts";

export interface ServerOptions {
  /**
   * What is played here, one or more, each of a name of its own. The pages' builds must have the same
   * declarations; a page that has another is told to load itself anew.
   */
  readonly games: readonly Game[];
  /**
   * Folder of the built pages to serve, read once at the start. If not given, a server of all of
   * Holdfast's games serves Holdfast's pages, and any other one none.
   */
  readonly pages?: string;
  /** What the environment says, if not given. */
  readonly config?: Config;
  /** Whether the process is the server's own: SIGTERM and SIGINT stop it. True if not given. */
  readonly signals?: boolean;
}

export interface HoldfastServer {
  /**
   * Resolves when the server takes players. If it cannot start it says why and ends the process;
   * without `signals` the process is not its own, and it rejects with the sentence.
   */
  start(): Promise<{ readonly url: string }>;
  /** Tells players to come back, writes what is not written, and lets go of everything. */
  stop(): Promise<void>;
}

const NODE_ID_LENGTH = 10;
const AWAY_REMEDY =
  "look at Redis and the way to it, or at the disk of DATA_DIR; rooms pause, and go on when it answers";

/** A server for these games. Throws a TypeError that names what is no game, and if two have the same name. */
export function createServer(options: ServerOptions): HoldfastServer {
  const games = gamesByName(options.games);
  const pages = options.pages ?? ownPagesFor(games);
  let starting: Promise<Running> | undefined;
  let stopping: Promise<void> | undefined;
  // What still starts is stopped when it has: whoever fails to start lets go of everything by itself.
  // Whoever asks again waits for the same end: a stop that has begun is not over.
  const stop = async () => {
    if (starting !== undefined) stopping = starting.then(stopRunning, () => undefined);
    starting = undefined;
    await stopping;
  };
  return {
    async start() {
      const ownsProcess = options.signals ?? true;
      try {
        checkOptions(options);
        const config = options.config ?? configOfEnvironment("The server does not start:");
        const role = roleOf(process.argv.slice(2));
        if (role.kind === "supervisor") return await supervise(role.workers, config);
        const heed = (log: Log) => (ownsProcess ? onSignals(stop, log) : undefined);
        starting = startRunning({ games, pages, role: role.kind }, config, heed);
        return { url: (await starting).door.url };
      } catch (cause) {
        if (ownsProcess) endWith(cause);
        throw cause;
      }
    },
    stop,
  };
}

/** Throws CannotStart if there is nothing to play, or no folder where one is named. */
function checkOptions({ games, pages }: ServerOptions): void {
  if (games.length === 0) throw new CannotStart("games is empty: name at least one.");
  if (pages !== undefined) checkPages(pages);
}

/** What is served: rules and the pages to play them on. */
type Served = Pick<Ground, "games" | "pages" | "role">;

/** Heeds signals as soon as something is started that a signal must not leave behind. */
async function startRunning(
  served: Served,
  config: Config,
  heed: (log: Log) => void,
): Promise<Running> {
  const games = withIdleTimes(served.games, config.idleTimes);
  const node = randomCode(NODE_ID_LENGTH) as NodeId;
  const clock = systemClock;
  const log = openLog({ level: config.logLevel, node });
  const metrics = openMetrics(watchOwnCost());
  const ownsStore = config.redisUrl === undefined;
  if (ownsStore) heed(log);
  const { kind, store, description } = await waitForStore(config, { clock, log, metrics });
  if (!ownsStore) heed(log);
  log.announce(`Store: ${description}. Node ${node} is ${nameOfProcess()}.`);
  if (served.role === "worker" && kind === "in-process") {
    await store.close();
    throw new CannotStart(
      `Workers need a Redis that they share, and there is none: ${description}`,
    );
  }
  const ground: Ground = { ...served, games, node, clock, log, metrics, store, config };
  try {
    return await startOnStore(ground);
  } catch (cause) {
    await store.close();
    throw cause instanceof StoreAway ? cannotStart(cause) : cause;
  }
}

/** What every part stands on. */
interface Ground {
  readonly node: NodeId;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly store: Store;
  readonly config: Config;
  readonly games: ReadonlyMap<string, Game>;
  /** Folder of the built pages, if there are any. */
  readonly pages: string | undefined;
  readonly role: Role["kind"];
}

async function startOnStore(ground: Ground): Promise<Running> {
  const { node, clock, log, metrics, store, config, games } = ground;
  const readiness = { serving: false, storeAway: false };
  watchStore(ground, readiness);
  const addressOf = addressReader(config.trustedProxies);
  const groupOf = groupsOf(config);
  const { allowedOrigins } = config;
  const origins = { allowed: new Set(allowedOrigins), ownHost: allowedOrigins.length === 0 };
  const seats = new SeatDesk({ ...ground, among: () => among });
  const people = await openPeople({
    ...ground,
    random: jitterRandom,
    groupOf,
    words: [...games.keys()],
    games: [...games.keys()],
    clocks: clocksOf(config),
    outside: config.outside,
    moveSeats: (from, to) => seats.move(from, to),
    rooms: seats,
  });
  const doorLog = sparingLog(log, clock);
  const among = openNode({ ...ground, log: doorLog }, people);
  const app = httpApp({
    ...ground,
    log: doorLog,
    rooms: among.rooms.lobby,
    games: [...games.values()],
    ...people,
    pages: readPages(ground.pages, { sourceMaps: !config.production }),
    origins,
    trustedProxies: config.trustedProxies,
    groupOf,
    isReady: () => readiness.serving && !readiness.storeAway,
  });
  const http = createHttpServer(app, { secure: config.production });
  const forecourt = watchForecourt(http, socketGroups(config.trustedProxies, groupOf));
  if (config.production) watchProxies(http, { ...config, log });
  const { admission, tickets, sessions: touches } = people;
  const gate = createGate({
    server: http,
    node,
    clock,
    log: doorLog,
    metrics,
    audit: people.audit,
    rooms: among.router,
    admission,
    tickets,
    touches,
    origins,
    addressOf,
    letIn: (socket) => forecourt.letIn(socket),
  });
  among.router.open(gate);
  leadToConnections(people, gate, among);
  const behind = { people, among, gate };
  const door = await openToPlayers(behind, { ...ground, http });
  readiness.serving = true;
  log.announce(`Holdfast serves ${[...games.keys()].join(", ")} on ${door.url}`);
  const caution = cautionOf(config);
  if (caution !== undefined) log.announce(caution);
  return { ...behind, log: doorLog, store, door, readiness };
}

/** The node among the others, with every room that it hosts. */
function openNode(ground: Ground, people: People): Node {
  const { node, clock, log, metrics, store, config, games } = ground;
  const groupOf = groupsOf(config);
  const { creations: own, codes } = openLimits();
  const made = new Creations({ store, own, groupOf });
  const place = placeOfProcess();
  const among = new Node({
    node,
    place,
    hasEnded: (other) => hasEnded(other, place),
    bus: store.nodes,
    store,
    clock,
    games,
    log,
    metrics,
    mayCreate: (...asked) => made.grant(...asked),
    mayNameCode: limitedBy(codes, groupOf),
    ticketReused: (identity) => people.alerts.ticketReused(identity),
    hashOf: (identity) => people.audit.hashOf(identity),
    guard: loopGuard(RULE_MS_MAX),
    seed: () => Math.floor(jitterRandom() * 2 ** 32),
    defer: soon,
  });
  metrics.rooms.ask(() => countByGame(among.rooms.hosted));
  metrics.roomsStill.ask(() => countByGame(among.rooms.hosted, isStill));
  return among;
}

/** Whoever asks whether this node is ready, and whoever looks at its log and metrics, learns of the store. */
function watchStore({ store, log, metrics }: Ground, readiness: { storeAway: boolean }): void {
  store.watch((status) => {
    readiness.storeAway = status === "away";
    metrics.storeChanges.add(status);
    log.warn(`store-${status}`, status === "away" ? { remedy: AWAY_REMEDY } : {});
  });
}

/** What happens to sessions and identities reaches their connections, here and on other nodes. */
function leadToConnections({ sessions, alerts }: People, gate: Gate, among: Node): void {
  sessions.onEnd((session, reason) => gate.closeSession(session, reason));
  sessions.onRevoke((session) => among.endSession(session, "session-revoked"));
  alerts.onAlert((identity, alert) => {
    gate.alert(identity, alert);
    among.alert(identity, alert);
  });
}

function clocksOf({ sessionLifeMs: lifeMs, sessionAbsoluteMs: absoluteMs }: Config): SessionClocks {
  return { ...SESSION_CLOCKS, lifeMs, absoluteMs };
}

/** Outside production everybody on this machine is one address, and tests open many sockets from it. */
function groupsOf({ production }: Config): (address: string) => string | undefined {
  return (address) => {
    const isExempt = !production && isLoopbackHost(address.replace(/^::ffff:/, ""));
    return isExempt ? undefined : addressGroup(address);
  };
}
