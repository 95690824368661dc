// Closed account: what is left of an account whose owner has left, and who may have its name. Nothing in
// it leads to anybody, and no password opens it.

import { NOBODY } from "../../shared/ids.ts";
import type { IdentityStore } from "../store/identityStore.ts";
import type { AccountRecord } from "./record.ts";

/** Nobody else is met under the name of somebody who has just left. */
const NAME_REST_MS = 30 * 24 * 60 * 60_000;

type Accounts = Pick<IdentityStore, "createAccount" | "readAccount" | "writeAccount">;

/** The account of that name, unless it was closed. */
export async function openAccountOf(
  store: Accounts,
  name: string,
): Promise<AccountRecord | undefined> {
  const found = await store.readAccount(name);
  return found?.freeMs === undefined ? found : undefined;
}

/** Leaves only the name, so that nobody else takes it at once. */
export async function closeAccount(store: Accounts, name: string, nowMs: number): Promise<void> {
  const record = await openAccountOf(store, name);
  if (record === undefined) return;
  const revision = record.revision + 1;
  const freeMs = nowMs + NAME_REST_MS;
  const closed: AccountRecord = { name, identity: NOBODY, passwordHash: "", revision, freeMs };
  // Somebody changed it meanwhile, such as its hash: it is closed as it is now.
  if (!(await store.writeAccount(closed, record.revision))) await closeAccount(store, name, nowMs);
}

/** Keeps a new account under a name that nobody has, or that was given up long enough ago. */
export async function claimAccount(
  store: Accounts,
  account: AccountRecord,
  nowMs: number,
): Promise<boolean> {
  if (await store.createAccount(account)) return true;
  const { freeMs = Infinity, revision = 0 } = (await store.readAccount(account.name)) ?? {};
  if (freeMs > nowMs) return false;
  return store.writeAccount({ ...account, revision: revision + 1 }, revision);
}
