// Stories: what is kept of somebody's progress, game by game: what goes on at the next visit, and what
// lies beside it. One click has another one go on; nothing here is ever given up.

import { useEffect, useState } from "preact/hooks";
import type { StorySeen } from "../../../shared/owned.ts";
import { texts } from "../texts.ts";
import { askWhileShown } from "../whileShown.ts";
import { goOnWith } from "./account.ts";
import { accountTexts } from "./accountTexts.ts";
import { useAsking } from "./asking.ts";
import { ProblemNote } from "./fields.tsx";
import { readStories, type StoriesOfGame } from "./storiesOf.ts";

export function Stories({ isGuest }: { readonly isGuest: boolean }) {
  const [games, setGames] = useState<readonly StoriesOfGame[]>([]);
  const [round, setRound] = useState(0);
  const asking = useAsking();
  useEffect(() => askWhileShown(readStories, setGames), [round]);
  if (games.length === 0) return null;
  const takeUp = async (game: string, { story }: StorySeen) => {
    await asking.run(() => goOnWith(game, story));
    setRound(round + 1);
  };
  return (
    <section class="card" data-testid="stories">
      <h3>{accountTexts.stories}</h3>
      {games.map((each) => (
        <OfGame
          key={each.game}
          {...each}
          isGuest={isGuest}
          isUnderWay={asking.isUnderWay}
          takeUp={(story) => void takeUp(each.game, story)}
        />
      ))}
      <ProblemNote problem={asking.problem} />
    </section>
  );
}

function OfGame(
  props: StoriesOfGame & {
    readonly isGuest: boolean;
    readonly isUnderWay: boolean;
    readonly takeUp: (story: StorySeen) => void;
  },
) {
  const { game, stories, isBegun, isGuest, isUnderWay, takeUp } = props;
  const { name } = texts.games[game];
  const count = stories.length + (isBegun ? 1 : 0);
  return (
    <>
      <p role="status" data-testid="stories-told">
        {accountTexts.storiesOf(name, count)}
      </p>
      <ul class="lines">
        {isBegun ? (
          <li data-testid="story-begun">
            <strong>{accountTexts.storyBegun}</strong>
            <span class="role">{accountTexts.storyPlayed}</span>
          </li>
        ) : null}
        {stories.map((story) => (
          <li
            key={story.story}
            data-testid={isGoingOn(story, isBegun) ? "story-next" : "story-aside"}
          >
            <Story story={story} game={name} isGuest={isGuest} />
            {isGoingOn(story, isBegun) || story.isPlayed ? (
              <span class="role">
                {story.isPlayed ? accountTexts.storyPlayed : accountTexts.storyNext}
              </span>
            ) : isBegun ? (
              <small>{accountTexts.storyLater}</small>
            ) : (
              <button
                type="button"
                data-testid="story-take-up"
                aria-disabled={isUnderWay}
                onClick={() => takeUp(story)}
              >
                {accountTexts.storyTakeUp}
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

/** What is begun at a table is newer than all that is kept. */
function isGoingOn({ isNext }: StorySeen, isBegun: boolean): boolean {
  return isNext && !isBegun;
}

function Story(props: {
  readonly story: StorySeen;
  readonly game: string;
  readonly isGuest: boolean;
}) {
  const { story, game, isGuest } = props;
  const { summary, agoMs, isGuests } = story;
  const origin = isGuests ? accountTexts.storyOfGuest : accountTexts.storyOfAccount;
  const left = agoMs === undefined ? [] : [accountTexts.storyLeft(agoMs)];
  return (
    <div>
      <strong>{summary ?? game}</strong>
      <br />
      <small>{[...left, ...(isGuest ? [] : [origin])].join(", ")}</small>
    </div>
  );
}
