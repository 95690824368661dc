// Until: waiting for what a real process or line will do, by asking again and again. A wait that
// comes to nothing fails with what it waited for; nothing here waits for a time to pass.
import { systemClock } from "../../shared/clock.ts";

const PAUSE_MS = 10;
/** Far beyond what anything takes, on a machine that has other things to do as well. */
const PATIENCE_MS = 60_000;

/** The first answer that is neither undefined nor false; fails after `withinMs`. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  withinMs = PATIENCE_MS,
): Promise<Exclude<T, undefined | false>> {
  const deadlineMs = systemClock.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) {
      return answer as Exclude<T, undefined | false>;
    }
    if (systemClock.now() > deadlineMs) throw new Error(`waited in vain until ${what}`);
    await new Promise<void>((done) => systemClock.after(PAUSE_MS, done));
  }
}
