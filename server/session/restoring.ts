// Restoring: what this node remembers of those who are connected to it or were a moment ago, written
// back into a store that lost it: first what was revoked, then who they are. It lets nobody in.

import type { Cancel, Clock } from "../../shared/clock.ts";
import type { IdentityId, SessionId } from "../../shared/ids.ts";
import type { Log } from "../log.ts";
import { LossWatch } from "../store/lossWatch.ts";
import { type Store, StoreAway, StoreDamaged } from "../store/store.ts";
import { labelOfHash } from "./cookie.ts";
import type { CookieRecord, IdentityRecord, SessionRecord } from "./record.ts";
import type { SessionClocks } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import type { StoreTime } from "./storeTime.ts";

export interface RestoringParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly storeTime: Pick<StoreTime, "nowMs">;
  readonly clocks: SessionClocks;
  readonly sessions: Pick<Sessions, "living" | "revocations">;
  readonly log: Pick<Log, "warn" | "fault">;
}

/** Somebody who is here, or was: with what proves who it is, once that has been looked up. */
interface Remembered {
  readonly record: SessionRecord;
  readonly identity?: IdentityRecord;
  readonly cookie?: CookieRecord | undefined;
  /** When it was seen here last. */
  readonly seenMs: number;
  /** When the store was asked last who it is, and answered. */
  readonly askedMs?: number;
}

/** Newcomers are looked up this often and so many at a time: a storm of them has other worries. */
const LEARN_EVERY_MS = 250;
const LEARNED_AT_ONCE = 50;
/** Most that are remembered, about 20 MB of them; of more than that the newest are not. */
const REMEMBERED_MAX = 20_000;
const AGAIN_MS = 250;
const RESTORED =
  "the store had lost who is here: sessions and identities stand there again, as this node had them";
/** For so long after a loss what is missing may be on its way back from another node. */
const RETURNING_MS = 10_000;

export class Restoring {
  readonly #parts: RestoringParts;
  readonly #lossWatch: LossWatch;
  readonly #known = new Map<SessionId, Remembered>();
  readonly #incarnation: { name: string; sinceMs: number };
  #cancels: Cancel[] = [];
  #isStopped = false;

  constructor(parts: RestoringParts) {
    this.#parts = parts;
    const { store, clock } = parts;
    this.#incarnation = { name: store.incarnation, sinceMs: -Infinity };
    this.#lossWatch = new LossWatch({ store, clock, mayHaveLost: () => this.#restore() });
  }

  start(): void {
    this.#lossWatch.start();
    this.#learnSoon();
  }

  stop(): void {
    this.#isStopped = true;
    this.#lossWatch.stop();
    for (const cancel of this.#cancels) cancel();
  }

  /** Whether the store was found to have lost something so lately that nodes may still write it back. */
  get mayReturn(): boolean {
    const { store, clock } = this.#parts;
    const seen = this.#incarnation;
    if (seen.name !== store.incarnation) {
      seen.name = store.incarnation;
      seen.sinceMs = clock.now();
    }
    return clock.now() - seen.sinceMs < RETURNING_MS;
  }

  #learnSoon(): void {
    this.#after(LEARN_EVERY_MS, () => {
      this.#learn().then(
        () => this.#learnSoon(),
        (cause: unknown) => {
          // Whoever was not learned of is looked up with the next.
          if (!(cause instanceof StoreAway)) this.#parts.log.fault("people-unknown", { cause });
          this.#learnSoon();
        },
      );
    });
  }

  /** These were revoked on whatever node: they are not brought back. */
  forget(sessions: readonly SessionId[]): void {
    for (const session of sessions) this.#known.delete(session);
  }

  /**
   * Learns who has come, and forgets who has been gone for longer than a session lives. Whom the store
   * does not know holds up nobody: it may be on its way back, and is asked for again when it should be.
   */
  async #learn(): Promise<void> {
    this.#look();
    const askedByMs = this.#parts.clock.now() - RETURNING_MS;
    const isNext = ({ identity, askedMs = -Infinity }: Remembered) =>
      identity === undefined && askedMs < askedByMs;
    const next = [...this.#known.values()].filter(isNext).slice(0, LEARNED_AT_ONCE);
    await Promise.all(next.map(({ record }) => this.#learnOf(record)));
  }

  #look(): void {
    const { sessions, clock, clocks } = this.#parts;
    const seenMs = clock.now();
    for (const record of sessions.living) {
      const known = this.#known.get(record.id);
      if (known === undefined && this.#known.size >= REMEMBERED_MAX) continue;
      this.#known.set(record.id, { ...known, record, seenMs });
    }
    for (const [session, known] of this.#known)
      if (seenMs - known.seenMs > clocks.lifeMs) this.#known.delete(session);
  }

  async #learnOf({ id, identity: who, label }: SessionRecord): Promise<void> {
    const { store, clock } = this.#parts;
    const [identity, cookies] = await Promise.all([this.#identityOf(who), store.cookiesOf(who)]);
    const known = this.#known.get(id);
    if (known === undefined) return;
    const found = cookies.find(({ cookie }) => labelOfHash(cookie.hash) === label);
    const learned = typeof identity === "object" ? { identity, cookie: found?.cookie } : {};
    this.#known.set(id, { ...known, ...learned, askedMs: clock.now() });
  }

  /** What cannot be read holds up nobody and is left as it is; whoever asks for it tells of it. */
  async #identityOf(who: IdentityId): Promise<IdentityRecord | "damaged" | undefined> {
    try {
      return await this.#parts.store.readIdentity(who);
    } catch (cause) {
      if (!(cause instanceof StoreDamaged)) throw cause;
      return "damaged";
    }
  }

  #restore(): void {
    this.#writeBack().catch((cause: unknown) => {
      if (!(cause instanceof StoreAway)) this.#parts.log.fault("people-not-restored", { cause });
      this.#after(AGAIN_MS, () => this.#restore());
    });
  }

  /** Revocations come first: nothing that is written back may bring back what they ended. */
  async #writeBack(): Promise<void> {
    const { store, storeTime, sessions, log } = this.#parts;
    const revocations = [...sessions.revocations];
    await Promise.all(
      revocations.map(({ session, tombstone, untilMs }) => {
        // The store counts whole milliseconds, and its clock as we know it does not.
        const restMs = Math.max(1, Math.ceil(untilMs - storeTime.nowMs()));
        return store.revokeSession(session, tombstone, restMs);
      }),
    );
    this.#look();
    const known = [...this.#known.values()];
    await Promise.all(known.map((each) => this.#writeBackOne(each)));
    log.warn("people-restored", { count: known.length, why: RESTORED });
  }

  /** What the store still has stands: it may be newer than what is remembered. */
  async #writeBackOne({ record, identity, cookie }: Remembered): Promise<void> {
    const { store, clocks } = this.#parts;
    if (identity !== undefined && (await this.#identityOf(identity.id)) === undefined) {
      await store.createIdentity(identity);
      if (cookie !== undefined) await store.keepCookie(cookie);
    }
    // Who was forgotten since, while the store was asked, was revoked.
    if (this.#known.has(record.id)) await store.openSession(record, clocks.lifeMs);
  }

  #after(ms: number, act: () => void): void {
    if (this.#isStopped) return;
    const cancel = this.#parts.clock.after(ms, () => {
      this.#cancels = this.#cancels.filter((other) => other !== cancel);
      act();
    });
    this.#cancels.push(cancel);
  }
}
