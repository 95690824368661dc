// Owned: what can be read from the list of browsers and alerts that the server tells: what is news, and
// which device took over. Pure.

import type { Owned } from "../../../shared/owned.ts";

/** A device that signs in is news to all others, not to itself. */
const OWN_SIGN_IN_MS = 10_000;

/** `lookedAgoMs`: since somebody looked at the alerts here. */
export function hasUnseen(
  { sessions, alerts }: Pick<Owned, "sessions" | "alerts">,
  lookedAgoMs: number,
): boolean {
  const ownAgeMs = sessions.find(({ isThis }) => isThis)?.ageMs ?? Infinity;
  return alerts.some(
    ({ agoMs }) => agoMs < lookedAgoMs && Math.abs(agoMs - ownAgeMs) > OWN_SIGN_IN_MS,
  );
}

/** The one other browser that is connected, if no page of this one is. */
export function takingDevice({ sessions }: Pick<Owned, "sessions">): string | undefined {
  const connected = sessions.filter(({ connections }) => connections > 0);
  const [other, another] = connected;
  return other === undefined || other.isThis || another !== undefined ? undefined : other.device;
}
