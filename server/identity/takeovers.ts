// Takeovers: finishes what a guest's sign-in to an account begins: the guest's seats become the
// player's, and what proved the guest ends. Until that is done it stands in the player's record, so that
// whoever sees the player next takes it up. It moves no seat itself and never undoes a sign-in.

import { type Clock, pause } from "../../shared/clock.ts";
import type { IdentityId } from "../../shared/ids.ts";
import type { Log } from "../log.ts";
import type { Bearer, Browsers } from "../session/browsers.ts";
import type { IdentityRecord } from "../session/record.ts";
import type { StoreTime } from "../session/storeTime.ts";
import type { IdentityStore } from "../store/identityStore.ts";
import { StoreAway } from "../store/store.ts";
import { changeIdentity, withNewRevision } from "./change.ts";
import type { Takeover } from "./record.ts";

/** To whom seats go. */
export type NewOwner = Pick<IdentityRecord, "id" | "name">;

export interface TakeoversParts {
  readonly store: IdentityStore;
  readonly storeTime: Pick<StoreTime, "nowMs">;
  readonly clock: Pick<Clock, "after">;
  readonly browsers: Browsers;
  readonly log: Log;
  /** Asks each room to pass the seat on; true if every room that had one has done so. May be repeated. */
  moveSeats(from: IdentityId, to: NewOwner): Promise<boolean>;
}

/** A room commits within some of these; one whose host died is taken over within a few seconds. */
const LOOKS_MS = [25, 50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800] as const;
/** Whoever signs in waits so long for the seats, which a page resumes with the answer; then it goes on behind. */
const PATIENCE_MS = 1_500;
/** A room that has not passed a seat on in a day never will. */
const GIVEN_UP_MS = 24 * 60 * 60_000;

/** What a browser's sign-in to an account leaves to be done; undefined if it was nobody or no guest. */
export function takeoverOf(
  bearer: Bearer | undefined,
  player: Pick<IdentityRecord, "id">,
  nowMs: number,
): Takeover | undefined {
  if (bearer?.identity.role !== "guest" || bearer.identity.id === player.id) return undefined;
  return { guest: bearer.identity.id, sinceMs: nowMs };
}

export class Takeovers {
  readonly #parts: TakeoversParts;
  readonly #running = new Map<IdentityId, Promise<void>>();
  #isStopped = false;

  constructor(parts: TakeoversParts) {
    this.#parts = parts;
  }

  /** Goes on with what is not done. Resolves when it is, or when it takes long; never rejects. */
  async takeUp(player: IdentityRecord): Promise<void> {
    if (player.takesOver === undefined) return;
    const running = this.#running.get(player.id) ?? this.#begin(player, player.takesOver);
    let cancel = () => undefined as void;
    const late = new Promise<void>((resolve) => {
      cancel = this.#parts.clock.after(PATIENCE_MS, resolve);
    });
    await Promise.race([running, late]);
    cancel();
  }

  /** What is not done is left to whoever sees the player next. */
  stop(): void {
    this.#isStopped = true;
  }

  #begin(player: IdentityRecord, takeovers: readonly Takeover[]): Promise<void> {
    const running = Promise.all(takeovers.map((each) => this.#finish(player, each)))
      .then(() => undefined, this.#failed)
      .finally(() => void this.#running.delete(player.id));
    this.#running.set(player.id, running);
    return running;
  }

  async #finish(player: IdentityRecord, takeover: Takeover): Promise<void> {
    const { browsers, storeTime } = this.#parts;
    const { guest, sinceMs } = takeover;
    if (!(await this.#endGuest(guest))) return this.#done(player.id, takeover);
    let isMoved = await this.#move(player, takeover);
    await browsers.endSessions(guest, { reason: "signed-in" });
    for (const lookMs of LOOKS_MS) {
      if (isMoved || this.#isStopped) break;
      await pause(this.#parts.clock, lookMs);
      isMoved = await this.#move(player, takeover);
    }
    if (isMoved || storeTime.nowMs() - sinceMs > GIVEN_UP_MS) await this.#done(player.id, takeover);
    else this.#parts.log.warn("seats-not-moved", { identity: player.id });
  }

  /**
   * Nobody is that guest from here on, on whatever device: what still comes of the guest is the player's.
   * False if the guest has become a player of another name in this very moment.
   */
  async #endGuest(guest: IdentityId): Promise<boolean> {
    const { store } = this.#parts;
    const ended = await changeIdentity(store, guest, (identity) =>
      identity.role === "guest" ? withNewRevision(identity, "signed-in") : undefined,
    );
    return ended !== undefined || (await store.readIdentity(guest)) === undefined;
  }

  #move({ id, name }: IdentityRecord, { guest }: Takeover): Promise<boolean> {
    return this.#parts.moveSeats(guest, { id, name });
  }

  async #done(player: IdentityId, { guest }: Takeover): Promise<void> {
    await changeIdentity(this.#parts.store, player, ({ takesOver = [], ...identity }) => {
      const left = takesOver.filter((each) => each.guest !== guest);
      return left.length === 0 ? identity : { ...identity, takesOver: left };
    });
  }

  readonly #failed = (cause: unknown): void => {
    // It stands in the record, and a store that is away says so itself.
    if (!(cause instanceof StoreAway)) this.#parts.log.fault("takeover-failed", { cause });
  };
}
