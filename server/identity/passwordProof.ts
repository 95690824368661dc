// Password proof: whether a password is that of an account. Each try counts, is written down, and takes
// the same work whether there is such an account or not. It signs nobody in.

import { NOBODY } from "../../shared/ids.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { IdentityStore } from "../store/identityStore.ts";
import type { Asker } from "./accounts.ts";
import type { Attempts } from "./attempts.ts";
import type { Audit } from "./audit.ts";
import { openAccountOf } from "./closedAccount.ts";
import { isKnownDevice } from "./devices.ts";
import type { Passwords } from "./password.ts";
import type { AccountRecord } from "./record.ts";

export interface PasswordProofParts {
  readonly store: IdentityStore;
  readonly passwords: Passwords;
  readonly attempts: Attempts;
  readonly audit: Audit;
}

export interface Refusal {
  readonly kind: "refused";
  readonly reason: Reason;
  readonly retryInMs?: number;
}

export type Proved =
  | Refusal
  /** `failures`: tries in a row before this one. */
  | { readonly kind: "proved"; readonly record: AccountRecord; readonly failures: number };

/** Too many passwords are being hashed, or others were faster. */
export const BUSY: Refusal = { kind: "refused", reason: "server-busy", retryInMs: 5_000 };

export function refused(reason: Reason): Refusal {
  return { kind: "refused", reason };
}

export class PasswordProof {
  readonly #parts: PasswordProofParts;

  constructor(parts: PasswordProofParts) {
    this.#parts = parts;
  }

  async prove(account: string, password: string, asker: Asker): Promise<Proved> {
    const { store, attempts, passwords, audit } = this.#parts;
    const record = await openAccountOf(store, account);
    // Nobody's is asked for too: the store's answer takes its time.
    const identity = await store.readIdentity(record?.identity ?? NOBODY);
    const { address, addressGroup, mark } = asker;
    const knownDevice = mark !== undefined && isKnownDevice(identity, mark) ? mark : undefined;
    const attempt = { account, addressGroup, knownDevice };
    const begun = await attempts.begin(attempt);
    if (begun.kind === "wait") {
      audit.noteSparingly("authn_login_lock", { identity: record?.identity, address });
      return { ...refused("attempts-too-many"), retryInMs: begun.retryInMs };
    }
    const checked = await passwords.check(password, record?.passwordHash);
    if (checked.kind === "busy") return BUSY;
    if (checked.kind === "wrong" || record === undefined) {
      audit.note("authn_login_fail", { identity: record?.identity, address });
      return refused("sign-in-failed");
    }
    await attempts.succeeded(attempt);
    const kept = checked.isOutdated ? await this.#hashedAnew(record, password) : record;
    return { kind: "proved", record: kept, failures: begun.failures };
  }

  /** Whether an account is still as it was when a password of it was proved. */
  async stands({ name, revision }: AccountRecord): Promise<boolean> {
    return (await openAccountOf(this.#parts.store, name))?.revision === revision;
  }

  /** If it does not come to it now, the next sign-in does it. */
  async #hashedAnew(record: AccountRecord, password: string): Promise<AccountRecord> {
    const passwordHash = await this.#parts.passwords.hash(password);
    if (passwordHash === undefined) return record;
    const renewed = { ...record, passwordHash, revision: record.revision + 1 };
    const isKept = await this.#parts.store.writeAccount(renewed, record.revision);
    return isKept ? renewed : record;
  }
}
