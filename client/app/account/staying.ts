// Staying: what comes of "I am here" when a session is about to end: the next one, opened by the cookie
// before the old one ends; or, if the cookie ends with it, the advice to sign in anew.

import { isUnreached, visitor } from "../visitor.ts";
import { accountTexts } from "./accountTexts.ts";

/** Asks for the session after one that ends in so long; gives what to tell of it. */
export async function stay(endsInMs: number): Promise<string> {
  try {
    const { session } = await visitor.token();
    return session.endsInMs > endsInMs
      ? accountTexts.stayed(session.endsInMs)
      : accountTexts.signInToStay;
  } catch (error) {
    if (isUnreached(error)) return accountTexts.unreached;
    throw error;
  }
}
