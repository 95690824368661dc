// Signs: how processes that a look at this machine cannot find, e.g. in another container that shares
// the directory, show that they live: by the time of a file. Nothing is read from it.

import { stat, utimes } from "node:fs/promises";
import { type Cancel, type Clock, pause } from "../../shared/clock.ts";

const SIGN_MS = 1_000;
/** Whoever has given none for so long gives none any more. */
const SILENCE_MS = 5_000;

/** Gives a sign now and then until it is cancelled. */
export function giveSigns(file: string, clock: Clock): Cancel {
  let cancel: Cancel = clock.after(0, sign);
  let isSigning = false;
  function sign(): void {
    cancel = clock.after(SIGN_MS, sign);
    // A disk that is slow to take one sign is not asked for a heap of them.
    if (isSigning) return;
    isSigning = true;
    const now = new Date(clock.wallMs());
    const signed = () => {
      isSigning = false;
    };
    // A sign that fails once is made up for by the next.
    utimes(file, now, now).then(signed, signed);
  }
  return () => cancel();
}

/** Whether somebody gives signs with that file, where all go by one clock. Takes a while only if one was given just now. */
export async function seesSigns(file: string, clock: Clock): Promise<boolean> {
  const first = await timeOf(file);
  if (first === undefined || clock.wallMs() - first > SILENCE_MS) return false;
  return await awaitsSign(file, clock);
}

/** The same where clocks may differ: waits until a sign is given, or long enough. */
export async function awaitsSign(file: string, clock: Clock): Promise<boolean> {
  const first = await timeOf(file);
  if (first === undefined) return false;
  const deadlineMs = clock.now() + SILENCE_MS;
  while (clock.now() < deadlineMs) {
    await pause(clock, SIGN_MS / 4);
    const now = await timeOf(file);
    if (now !== first) return now !== undefined;
  }
  return false;
}

async function timeOf(file: string): Promise<number | undefined> {
  return await stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    },
  );
}
