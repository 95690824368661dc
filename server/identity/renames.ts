// Renames: how often somebody may take another name, over all nodes and addresses. It changes no name and
// judges none.

import type { IdentityId } from "../../shared/ids.ts";
import type { IdentityStore } from "../store/identityStore.ts";

/** Each name opens another session, and a store lists all of somebody's for a day. */
export const NAMES_PER_DAY = 50;
const DAY_MS = 24 * 60 * 60_000;

/** Counts one more, before it is taken. */
export async function mayRename(
  store: Pick<IdentityStore, "count">,
  identity: IdentityId,
): Promise<boolean> {
  const { count } = await store.count(`names of ${identity}`, DAY_MS);
  return count <= NAMES_PER_DAY;
}
