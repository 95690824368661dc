// Everywhere: signs somebody out on each device at once: no cookie, session or code of before proves
// anything any more. It asks nobody whether he may; seats are kept.

import type { IdentityId } from "../../shared/ids.ts";
import type { Browsers } from "../session/browsers.ts";
import type { IdentityStore } from "../store/identityStore.ts";
import { changeIdentity, withNewRevision } from "./change.ts";

interface EverywhereParts {
  readonly store: IdentityStore;
  readonly browsers: Pick<Browsers, "endSessions">;
}

export async function signOutEverywhere(
  { store, browsers }: EverywhereParts,
  id: IdentityId,
): Promise<void> {
  await changeIdentity(store, id, (identity) => withNewRevision(identity, "signed-out"));
  const cookies = await store.cookiesOf(id);
  await Promise.all(cookies.map(({ cookie }) => store.removeCookie(cookie.hash)));
  await browsers.endSessions(id, { reason: "signed-out" });
}
