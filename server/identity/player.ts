// Player: how somebody becomes one in the store, or is one already: whoever has an account, or for whom
// another issuer vouches. It gives nobody a cookie or a session.

import type { IdentityRecord } from "../session/record.ts";
import type { IdentityStore } from "../store/identityStore.ts";
import { changeIdentity, withNewRevision } from "./change.ts";

const DAY_MS = 24 * 60 * 60_000;
/** A password is asked for again after a week without playing, and each month whatever happens. */
export const PLAYER_IDLE_MS = 7 * DAY_MS;
export const PLAYER_ABSOLUTE_MS = 30 * DAY_MS;

/** Without an account whom another issuer vouches for. */
type Who = Pick<IdentityRecord, "id" | "name" | "account">;

type Identities = Pick<IdentityStore, "readIdentity" | "writeIdentity" | "createIdentity">;

/**
 * Somebody as a player. A guest becomes one here, also when the registration was interrupted, and so
 * does whom the store has lost. Undefined for whoever is a player by another account: of two that a
 * guest registers at a time one stands, so that nobody leaves a second way in behind. Undefined as well
 * for whoever has just left, and whose account is closed with that.
 */
export async function playerOf(
  store: Identities,
  who: Who,
  nowMs: number,
): Promise<IdentityRecord | undefined> {
  const found = await store.readIdentity(who.id);
  if (found === undefined) return newPlayer(store, who, nowMs);
  const isGuest = found.role === "guest";
  const player = isGuest ? await changeIdentity(store, who.id, (it) => becoming(it, who)) : found;
  return player?.account === who.account ? player : undefined;
}

function becoming(guest: IdentityRecord, who: Who): IdentityRecord | undefined {
  if (guest.role !== "guest") return guest;
  if (who.account !== undefined && isForgotten(guest)) return undefined;
  // Whoever registers, or comes back, is not about to be forgotten.
  const { leaving: _, ...stayed } = withNewRevision(guest, "signed-in");
  return { ...stayed, ...who, role: "player" };
}

/** Nobody who is somebody is without a name. */
export function isForgotten({ role, name }: IdentityRecord): boolean {
  return role === "guest" && name === "";
}

async function newPlayer(store: Identities, who: Who, createdMs: number): Promise<IdentityRecord> {
  const player: IdentityRecord = {
    ...who,
    role: "player",
    revision: 1,
    createdMs,
    cookieIdleMs: PLAYER_IDLE_MS,
    cookieEndsMs: createdMs + PLAYER_ABSOLUTE_MS,
  };
  await store.createIdentity(player);
  return player;
}
