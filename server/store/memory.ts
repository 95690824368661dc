// Memory store: the store inside this process, over maps and a clock, kept in a journal if it is given
// a directory. Nothing it decides is told before the journal has it.

import type { Clock } from "../../shared/clock.ts";
import type { IdentityId, NodeId, RoomId, SessionId } from "../../shared/ids.ts";
import { randomSecret } from "../../shared/random.ts";
import type { AuditEntry } from "../identity/record.ts";
import type {
  CookieRecord,
  IdentityRecord,
  SessionRecord,
  SessionTombstone,
} from "../session/record.ts";
import { type Decision, type Fact, simply } from "./facts.ts";
import type { Journal } from "./journal.ts";
import { MemoryMaps } from "./memoryMaps.ts";
import { MemoryNodes } from "./memoryNodes.ts";
import { type Seal, UNSEALED } from "./seal.ts";
import type { ConnectionLink, Touch, Unlink } from "./sessionStore.ts";
import {
  type Append,
  type AppendOutcome,
  type LogPlace,
  type RemovalNote,
  type Store,
  StoreAway,
} from "./store.ts";

export interface MemoryStoreOptions {
  /** Its wall clock is the store's time. */
  readonly clock: Clock;
  /** How what is known of people is kept in the journal; as it is if not given. */
  readonly seal?: Seal;
  /** Where the journal is kept; without one nothing outlives the store. */
  readonly directory?: string;
  /** Length from which the journal may be written anew, in bytes; the journal's own choice if not given. */
  readonly rewriteBytesMin?: number;
}

/**
 * Opens the in-process store. With a directory it holds what an earlier process left there, and the
 * directory is its own until `close`: rejects with DirectoryHeld if another process has it, and with
 * StoreDamaged if what is there is not what was written. Without one it begins and ends empty.
 */
export async function openMemoryStore(options: MemoryStoreOptions): Promise<Store> {
  const { clock, directory, rewriteBytesMin } = options;
  const memory = new MemoryMaps(clock, options.seal ?? UNSEALED);
  if (directory === undefined) return memoryStoreOver(memory);
  const watchers: Watchers = new Set();
  // Imported only here: without a directory the store runs where there are no files.
  const { openJournal } = await import("./journal.ts");
  const journal = await openJournal({
    directory,
    clock,
    ...(rewriteBytesMin === undefined ? {} : { rewriteBytesMin }),
    restore: (record) => memory.restore(record),
    capture: () => memory.capture(),
    tell: (status) => {
      for (const watcher of watchers) watcher(status);
    },
  });
  return new MemoryStore(memory, { journal, directory, watchers });
}

/** The in-process store over maps that the caller keeps, and may begin anew without what they last took. */
export function memoryStoreOver(memory: MemoryMaps): Store {
  return new MemoryStore(memory, undefined);
}

type Watchers = Set<(status: "away" | "back") => void>;

/** What outlives the process, and who wants to know when it cannot. */
interface Kept {
  readonly journal: Journal;
  readonly directory: string;
  readonly watchers: Watchers;
}

type Decide<T> = (nowMs: number) => Decision<T, Fact>;

class MemoryStore implements Store {
  readonly nodes = new MemoryNodes(() => this.#memory.nowMs());
  readonly incarnation: string;
  readonly description: string;
  readonly #memory: MemoryMaps;
  readonly #kept: Kept | undefined;
  readonly #watchers: Watchers;
  #isClosed = false;

  constructor(memory: MemoryMaps, kept: Kept | undefined) {
    this.#memory = memory;
    this.#kept = kept;
    this.#watchers = kept?.watchers ?? new Set();
    this.incarnation = kept?.journal.incarnation ?? randomSecret(24);
    this.description =
      kept === undefined
        ? "in-process store without a file: does not survive the end of this process"
        : `in-process store in ${kept.directory}, one process only: survives a kill and a power cut, not the loss of its disk`;
  }

  async timeMs(): Promise<number> {
    return this.#memory.nowMs();
  }

  watch(watcher: (status: "away" | "back") => void): () => void {
    const own = (status: "away" | "back") => watcher(status);
    this.#watchers.add(own);
    return () => void this.#watchers.delete(own);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#kept?.journal.close();
  }

  createRoom(room: RoomId, node: NodeId, snapshot: Uint8Array) {
    return this.#keep((nowMs) => this.#memory.rooms.create(room, node, { snapshot, nowMs }));
  }

  async append(entries: readonly Append[]): Promise<readonly AppendOutcome[]> {
    try {
      const outcomes = entries.map((entry) => this.#become(() => this.#memory.rooms.append(entry)));
      await this.#kept?.journal.flushed();
      return outcomes;
    } catch (cause) {
      if (!(cause instanceof StoreAway)) throw cause;
      return entries.map(() => ({ kind: "unknown", cause: cause.message }));
    }
  }

  logTop(room: RoomId) {
    return this.#look(() => this.#memory.rooms.topOf(room));
  }

  loadRoom(room: RoomId) {
    return this.#look(() => this.#memory.rooms.load(room));
  }

  claimRoom(room: RoomId, node: NodeId, expectedEpoch: number) {
    return this.#keep((nowMs) => this.#memory.rooms.claim(room, node, { expectedEpoch, nowMs }));
  }

  reseedRoom: Store["reseedRoom"] = (...of) =>
    this.#keep((nowMs) => this.#memory.rooms.reseed(nowMs, ...of));
  keepSnapshot(room: RoomId, place: LogPlace, bytes: Uint8Array) {
    return this.#keep((nowMs) => this.#memory.rooms.keepSnapshot(nowMs, room, { ...place, bytes }));
  }

  removeRoom(room: RoomId, note?: RemovalNote) {
    return this.#keep((nowMs) => this.#memory.rooms.remove(nowMs, room, note));
  }
  whyRemoved: Store["whyRemoved"] = (room) =>
    this.#look((nowMs) => this.#memory.rooms.listings.whyRemoved(nowMs, room));
  listRoom: Store["listRoom"] = (listing) => this.#keep(() => this.#memory.rooms.list(listing));
  listingOf: Store["listingOf"] = (room) => this.#look(() => this.#memory.rooms.listings.of(room));
  rooms: Store["rooms"] = () => this.#look(() => this.#memory.rooms.listings.inPlay());
  dueRooms: Store["dueRooms"] = () => this.#look((nowMs) => this.#memory.rooms.listings.due(nowMs));
  roomByCode: Store["roomByCode"] = (code) =>
    this.#look((nowMs) => this.#memory.rooms.listings.byCode(nowMs, code));
  linkSeat: Store["linkSeat"] = (...of) =>
    this.#keep((nowMs) => this.#memory.rooms.link(nowMs, ...of));

  unlinkSeat: Store["unlinkSeat"] = (...of) => this.#keep(() => this.#memory.rooms.unlink(...of));

  seatsOf(identity: IdentityId) {
    return this.#look((nowMs) => this.#memory.rooms.seatsOf(nowMs, identity));
  }
  readShelf: Store["readShelf"] = (...of) =>
    this.#look((nowMs) => this.#memory.rooms.shelves.read(nowMs, ...of));
  replaceShelf: Store["replaceShelf"] = (...of) =>
    this.#keep((nowMs) => this.#memory.rooms.shelves.replace(nowMs, ...of));

  createIdentity(identity: IdentityRecord) {
    return this.#keep(() => simply({ fact: "identity", identity }));
  }

  readIdentity(identity: IdentityId) {
    return this.#look((nowMs) => this.#memory.identities.read(identity, nowMs));
  }

  writeIdentity: Store["writeIdentity"] = (identity, read) =>
    this.#keep((nowMs) => this.#memory.identities.write(identity, read, nowMs));

  keepCookie(cookie: CookieRecord) {
    return this.#keep((nowMs) => this.#memory.identities.keepCookie(cookie, nowMs));
  }

  useCookie(cookieHash: string) {
    return this.#keep((nowMs) => this.#memory.identities.useCookie(cookieHash, nowMs));
  }

  removeCookie(cookieHash: string) {
    return this.#keep(() => simply({ fact: "cookie-removed", hash: cookieHash }));
  }

  cookiesOf(identity: IdentityId) {
    return this.#look((nowMs) => this.#memory.identities.cookiesOf(identity, nowMs));
  }

  createAccount: Store["createAccount"] = (account) =>
    this.#keep(() => this.#memory.identities.createAccount(account));
  readAccount: Store["readAccount"] = (name) =>
    this.#look(() => this.#memory.identities.account(name));
  writeAccount: Store["writeAccount"] = (...of) =>
    this.#keep(() => this.#memory.identities.writeAccount(...of));
  noteForgetting: Store["noteForgetting"] = (...of) =>
    this.#keep(() => this.#memory.identities.noteForgetting(...of));
  forgettings: Store["forgettings"] = (sinceMs) =>
    this.#look(() => this.#memory.identities.forgettings(sinceMs));
  endForgetting: Store["endForgetting"] = (identity) =>
    this.#keep(() => simply({ fact: "forgetting-ended", identity }));

  count(what: string, windowMs: number) {
    return this.#keep((nowMs) => this.#memory.identities.count(what, windowMs, nowMs));
  }

  forgetCount(what: string) {
    return this.#keep(() => simply({ fact: "count-forgotten", what }));
  }

  revocationsSince(place: string | undefined) {
    return this.#look(() => this.#memory.sessions.revocationsSince(place));
  }

  noteAudit(entry: AuditEntry) {
    return this.#keep(() => simply({ fact: "audited", entry }));
  }

  auditTail(limit: number) {
    return this.#look(() => this.#memory.identities.auditTail(limit));
  }

  openSession(session: SessionRecord, lifeMs: number) {
    return this.#keep((nowMs) => this.#memory.sessions.open(session, lifeMs, nowMs));
  }

  readSession(session: SessionId) {
    return this.#look((nowMs) => this.#memory.sessions.read(session, nowMs));
  }

  sessionsOf(identity: IdentityId) {
    return this.#look((nowMs) => this.#memory.sessions.sessionsOf(identity, nowMs));
  }

  async touch(touches: readonly Touch[]) {
    const outcomes = touches.map((touch) =>
      this.#become((nowMs) => this.#memory.sessions.touch(touch, nowMs)),
    );
    await this.#kept?.journal.flushed();
    return outcomes;
  }

  linkConnection(session: SessionId, link: ConnectionLink) {
    return this.#keep((nowMs) => this.#memory.sessions.link(session, link, nowMs));
  }

  async unlinkConnections(unlinks: readonly Unlink[]) {
    for (const { session, connection } of unlinks)
      this.#become(() => this.#memory.sessions.unlink(session, connection));
    await this.#kept?.journal.flushed();
  }

  revokeSession(session: SessionId, { reason }: SessionTombstone, tombstoneMs: number) {
    return this.#keep((nowMs) =>
      this.#memory.sessions.revoke(session, { reason, untilMs: nowMs + tombstoneMs }),
    );
  }

  isRevoked(session: SessionId) {
    return this.#look((nowMs) => this.#memory.sessions.isRevoked(session, nowMs));
  }

  /** Decides, makes it true and tells it once it is durable. */
  async #keep<T>(decide: Decide<T>): Promise<T> {
    const outcome = this.#become(decide);
    await this.#kept?.journal.flushed();
    return outcome;
  }

  /** What is seen may have been decided a moment ago: it is told once that is durable. */
  #look<T>(see: (nowMs: number) => T): Promise<T> {
    return this.#keep((nowMs) => ({ outcome: see(nowMs), facts: [] }));
  }

  /** Decides and makes it true in memory, in one turn of the loop. */
  #become<T>(decide: Decide<T>): T {
    if (this.#isClosed) throw new StoreAway("the store is closed");
    this.#kept?.journal.check();
    const nowMs = this.#memory.nowMs();
    this.#memory.forgetEnded(nowMs);
    const { outcome, facts } = decide(nowMs);
    for (const fact of facts) this.#memory.apply(fact);
    this.#kept?.journal.append(facts.map((fact) => this.#memory.encode(fact)));
    return outcome;
  }
}
