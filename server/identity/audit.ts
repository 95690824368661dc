// Audit: what happened to people's credentials and rights, as lines that lead to nobody by themselves:
// to the log, and to a stream in the store that all nodes share. Names are those of OWASP's logging
// vocabulary. It decides nothing, and nothing waits for it.

import { createHmac } from "node:crypto";
import type { IdentityId, SessionId } from "../../shared/ids.ts";
import { coarseAddress } from "../http/address.ts";
import type { Log } from "../log.ts";
import type { Key } from "../session/keys.ts";
import type { StoreTime } from "../session/storeTime.ts";
import type { IdentityStore } from "../store/identityStore.ts";
import { StoreAway } from "../store/store.ts";
import type { AuditEntry } from "./record.ts";

export type AuditEvent =
  | "authn_login_success"
  | "authn_login_successafterfail"
  | "authn_login_fail"
  | "authn_login_lock"
  | "authn_password_change"
  | "authn_token_created"
  | "authn_token_reuse"
  | "authn_token_revoked"
  | "authz_admin"
  | "authz_change"
  | "authz_fail"
  | "excess_rate_limit_exceeded"
  | "input_validation_fail"
  | "session_created"
  | "sensitive_read"
  | "session_expired"
  | "user_created"
  | "user_deleted";

/** Whom and what a line is about; ids and addresses are hidden before they are written. */
export interface AuditedDeed {
  readonly identity?: IdentityId | undefined;
  /** Who did it to somebody else. */
  readonly by?: IdentityId | undefined;
  readonly session?: SessionId | undefined;
  readonly address?: string | undefined;
  readonly why?: string | undefined;
}

type Hidden = Omit<AuditEntry, "event" | "atMs" | "node">;

export interface AuditParts {
  readonly node: string;
  readonly store: Pick<IdentityStore, "noteAudit">;
  readonly storeTime: Pick<StoreTime, "nowMs">;
  readonly key: Key;
  readonly log: Log;
}

/** 72 bits: enough that no two people share one. */
const HASH_LENGTH = 12;
const WHY_LENGTH_MAX = 200;
const REPEATED_MS = 60_000;
/** More of one event within that time are one flood, and the log counts its lines. */
const SENDERS_MAX = 1_000;

export class Audit {
  readonly #parts: AuditParts;
  /** By event, until when more of the same sender is left out; oldest first. */
  readonly #repeated = new Map<AuditEvent, Map<string | undefined, number>>();

  constructor(parts: AuditParts) {
    this.#parts = parts;
  }

  note(event: AuditEvent, deed: AuditedDeed): void {
    this.#write(event, this.#hidden(deed));
  }

  /**
   * Notes what somebody can have happen without end, so that nobody floods the audit: once a minute for
   * each identity, session or neighbourhood. Gives whether it was noted.
   */
  noteSparingly(event: AuditEvent, deed: AuditedDeed): boolean {
    const nowMs = this.#parts.storeTime.nowMs();
    const fields = this.#hidden(deed);
    const sender = fields.identity ?? fields.session ?? fields.address;
    const senders = this.#repeated.get(event) ?? new Map<string | undefined, number>();
    this.#repeated.set(event, senders);
    for (const [oldest, untilMs] of senders) {
      if (untilMs > nowMs) break;
      senders.delete(oldest);
    }
    if (senders.has(sender) || senders.size >= SENDERS_MAX) return false;
    senders.set(sender, nowMs + REPEATED_MS);
    this.#write(event, fields);
    return true;
  }

  #write(event: AuditEvent, fields: Hidden): void {
    const { node, store, storeTime, log } = this.#parts;
    log.note(event, fields);
    const entry: AuditEntry = { event, atMs: Math.floor(storeTime.nowMs()), node, ...fields };
    store.noteAudit(entry).catch((cause: unknown) => {
      // The log has the line; a store that is away says so itself.
      if (!(cause instanceof StoreAway)) log.fault("audit-failed", { cause });
    });
  }

  #hidden({ identity, by, session, address, why }: AuditedDeed): Hidden {
    return {
      ...(identity === undefined ? {} : { identity: this.hashOf(identity) }),
      ...(by === undefined ? {} : { by: this.hashOf(by) }),
      ...(session === undefined ? {} : { session: this.hashOf(session) }),
      ...(address === undefined ? {} : { address: coarseAddress(address) }),
      ...(why === undefined ? {} : { why: why.slice(0, WHY_LENGTH_MAX) }),
    };
  }

  /** Finds the lines about somebody whose id is known. */
  hashOf(id: string): string {
    return createHmac("sha256", this.#parts.key.secret)
      .update(id)
      .digest("base64url")
      .slice(0, HASH_LENGTH);
  }
}
