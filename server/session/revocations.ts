// Revocations: reads the store's stream of revoked sessions every few seconds, so that a session ends
// on every node soon even when nobody tells it and nobody touches it. It revokes nothing itself.

import type { Cancel, Clock } from "../../shared/clock.ts";
import type { SessionId } from "../../shared/ids.ts";
import type { Log } from "../log.ts";
import type { IdentityStore } from "../store/identityStore.ts";
import { StoreAway } from "../store/store.ts";

export interface RevocationsParts {
  readonly store: Pick<IdentityStore, "revocationsSince">;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends these sessions as far as they are here. */
  revoked(sessions: readonly SessionId[]): void;
}

/** Twice this is less than the ten seconds within which a revocation holds everywhere. */
export const READ_EVERY_MS = 4_000;

export class Revocations {
  readonly #parts: RevocationsParts;
  /** Undefined until the store has told where its stream ends. */
  #place: string | undefined;
  #cancel: Cancel | undefined;
  #isStopped = false;

  constructor(parts: RevocationsParts) {
    this.#parts = parts;
  }

  /** Begins to read: what was revoked before is found in the store by whoever comes. */
  start(): void {
    this.#read().then(
      () => this.#again(),
      (cause: unknown) => {
        // While the store is away nobody is revoked, and its tombstones are kept for later.
        if (!(cause instanceof StoreAway)) this.#parts.log.fault("revocations-failed", { cause });
        this.#again();
      },
    );
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  async #read(): Promise<void> {
    for (let isMore = true; isMore; ) {
      const { place, sessions } = await this.#parts.store.revocationsSince(this.#place);
      this.#place = place;
      this.#parts.revoked(sessions);
      isMore = sessions.length > 0;
    }
  }

  #again(): void {
    if (this.#isStopped) return;
    this.#cancel = this.#parts.clock.after(READ_EVERY_MS, () => this.start());
  }
}
