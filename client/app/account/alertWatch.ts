// Alert watch: whether there was an unusual sign-in that its owner has not looked at on this device. It
// asks once in a while, and remembers only when somebody looked last.

import { useEffect, useState } from "preact/hooks";
import { systemClock } from "../../../shared/clock.ts";
import { hasAccount, usePerson } from "../person.ts";
import { isUnreached } from "../visitor.ts";
import { askWhileShown } from "../whileShown.ts";
import { owned } from "./account.ts";
import { hasUnseen } from "./owned.ts";

const ASK_EVERY_MS = 60_000;
const KEY = "holdfast.alertsSeenMs";

/**
 * Whether to ask somebody to look; looked at again each minute while the page is seen. `told`: when
 * they were told of the newest in another way; 0 for never.
 */
export function useUnseenAlert(told?: { readonly current: number }): boolean {
  const [isUnseen, setUnseen] = useState(false);
  const person = usePerson();
  const isPlayer = hasAccount(person);
  useEffect(() => {
    if (!isPlayer) return setUnseen(false);
    const look = () => ask(Math.max(seenMs(), told?.current ?? 0));
    return askWhileShown(look, setUnseen, ASK_EVERY_MS);
  }, [isPlayer, told]);
  return isUnseen;
}

async function ask(sinceMs: number): Promise<boolean | undefined> {
  try {
    return hasUnseen(await owned(), systemClock.wallMs() - sinceMs);
  } catch (error) {
    if (isUnreached(error)) return undefined;
    throw error;
  }
}

/** Somebody has looked at them. */
export function noteLooked(): void {
  try {
    localStorage.setItem(KEY, String(systemClock.wallMs()));
  } catch (cause) {
    // A browser that keeps nothing tells of them again.
    if (!(cause instanceof DOMException)) throw cause;
  }
}

function seenMs(): number {
  try {
    return Number(localStorage.getItem(KEY) ?? 0);
  } catch (cause) {
    if (cause instanceof DOMException) return 0;
    throw cause;
  }
}
