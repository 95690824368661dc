// Stories of: which stories somebody has of which games, those at tables among them, as it can be said.
// It asks and reads; it changes nothing.

import type { SaveSeen, StorySeen } from "../../../shared/owned.ts";
import { type GameName, isGameName } from "../route.ts";
import { isUnreached, visitor } from "../visitor.ts";
import { saves } from "./account.ts";

export interface StoriesOfGame {
  readonly game: GameName;
  readonly stories: readonly StorySeen[];
  /** Whether somebody plays one at a table of which nothing is kept yet. */
  readonly isBegun: boolean;
}

/** Those games of which something is kept. */
export function storiesOf(
  kept: readonly SaveSeen[],
  seats: readonly { readonly game: string }[],
): readonly StoriesOfGame[] {
  return kept.flatMap(({ game, stories }) => {
    if (!isGameName(game)) return [];
    const isSeated = seats.some((seat) => seat.game === game);
    return [{ game, stories, isBegun: isSeated && !stories.some(({ isPlayed }) => isPlayed) }];
  });
}

/** Whether there is more than one to go on with. */
export function hasOthers({ stories, isBegun }: StoriesOfGame): boolean {
  return stories.length + (isBegun ? 1 : 0) > 1;
}

/** Undefined while there is no answer. */
export async function readStories(): Promise<readonly StoriesOfGame[] | undefined> {
  try {
    return storiesOf(...(await Promise.all([saves(), visitor.seats()])));
  } catch (error) {
    if (isUnreached(error)) return undefined;
    throw error;
  }
}
