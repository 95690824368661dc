// Staying: what comes of "I am here" when a session is about to end: the next one, opened by the cookie
// before the old one ends; or, if the cookie ends with it, the advice to sign in anew.

import { isUnreached, visitor } from "../visitor.ts";
import { accountTexts } from "./accountTexts.ts";

/** A session that lasts no longer than this was not followed by another. */
const SOON_MS = 90_000;

/** Asks for the next session; gives what to tell of it. */
export async function stay(): Promise<string> {
  try {
    const { session } = await visitor.token();
    return session.endsInMs > SOON_MS
      ? accountTexts.stayed(session.endsInMs)
      : accountTexts.signInToStay;
  } catch (error) {
    if (isUnreached(error)) return accountTexts.unreached;
    throw error;
  }
}
