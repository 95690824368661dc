// Devices: which of them somebody signed in on before, by a mark that each keeps, and what is unusual
// about a sign-in. A mark proves nobody: it only tells a known device from a new one.

import { createHash } from "node:crypto";
import { randomSecret } from "../../shared/random.ts";
import type { IdentityRecord } from "../session/record.ts";
import { withAlerts } from "./alerts.ts";
import type { Alert } from "./record.ts";

/** 128 random bits that a browser keeps for long. */
export type DeviceMark = string;

export interface DeviceSeen {
  readonly mark: DeviceMark;
  /** For people: "Firefox on Android". */
  readonly device: string;
  readonly nowMs: number;
  /** Whether the password was tried wrongly again and again just before. */
  readonly manyFailures: boolean;
  /** Whether many accounts were signed in to from that address lately. */
  readonly isCrowded: boolean;
}

const MARK_BYTES = 16;
const MARK_FORM = /^[\w-]{22}$/;
const DEVICES_MAX = 16;

export function isDeviceMark(text: string | undefined): text is DeviceMark {
  return text !== undefined && MARK_FORM.test(text);
}

/** What the store keeps instead of the mark. */
function hashOfMark(mark: DeviceMark): string {
  return createHash("sha256").update(`device ${mark}`).digest("base64url").slice(0, 22);
}

export function newDeviceMark(): DeviceMark {
  return randomSecret(MARK_BYTES);
}

/** Whether somebody signed in on that device before. */
export function isKnownDevice(identity: IdentityRecord | undefined, mark: DeviceMark): boolean {
  return identity?.devices?.includes(hashOfMark(mark)) === true;
}

/** What changes about an identity when it signs in on a device, and what of it is unusual. */
export function noteDevice(
  identity: IdentityRecord,
  seen: DeviceSeen,
): {
  readonly changed: Pick<IdentityRecord, "devices" | "alerts">;
  readonly alerts: readonly Alert[];
} {
  const hash = hashOfMark(seen.mark);
  const known = identity.devices ?? [];
  const devices = [hash, ...known.filter((each) => each !== hash)].slice(0, DEVICES_MAX);
  const { device, nowMs: atMs } = seen;
  const alerts: Alert[] = [];
  if (seen.manyFailures) alerts.push({ kind: "many-failures", atMs, device });
  // The first device of all is no news to anybody.
  if (known.length > 0 && !known.includes(hash))
    alerts.push({ kind: seen.isCrowded ? "crowded-address" : "new-device", atMs, device });
  return { changed: { devices, alerts: withAlerts(identity, alerts) }, alerts };
}
