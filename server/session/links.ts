// Links: what the store knows of the connections on this node, for people to read: each is linked at
// once, and those that are over are unlinked together. Nobody is let in or kept out because of a link.

import type { Clock } from "../../shared/clock.ts";
import type { ConnectionId, SessionId } from "../../shared/ids.ts";
import type { Log } from "../log.ts";
import { type ConnectionLink, type SessionStore, StoreAway, type Unlink } from "../store/store.ts";

export interface LinksParts {
  readonly store: Pick<SessionStore, "linkConnection" | "unlinkConnections">;
  readonly clock: Clock;
  readonly log: Pick<Log, "fault">;
}

/** When a network dies, many connections are over at once: a write for each would keep a tick waiting. */
const GATHER_MS = 50;
/** Larger batches hold the loop up for longer than a tick, as with touches. */
const UNLINKS_PER_BATCH = 500;

export class Links {
  readonly #parts: LinksParts;
  readonly #linked = new Set<ConnectionId>();
  #over: Unlink[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: LinksParts) {
    this.#parts = parts;
  }

  add(session: SessionId, link: ConnectionLink): void {
    this.#linked.add(link.connection);
    this.#parts.store.linkConnection(session, link).catch(this.#failed);
  }

  /** False if it was not linked. */
  remove(unlink: Unlink): boolean {
    if (!this.#linked.delete(unlink.connection)) return false;
    if (this.#over.push(unlink) === 1) this.#parts.clock.after(GATHER_MS, () => this.#flush());
    return true;
  }

  /** Resolves when every unlink has been answered. */
  async settled(): Promise<void> {
    this.#flush();
    await this.#writing;
  }

  #flush(): void {
    const over = this.#over;
    this.#over = [];
    for (let at = 0; at < over.length; at += UNLINKS_PER_BATCH) {
      const batch = over.slice(at, at + UNLINKS_PER_BATCH);
      const write = () => this.#parts.store.unlinkConnections(batch);
      this.#writing = this.#writing.then(write).catch(this.#failed);
    }
  }

  /** A link that stays behind ends with its session; while the store is away none is written. */
  readonly #failed = (cause: unknown): void => {
    if (!(cause instanceof StoreAway)) this.#parts.log.fault("link-failed", { cause });
  };
}
