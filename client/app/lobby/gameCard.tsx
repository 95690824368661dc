// Game card: a game to be played, how much is going on in it now, and the ways to a table of it.

import type { ListedRoom } from "../../join.ts";
import type { GameName } from "../route.ts";
import { hasBots } from "../tables.ts";
import { texts } from "../texts.ts";
import type { Enter } from "./enter.ts";

export interface GameCardProps {
  readonly game: GameName;
  readonly rooms: readonly ListedRoom[];
  readonly enter: Enter;
}

export function GameCard({ game, rooms, enter }: GameCardProps) {
  const open = rooms.filter((room) => room.game === game);
  const players = open.reduce((sum, { seatsTaken }) => sum + seatsTaken, 0);
  return (
    <section class={`card game ${game}`}>
      <h2>{texts.games[game].name}</h2>
      <p>{texts.games[game].about}</p>
      <p class="dim" data-testid={`now-${game}`}>
        {texts.landing.now(players, open.length, hasBots(game))}
      </p>
      <div class="row">
        <button
          type="button"
          class="primary"
          data-testid={`play-${game}`}
          onClick={() => enter(game, { kind: "any" })}
        >
          {texts.landing.play}
        </button>
        <button
          type="button"
          data-testid={`private-${game}`}
          onClick={() => enter(game, { kind: "private" })}
        >
          {texts.landing.private}
        </button>
      </div>
    </section>
  );
}
