// Links: what the store knows of the connections on this node, for people to read: each is linked at
// once, and those that are over are unlinked together. Nobody is let in or kept out because of a link.

import type { Clock } from "../../shared/clock.ts";
import type { ConnectionId, SessionId } from "../../shared/ids.ts";
import type { Log } from "../log.ts";
import type { ConnectionLink, SessionStore, Unlink } from "../store/sessionStore.ts";
import { StoreAway } from "../store/store.ts";
import { Gathering } from "./gathering.ts";

export interface LinksParts {
  readonly store: Pick<SessionStore, "linkConnection" | "unlinkConnections">;
  readonly clock: Clock;
  readonly log: Pick<Log, "fault">;
}

export class Links {
  readonly #parts: LinksParts;
  readonly #linked = new Set<ConnectionId>();
  /** When a network dies, many connections are over at once: a write for each would keep a tick waiting. */
  readonly #over: Gathering<Unlink>;

  constructor(parts: LinksParts) {
    this.#parts = parts;
    const { clock, store } = parts;
    const write = (batch: readonly Unlink[]) => store.unlinkConnections(batch).catch(this.#failed);
    this.#over = new Gathering({ clock, write });
  }

  add(session: SessionId, link: ConnectionLink): void {
    this.#linked.add(link.connection);
    this.#parts.store.linkConnection(session, link).catch(this.#failed);
  }

  /** False if it was not linked. */
  remove(unlink: Unlink): boolean {
    if (!this.#linked.delete(unlink.connection)) return false;
    this.#over.add(unlink);
    return true;
  }

  /** Resolves when every unlink has been answered. */
  async settled(): Promise<void> {
    await this.#over.settled();
  }

  /** A link that stays behind ends with its session; while the store is away none is written. */
  readonly #failed = (cause: unknown): void => {
    if (!(cause instanceof StoreAway)) this.#parts.log.fault("link-failed", { cause });
  };
}
