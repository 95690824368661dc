// While shown: asks for something that is shown, at once and every few seconds while the page is seen.
// It knows not what it asks for, and tells nobody who has gone.

import { systemClock } from "../../shared/clock.ts";

/** Often enough for what somebody looks at and may change elsewhere. */
const ASK_EVERY_MS = 5_000;

/** Until the returned function is called. `read` resolves to undefined while there is no answer. */
export function askWhileShown<Answer>(
  read: () => Promise<Answer | undefined>,
  tell: (answer: Answer) => void,
  everyMs = ASK_EVERY_MS,
): () => void {
  let isShown = true;
  let cancel = () => undefined as void;
  const next = async () => {
    const answer = document.visibilityState === "hidden" ? undefined : await read();
    if (!isShown) return;
    if (answer !== undefined) tell(answer);
    cancel = systemClock.after(everyMs, () => void next());
  };
  void next();
  return () => {
    isShown = false;
    cancel();
  };
}
