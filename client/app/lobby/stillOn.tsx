// Still on: the games that wait for whoever looks: seats that are kept, and stories that were put away.
// It stands first on the page, and one click sits down.

import type { LiveSeat } from "../../join.ts";
import { isGameName } from "../route.ts";
import { texts } from "../texts.ts";
import type { Enter } from "./enter.ts";

export interface StillOnProps {
  readonly seats: readonly LiveSeat[];
  /** Games of which a story is kept for the next visit. */
  readonly saves: readonly string[];
  readonly enter: Enter;
}

export function StillOn({ seats, saves, enter }: StillOnProps) {
  // Who sits in a game of it already goes on there.
  const stories = saves.filter((game) => !seats.some((seat) => seat.game === game));
  return (
    <>
      {seats.length === 0 ? null : <Seats seats={seats} enter={enter} />}
      {stories.filter(isGameName).map((game) => (
        <section key={game} class="card still-on" data-testid="saved">
          <h2>{texts.landing.saved(texts.games[game].name)}</h2>
          <p>{texts.landing.savedAbout}</p>
          <div class="row">
            <button
              type="button"
              class="primary"
              data-testid="go-on"
              onClick={() => enter(game, { kind: "any" })}
            >
              {texts.landing.goOn}
            </button>
          </div>
        </section>
      ))}
    </>
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
