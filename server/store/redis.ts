// Redis store: rooms and sessions in a Redis that somebody runs. It puts the parts together and lets
// go of them; what it answers, they answer.

import type { Clock } from "../../shared/clock.ts";
import { Cluster } from "./cluster.ts";
import { Damages } from "./damages.ts";
import type { IdentityStore } from "./identityStore.ts";
import { Incarnation } from "./incarnation.ts";
import { type Keys, keysWith } from "./keys.ts";
import type { NodeStore } from "./nodeStore.ts";
import { outlast } from "./patience.ts";
import { Pulse } from "./pulse.ts";
import { RedisConnection } from "./redisConnection.ts";
import { RedisIdentities } from "./redisIdentities.ts";
import { RedisLog } from "./redisLog.ts";
import { RedisNodes } from "./redisNodes.ts";
import { RedisRooms } from "./redisRooms.ts";
import { describeRedis, refuseUnfit } from "./redisServer.ts";
import { RedisSessions } from "./redisSessions.ts";
import { RedisShelves } from "./redisShelves.ts";
import { nameOfAddress, type RedisAddress } from "./redisUrl.ts";
import { listOf, numberOf } from "./replies.ts";
import { type Seal, UNSEALED } from "./seal.ts";
import { checkSeal } from "./sealMark.ts";
import type { SessionStore } from "./sessionStore.ts";
import { Shards, singleServer, type Topology } from "./shards.ts";
import { type RoomStore, type Store, StoreAway } from "./store.ts";

/** What an operator wants to know of a Redis. */
export interface StoreEars {
  /** Hears the first word of each refusal. */
  refused(code: string): void;
  /** Hears, once each, of what cannot be read and is left out. */
  damaged(what: string): void;
  /** Hears again and again, as long as the store is not opened, what is in the way. */
  missed?(why: string): void;
}

export interface RedisStoreOptions {
  readonly address: RedisAddress;
  readonly keyPrefix: string;
  readonly clock: Clock;
  /** How what is known of people is kept; as it is if not given. */
  readonly seal?: Seal;
  /** How long to wait for Redis at first, in ms; 15 s if not given. */
  readonly openMs?: number;
  /** What to call this Redis; its address if not given. */
  readonly where?: string;
  readonly hear?: StoreEars | undefined;
  /** Done once the store has let go of its connections. */
  readonly afterClose?: () => Promise<void>;
}

/**
 * Connects and looks at what is there. Rejects with StoreAway if Redis does not answer in time, and
 * with RedisUnfit if it must not be used. The log has connections of its own: nothing large or slow
 * stands before a commit, and nothing else is given up when an append is not answered.
 */
export async function openRedisStore(options: RedisStoreOptions): Promise<Store> {
  const { address, keyPrefix, clock, where = nameOfAddress(address) } = options;
  let pulse: Pulse | undefined;
  let rooms: RedisLog | undefined;
  const onChange = () => {
    rooms?.distrust();
    pulse?.changed();
  };
  const connect = (name: string) =>
    topologyOf(address, { name: `holdfast-${name}`, clock, onChange });
  const { hear } = options;
  const log = new Shards(connect("log"), hear?.refused);
  const records = new Shards(connect("records"), hear?.refused);
  const keys = keysWith(keyPrefix);
  // What nodes say to one another is not watched: it numbers itself.
  const nodes = new RedisNodes(
    (ears) => topologyOf(address, { name: "holdfast-nodes", clock, ...ears }),
    keys,
    clock,
  );
  const incarnation = new Incarnation(records, keys, clock);
  rooms = new RedisLog(log, keys, incarnation);
  const topologies = [log.topology, records.topology];
  const { afterClose, seal = UNSEALED } = options;
  try {
    const look = async () => {
      checkReady(topologies, address);
      await refuseUnfit(records.topology);
      await incarnation.observe();
      if (seal !== UNSEALED) await checkSeal(records, keys.seal, seal);
      return await describeRedis(records.topology, where);
    };
    const description = await outlast(look, { clock, forMs: options.openMs, missed: hear?.missed });
    pulse = new Pulse({ clock, topologies, look: () => incarnation.observe() });
    const damages = new Damages(hear?.damaged);
    const about = { rooms, incarnation, pulse, description, keys, seal, damages, afterClose };
    return new RedisStore({ log, records, nodes, ...about });
  } catch (error) {
    await Promise.all([log.close(), records.close(), nodes.close()]);
    throw error;
  }
}

interface RedisStoreParts {
  readonly log: Shards;
  readonly rooms: RedisLog;
  readonly records: Shards;
  readonly nodes: RedisNodes;
  readonly incarnation: Incarnation;
  readonly pulse: Pulse;
  readonly description: string;
  readonly keys: Keys;
  readonly seal: Seal;
  readonly damages: Damages;
  readonly afterClose: (() => Promise<void>) | undefined;
}

class RedisStore implements Store {
  readonly description: string;
  readonly #parts: RedisStoreParts;
  readonly #rooms: RedisRooms;
  readonly #shelves: RedisShelves;
  readonly #sessions: SessionStore;
  readonly #people: IdentityStore;
  #closed: Promise<void> | undefined;

  constructor(parts: RedisStoreParts) {
    const { rooms, records, incarnation, keys, seal, damages } = parts;
    this.description = parts.description;
    this.#parts = parts;
    this.#rooms = new RedisRooms({ log: rooms, shards: records, keys, damages });
    this.#shelves = new RedisShelves(records, keys, seal);
    this.#sessions = new RedisSessions({ shards: records, keys, incarnation, seal, damages });
    this.#people = new RedisIdentities({ shards: records, keys, seal, damages });
  }

  get nodes(): NodeStore {
    return this.#parts.nodes;
  }

  get incarnation(): string {
    return this.#parts.incarnation.name;
  }

  async timeMs(): Promise<number> {
    const { records, keys } = this.#parts;
    const [seconds, micros] = listOf(await records.callAt(keys.mark(0), "TIME"));
    return numberOf(seconds) * 1_000 + Math.floor(numberOf(micros) / 1_000);
  }

  watch(listener: (status: "away" | "back") => void): () => void {
    return this.#parts.pulse.watch(listener);
  }

  close(): Promise<void> {
    this.#closed ??= this.#letGo();
    return this.#closed;
  }

  async #letGo(): Promise<void> {
    const { pulse, log, records, nodes, afterClose } = this.#parts;
    pulse.end();
    await Promise.all([log.close(), records.close(), nodes.close()]);
    await afterClose?.();
  }

  createRoom: RoomStore["createRoom"] = (...of) => this.#rooms.createRoom(...of);
  append: RoomStore["append"] = (entries) => this.#rooms.append(entries);
  logTop: RoomStore["logTop"] = (room) => this.#rooms.logTop(room);
  loadRoom: RoomStore["loadRoom"] = (room) => this.#rooms.loadRoom(room);
  claimRoom: RoomStore["claimRoom"] = (...of) => this.#rooms.claimRoom(...of);
  reseedRoom: RoomStore["reseedRoom"] = (...of) => this.#rooms.reseedRoom(...of);
  keepSnapshot: RoomStore["keepSnapshot"] = (...of) => this.#rooms.keepSnapshot(...of);
  removeRoom: RoomStore["removeRoom"] = (...of) => this.#rooms.removeRoom(...of);
  whyRemoved: RoomStore["whyRemoved"] = (room) => this.#rooms.whyRemoved(room);
  dueRooms: RoomStore["dueRooms"] = () => this.#rooms.dueRooms();
  listRoom: RoomStore["listRoom"] = (listing) => this.#rooms.listRoom(listing);
  listingOf: RoomStore["listingOf"] = (room) => this.#rooms.listingOf(room);
  rooms: RoomStore["rooms"] = () => this.#rooms.rooms();
  roomByCode: RoomStore["roomByCode"] = (code) => this.#rooms.roomByCode(code);
  linkSeat: RoomStore["linkSeat"] = (...of) => this.#rooms.linkSeat(...of);
  unlinkSeat: RoomStore["unlinkSeat"] = (...of) => this.#rooms.unlinkSeat(...of);
  seatsOf: RoomStore["seatsOf"] = (identity) => this.#rooms.seatsOf(identity);
  readShelf: RoomStore["readShelf"] = (...of) => this.#shelves.readShelf(...of);
  replaceShelf: RoomStore["replaceShelf"] = (...of) => this.#shelves.replaceShelf(...of);

  createIdentity: IdentityStore["createIdentity"] = (of) => this.#people.createIdentity(of);
  readIdentity: IdentityStore["readIdentity"] = (id) => this.#people.readIdentity(id);
  writeIdentity: IdentityStore["writeIdentity"] = (...of) => this.#people.writeIdentity(...of);
  keepCookie: IdentityStore["keepCookie"] = (cookie) => this.#people.keepCookie(cookie);
  useCookie: IdentityStore["useCookie"] = (hash) => this.#people.useCookie(hash);
  removeCookie: IdentityStore["removeCookie"] = (hash) => this.#people.removeCookie(hash);
  cookiesOf: IdentityStore["cookiesOf"] = (identity) => this.#people.cookiesOf(identity);
  createAccount: IdentityStore["createAccount"] = (of) => this.#people.createAccount(of);
  readAccount: IdentityStore["readAccount"] = (name) => this.#people.readAccount(name);
  writeAccount: IdentityStore["writeAccount"] = (...of) => this.#people.writeAccount(...of);
  noteForgetting: IdentityStore["noteForgetting"] = (...of) => this.#people.noteForgetting(...of);
  forgettings: IdentityStore["forgettings"] = (sinceMs) => this.#people.forgettings(sinceMs);
  endForgetting: IdentityStore["endForgetting"] = (id) => this.#people.endForgetting(id);
  count: IdentityStore["count"] = (...of) => this.#people.count(...of);
  forgetCount: IdentityStore["forgetCount"] = (what) => this.#people.forgetCount(what);
  revocationsSince: IdentityStore["revocationsSince"] = (place) =>
    this.#people.revocationsSince(place);
  noteAudit: IdentityStore["noteAudit"] = (entry) => this.#people.noteAudit(entry);
  auditTail: IdentityStore["auditTail"] = (limit) => this.#people.auditTail(limit);

  openSession: SessionStore["openSession"] = (...of) => this.#sessions.openSession(...of);
  readSession: SessionStore["readSession"] = (session) => this.#sessions.readSession(session);
  sessionsOf: SessionStore["sessionsOf"] = (identity) => this.#sessions.sessionsOf(identity);
  touch: SessionStore["touch"] = (touches) => this.#sessions.touch(touches);
  linkConnection: SessionStore["linkConnection"] = (...of) => this.#sessions.linkConnection(...of);
  unlinkConnections: SessionStore["unlinkConnections"] = (unlinks) =>
    this.#sessions.unlinkConnections(unlinks);
  revokeSession: SessionStore["revokeSession"] = (...of) => this.#sessions.revokeSession(...of);
  isRevoked: SessionStore["isRevoked"] = (session) => this.#sessions.isRevoked(session);
}

interface ConnectOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly onChange: () => void;
  readonly onMessage?: (channel: string, message: Uint8Array) => void;
}

/** The servers of an address, as one; connects at once. */
export function topologyOf(address: RedisAddress, options: ConnectOptions): Topology {
  if (address.kind === "cluster") return new Cluster(address, options);
  return singleServer(new RedisConnection(address, options));
}

/** Throws StoreAway if one of these is not ready. */
function checkReady(topologies: readonly Topology[], address: RedisAddress): void {
  const away = topologies.find(({ isReady }) => !isReady);
  if (away !== undefined)
    throw new StoreAway(`no Redis at ${nameOfAddress(address)}: ${away.trouble}`);
}
