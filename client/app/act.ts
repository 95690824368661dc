// Act: sends a command for a page and sees to its end: one that was refused is told at once, one
// that was made while the line was away is counted for the homecoming.

import type { CommandEnd, SentCommand } from "../join.ts";
import type { LineWatch } from "./line/lineWatch.ts";
import { texts } from "./texts.ts";
import type { Toaster } from "./toasts.tsx";

/** Follows a command that was sent; gives its end. */
export type Act = (sent: SentCommand) => Promise<CommandEnd>;

export function actWith(toaster: () => Toaster, watch: LineWatch): Act {
  return async (sent) => {
    const end = await sent;
    watch.ended(end);
    const text = problemOf(end);
    if (text !== undefined) toaster().say(text, "bad");
    return end;
  };
}

/** What to tell of a command that did not take effect. */
export function problemOf(end: CommandEnd): string | undefined {
  switch (end.end) {
    case "refused":
      return texts.refused[end.reason] ?? end.text;
    case "expired":
      return texts.toasts.expired;
    case "superseded":
      return texts.toasts.superseded;
    default:
      return undefined;
  }
}
