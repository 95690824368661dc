// Surroundings: where one stands, the ways from there, who else is there and how they are, and
// buttons for what is typed most. Everything on it can be typed as well.

import { READING_MS } from "../../../shared/games/adventure/declared.ts";
import type { Direction } from "../../../shared/games/adventure/kinds.ts";
import type { Sitting } from "../line/comings.ts";
import { useSittings } from "../line/sittings.tsx";
import { awayTextShort } from "../seatPlate.tsx";
import type { AdventureSeat } from "../tables.ts";
import { texts } from "../texts.ts";
import { adventureTexts } from "./adventureTexts.ts";

export interface SurroundingsProps {
  readonly seat: AdventureSeat;
  readonly send: (line: string) => void;
}

export function Surroundings({ seat, send }: SurroundingsProps) {
  const sight = seat.state.sights.get(seat.index ?? -1);
  const here = new Set(sight?.here ?? []);
  const others = useSittings(seat).filter(
    ({ index, state }) => index !== seat.index && state !== "gone",
  );
  const beside = others.filter(({ index }) => here.has(index));
  return (
    <aside class="surroundings" aria-label={adventureTexts.surroundings}>
      <h2 data-testid="place">{sight?.place ?? ""}</h2>
      <Ways ways={sight?.exits ?? []} send={send} />
      <section class="company" data-testid="company">
        <h3>{adventureTexts.company}</h3>
        {beside.length === 0 ? <p class="dim">{adventureTexts.alone}</p> : null}
        <ul>
          {beside.map((each) => (
            <Companion key={each.index} seat={seat} sitting={each} send={send} />
          ))}
        </ul>
        <p class="dim">{adventureTexts.elsewhere(others.length - beside.length)}</p>
      </section>
      <fieldset class="quick" aria-label={adventureTexts.more}>
        {adventureTexts.quick.map(({ label, line }) => (
          <button key={line} type="button" data-testid={`quick-${line}`} onClick={() => send(line)}>
            {label}
          </button>
        ))}
      </fieldset>
    </aside>
  );
}

function Ways(props: {
  readonly ways: readonly Direction[];
  readonly send: (line: string) => void;
}) {
  return (
    <nav class="ways" aria-label={adventureTexts.ways}>
      {props.ways.map((way) => (
        <button
          key={way}
          type="button"
          class={way}
          data-testid={`go-${way}`}
          onClick={() => props.send(way)}
        >
          {adventureTexts.way[way]}
        </button>
      ))}
    </nav>
  );
}

function Companion(props: SurroundingsProps & { readonly sitting: Sitting }) {
  const { seat, sitting, send } = props;
  const { index, name } = sitting;
  const quietMs = seat.nowMs - (seat.state.people.get(index)?.activeMs ?? seat.nowMs);
  const isReading = sitting.state === "here" && quietMs > READING_MS;
  const state = isReading ? "reading" : sitting.state;
  const isMuted = seat.state.sights.get(seat.index ?? -1)?.muted?.includes(index) === true;
  return (
    <li class={state} data-testid={`companion-${index}`} data-state={state}>
      <strong>{name}</strong>
      {state === "returning" ? <small> {texts.presence.returning}</small> : null}
      {state === "away" ? <small> {awayTextShort(sitting)}</small> : null}
      {state === "reading" ? <small> {adventureTexts.reading}</small> : null}
      <button
        type="button"
        class="quiet mute"
        aria-pressed={isMuted}
        aria-label={adventureTexts.muteOf(name)}
        data-testid={`mute-${index}`}
        onClick={() => send(`${isMuted ? "unmute" : "mute"} ${name}`)}
      >
        {isMuted ? adventureTexts.muted : adventureTexts.mute}
      </button>
    </li>
  );
}
