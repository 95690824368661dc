// Change: replaces an identity's record by what becomes of it, also when others change it at the same
// time. It decides nothing about what may become of it.

import type { IdentityId } from "../../shared/ids.ts";
import type { CookiesEnded, IdentityRecord } from "../session/record.ts";
import type { IdentityStore } from "../store/identityStore.ts";

/** Whoever loses the race so often meets a storm, not a rival. */
const ATTEMPTS_MAX = 5;

/**
 * Applies `change` to the newest record until it is kept. Undefined if there is no such identity, or
 * if `change` gives undefined. Throws if others were always faster.
 */
export async function changeIdentity(
  store: Pick<IdentityStore, "readIdentity" | "writeIdentity">,
  id: IdentityId,
  change: (identity: IdentityRecord) => IdentityRecord | undefined,
): Promise<IdentityRecord | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const identity = await store.readIdentity(id);
    const changed = identity === undefined ? undefined : change(identity);
    if (identity === undefined || changed === undefined) return undefined;
    if (await store.writeIdentity(changed, identity)) return changed;
  }
  throw new Error("an identity was changed by others again and again");
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
