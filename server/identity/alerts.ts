// Alerts: what somebody should look at about who they are: kept with the identity, and told at once to
// whoever listens. It judges nothing to be unusual itself, and nothing waits for it.

import type { IdentityId } from "../../shared/ids.ts";
import type { AlertTold } from "../../shared/protocol.ts";
import type { Log } from "../log.ts";
import type { IdentityRecord } from "../session/record.ts";
import type { StoreTime } from "../session/storeTime.ts";
import type { IdentityStore } from "../store/identityStore.ts";
import { StoreAway } from "../store/store.ts";
import type { Audit } from "./audit.ts";
import { changeIdentity } from "./change.ts";
import type { Alert } from "./record.ts";

export interface AlertsParts {
  readonly store: Pick<IdentityStore, "readIdentity" | "writeIdentity">;
  readonly storeTime: Pick<StoreTime, "nowMs">;
  readonly audit: Audit;
  readonly log: Log;
}

export type AlertListener = (identity: IdentityId, alert: AlertTold) => void;

const ALERTS_MAX = 10;
const TOLD_AGAIN_MS = 60_000;
/** Of whom it is remembered that they were just told; about a MB. */
const TOLD_MAX = 10_000;

/** The alerts of an identity with newer ones, newest first. */
export function withAlerts(identity: IdentityRecord, newer: readonly Alert[]): readonly Alert[] {
  return [...newer, ...(identity.alerts ?? [])].slice(0, ALERTS_MAX);
}

export class Alerts {
  readonly #parts: AlertsParts;
  readonly #listeners: AlertListener[] = [];
  /** Until when somebody is not told of a ticket again; oldest first. */
  readonly #told = new Map<IdentityId, number>();

  constructor(parts: AlertsParts) {
    this.#parts = parts;
  }

  /** Tells of alerts as they come, so that the pages of their owner can be told, wherever they are. */
  onAlert(listener: AlertListener): void {
    this.#listeners.push(listener);
  }

  /** Alerts that are kept with the identity already. */
  tell(identity: IdentityId, alerts: readonly Omit<Alert, "atMs">[]): void {
    for (const { kind: alert, device } of alerts)
      for (const listener of this.#listeners) listener(identity, { alert, device });
  }

  /** Somebody holds a copy of the ticket of this one's seat. Told once a minute: they may use it again and again. */
  ticketReused(identity: IdentityId): void {
    this.#parts.audit.noteSparingly("authn_token_reuse", { identity, why: "ticket" });
    if (this.#isJustTold(identity)) return;
    void this.#raise(identity, { kind: "ticket-reused", device: "" });
  }

  /** Where too many are remembered the oldest is told twice: nobody goes without a warning for others. */
  #isJustTold(identity: IdentityId): boolean {
    const nowMs = this.#parts.storeTime.nowMs();
    if ((this.#told.get(identity) ?? 0) > nowMs) return true;
    this.#told.delete(identity);
    this.#told.set(identity, nowMs + TOLD_AGAIN_MS);
    const [oldest] = this.#told.keys();
    if (this.#told.size > TOLD_MAX && oldest !== undefined) this.#told.delete(oldest);
    return false;
  }

  /** One that cannot be kept is told all the same. Never rejects. */
  async #raise(id: IdentityId, { kind, device }: Omit<Alert, "atMs">): Promise<void> {
    const { store, storeTime, log } = this.#parts;
    const alert: Alert = { kind, device, atMs: Math.floor(storeTime.nowMs()) };
    try {
      await changeIdentity(store, id, (identity) => {
        return { ...identity, alerts: withAlerts(identity, [alert]) };
      });
    } catch (cause) {
      if (!(cause instanceof StoreAway)) log.fault("alert-not-kept", { identity: id, cause });
    }
    this.tell(id, [alert]);
  }
}
