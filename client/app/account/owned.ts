// Owned: the browsers somebody is signed in on and what they should look at, as the server lists them,
// and what can be read from that list. Pure.

/** A browser somebody is signed in on. */
export interface OwnBrowser {
  readonly label: string;
  /** "Firefox on Android" */
  readonly device: string;
  readonly isThis: boolean;
  /** Since it was signed in. */
  readonly ageMs: number;
  readonly seenAgoMs: number;
  readonly endsInMs: number;
  /** Pages of it that are connected now. */
  readonly connections: number;
}

/** Something its owner should look at. */
export interface Alert {
  readonly kind: "new-device" | "many-failures" | "ticket-reused" | "role-changed";
  readonly device: string;
  readonly agoMs: number;
}

export interface Owned {
  readonly sessions: readonly OwnBrowser[];
  readonly alerts: readonly Alert[];
}

/** A device that signs in is news to all others, not to itself. */
const OWN_SIGN_IN_MS = 10_000;

/** `lookedAgoMs`: since somebody looked at the alerts here. */
export function hasUnseen({ sessions, alerts }: Owned, lookedAgoMs: number): boolean {
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
