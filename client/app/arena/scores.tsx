// Scores: how the round stands and how long it lasts, and who has won it when it is over. It ranks what
// the seat's view tells; it counts nothing itself.

import { isBot } from "../../../shared/games/arenaBots.ts";
import type { Sitting } from "../line/comings.ts";
import { awayTextShort } from "../seatPlate.tsx";
import type { ArenaSeat } from "../tables.ts";
import { clockText, texts } from "../texts.ts";
import { arenaTexts } from "./arenaTexts.ts";
import { DAY, NIGHT, shipColour } from "./palette.ts";
import type { Sailor } from "./sailor.ts";
import "./scores.css";

const SHOWN = 6;
const SHOWN_AT_THE_END = 3;

export interface ScoresProps {
  readonly seat: ArenaSeat;
  readonly sailor: Sailor;
  readonly sittings: readonly Sitting[];
  readonly isNight: boolean;
}

export function Scores(props: ScoresProps) {
  const { round } = props.seat.state;
  return (
    <section class="scores" data-testid="scores">
      <h2>
        <span>{arenaTexts.round(round.number)}</span>
        <span class="clock" data-testid="round-clock">
          {clockText(round.phase === "sailing" ? leftMs(props.seat) : 0)}
        </span>
      </h2>
      <Ranks {...props} most={SHOWN} />
    </section>
  );
}

/** Shown between two rounds, over the middle of the sea. */
export function RoundOver(props: ScoresProps) {
  const { seat, sailor } = props;
  const { phase, number, winners } = seat.state.round;
  if (phase === "sailing") return null;
  const isWon = seat.index !== undefined && winners.includes(seat.index);
  return (
    <section class={`round-over card ${isWon ? "won" : ""}`} data-testid="round-over">
      <div role="status">
        <p class="dim">{arenaTexts.roundOver(number)}</p>
        <h2>{isWon && winners.length === 1 ? arenaTexts.won : wonText(winners, sailor)}</h2>
      </div>
      <Ranks {...props} most={SHOWN_AT_THE_END} />
      <p class="dim">{arenaTexts.nextRound(leftMs(seat))}</p>
    </section>
  );
}

function wonText(winners: readonly number[], sailor: Sailor): string {
  if (winners.length === 0) return arenaTexts.wonByNobody;
  return arenaTexts.wonBy(winners.map((winner) => sailor.label(winner) || arenaTexts.someone));
}

function leftMs({ state: { round }, nowMs }: ArenaSeat): number {
  return Math.max(0, round.untilMs - nowMs);
}

/** The first few of the ranking, and one's own ship wherever it stands. */
function Ranks({ seat, sailor, sittings, isNight, most }: ScoresProps & { readonly most: number }) {
  const ranked = [...seat.state.ships].sort(
    (one, other) => other.score - one.score || one.id - other.id,
  );
  const shown = ranked.filter(({ id }, rank) => rank < most || id === seat.index);
  return (
    <ol class="ranks" aria-label={arenaTexts.scores}>
      {shown.map((ship) => {
        const sitting = sittings.find(({ index }) => index === ship.id);
        return (
          <li
            key={ship.id}
            class={`${ship.id === seat.index ? "self" : ""} ${sitting?.state ?? ""}`}
            data-testid={`score-${ship.id}`}
            data-presence={sitting?.state}
          >
            <span
              class="flag"
              style={{ background: shipColour(ship.id, isNight ? NIGHT : DAY) }}
              aria-hidden="true"
            />
            <span class="name">
              {sailor.label(ship.id) || arenaTexts.someone}
              {isBot(ship.id) ? <small> {arenaTexts.bot}</small> : null}
              {sitting?.state === "away" ? <small> {awayTextShort(sitting)}</small> : null}
              {sitting?.state === "returning" ? <small> {texts.presence.returning}</small> : null}
            </span>
            <Wins count={ship.wins} />
            <span class="points">
              {ship.score}
              <span class="unseen"> {arenaTexts.points}</span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function Wins({ count }: { readonly count: number }) {
  if (count === 0) return <span />;
  return (
    <span class="wins">
      <span aria-hidden="true">★{count}</span>
      <span class="unseen">{arenaTexts.wins(count)}</span>
    </span>
  );
}
