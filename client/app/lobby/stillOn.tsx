// Still on: the games that wait for whoever looks: seats that are kept, and stories that were put away.
// It stands first on the page, and one click sits down.

import type { SaveSeen } from "../../../shared/owned.ts";
import type { LiveSeat } from "../../join.ts";
import { hasOthers, type StoriesOfGame, storiesOf } from "../account/storiesOf.ts";
import { isGameName } from "../route.ts";
import { texts } from "../texts.ts";
import type { Enter } from "./enter.ts";

export interface StillOnProps {
  readonly seats: readonly LiveSeat[];
  readonly saves: readonly SaveSeen[];
  readonly enter: Enter;
}

export function StillOn({ seats, saves, enter }: StillOnProps) {
  // Who sits in a game of it already goes on there.
  const offered = storiesOf(saves, seats).filter(
    ({ game, stories: [first] }) =>
      first?.isNext && !first.isPlayed && !seats.some((seat) => seat.game === game),
  );
  return (
    <>
      {seats.length === 0 ? null : <Seats seats={seats} enter={enter} />}
      {offered.map((each) => (
        <Saved key={each.game} {...each} enter={enter} />
      ))}
    </>
  );
}

function Saved(props: StoriesOfGame & Pick<StillOnProps, "enter">) {
  const { game, stories, enter } = props;
  return (
    <section class="card still-on" data-testid="saved">
      <h2>{texts.landing.saved(texts.games[game].name)}</h2>
      <p>{stories[0]?.summary ?? texts.landing.savedAbout}</p>
      <div class="row">
        <button
          type="button"
          class="primary"
          data-testid="go-on"
          onClick={() => enter(game, { kind: "any" })}
        >
          {texts.landing.goOn}
        </button>
        {hasOthers(props) ? (
          <a href="#/account" class="account-link" data-testid="other-stories">
            {texts.landing.savedOthers}
          </a>
        ) : null}
      </div>
    </section>
  );
}

function Seats({ seats, enter }: Omit<StillOnProps, "saves">) {
  return (
    <section class="card still-on" data-testid="still-on">
      <h2>{texts.landing.stillOn}</h2>
      <p>{texts.landing.stillOnAbout}</p>
      <ul>
        {seats.map(({ room, game }) =>
          isGameName(game) ? (
            <li key={room}>
              <strong>{texts.games[game].name}</strong>
              <button
                type="button"
                class="primary"
                data-testid="sit-down"
                onClick={() => enter(game, { kind: "room", room })}
              >
                {texts.landing.sitDown}
              </button>
            </li>
          ) : null,
        )}
      </ul>
    </section>
  );
}
