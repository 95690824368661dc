// Change: replaces an identity's record by what becomes of it, also when others change it at the same
// time. It decides nothing about what may become of it.

import type { IdentityId } from "../../shared/ids.ts";
import type { CookiesEnded, IdentityRecord } from "../session/record.ts";
import type { IdentityStore } from "../store/identityStore.ts";
import { StoreAway } from "../store/store.ts";

/** Other nodes may be faster now and then; whoever loses so often meets a storm, not rivals. */
const ATTEMPTS_MAX = 100;

type Identities = Pick<IdentityStore, "readIdentity" | "writeIdentity">;

/**
 * The newest change of each identity that is under way here. Each waits for the one before: by asking for
 * many at once nobody keeps out a ban, or the end of a session that was stolen.
 */
const underWay = new WeakMap<object, Map<IdentityId, Promise<unknown>>>();

/**
 * Applies `change` to the newest record until it is kept. Undefined if there is no such identity, or
 * if `change` gives undefined. Rejects with StoreAway if others were always faster.
 */
export async function changeIdentity(
  store: Identities,
  id: IdentityId,
  change: (identity: IdentityRecord) => IdentityRecord | undefined,
): Promise<IdentityRecord | undefined> {
  const newest = underWay.get(store) ?? new Map<IdentityId, Promise<unknown>>();
  underWay.set(store, newest);
  const apply = () => applyChange(store, id, change);
  const applied = newest.get(id)?.then(apply, apply) ?? apply();
  newest.set(id, applied);
  try {
    return await applied;
  } finally {
    if (newest.get(id) === applied) newest.delete(id);
  }
}

async function applyChange(
  store: Identities,
  id: IdentityId,
  change: (identity: IdentityRecord) => IdentityRecord | undefined,
): Promise<IdentityRecord | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const identity = await store.readIdentity(id);
    const changed = identity === undefined ? undefined : change(identity);
    if (identity === undefined || changed === undefined) return undefined;
    if (await store.writeIdentity(changed, identity)) return changed;
  }
  throw new StoreAway("an identity is changed by others again and again");
}

/** Every credential given out before dies; cookies, too, unless they are spared. */
export function withNewRevision(
  identity: IdentityRecord,
  cookies: CookiesEnded | "spare",
): IdentityRecord {
  const revision = identity.revision + 1;
  if (cookies === "spare") return { ...identity, revision };
  return { ...identity, revision, cookiesSince: revision, cookiesEnded: cookies };
}
