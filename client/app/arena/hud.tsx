// Head-up display: one's own ship in figures, how the round stands, and what pearls can buy. It is
// drawn from the seat's view a few times a second, apart from the canvas.

import { useState } from "preact/hooks";
import { levelOf } from "../../../shared/games/arenaPearls.ts";
import {
  CHARGES_MAX,
  HULL_MAX,
  LEVEL_MAX,
  PARTS,
  type Part,
  priceOf,
  TITLE_LENGTH_MAX,
} from "../../../shared/games/arenaRecords.ts";
import { useBeat, useNews } from "../hooks.ts";
import { SittingsSaid, useSittings } from "../line/sittings.tsx";
import { Popover } from "../popover.tsx";
import { arenaTexts } from "./arenaTexts.ts";
import type { Sailor } from "./sailor.ts";
import { RoundOver, Scores, type ScoresProps } from "./scores.tsx";
import { SoundButton, type SoundChoice } from "./soundChoice.tsx";

/** Figures need not change faster than they can be read. */
const REDRAW_MS = 120;

export interface HudProps extends Omit<ScoresProps, "sittings"> {
  readonly upgrade: (part: Part) => void;
  readonly rename: (title: string) => void;
  readonly sound: SoundChoice;
}

export function Hud(props: HudProps) {
  const { seat, sailor, sound } = props;
  useNews((told) => seat.on("change", told), REDRAW_MS);
  useBeat(1_000);
  const { ship } = sailor;
  const scores = { ...props, sittings: useSittings(seat) };
  return (
    <div class="hud">
      {ship === undefined ? null : <Gauges ship={ship} />}
      <Scores {...scores} />
      <SittingsSaid sittings={scores.sittings} self={seat.index} />
      <div class="tools">
        {ship === undefined ? null : <Fitting {...props} ship={ship} />}
        <SoundButton {...sound} />
      </div>
      <RoundOver {...scores} />
      {ship?.state === "sunk" ? (
        <p class="hint" role="status" data-testid="sunk">
          {arenaTexts.sunk}
        </p>
      ) : null}
      {ship?.state === "hidden" ? (
        <p class="hint" data-testid="hidden">
          {arenaTexts.hidden}
        </p>
      ) : null}
    </div>
  );
}

type Ship = NonNullable<Sailor["ship"]>;

function Gauges({ ship }: { readonly ship: Ship }) {
  const { hull, planks, charges = 0, pearls = 0, score } = ship;
  return (
    <dl class="gauges" data-testid="gauges">
      <Gauge name={arenaTexts.hull} value={hull} most={HULL_MAX + planks} tone="hull" />
      <Gauge name={arenaTexts.charges} value={charges} most={CHARGES_MAX} tone="charge" />
      <div class="figure">
        <dt>{arenaTexts.pearls}</dt>
        <dd data-testid="pearls">{pearls}</dd>
      </div>
      <div class="figure">
        <dt>{arenaTexts.score}</dt>
        <dd data-testid="score">{score}</dd>
      </div>
    </dl>
  );
}

function Gauge(props: {
  readonly name: string;
  readonly value: number;
  readonly most: number;
  readonly tone: "hull" | "charge";
}) {
  const { name, value, most, tone } = props;
  return (
    <div class={`gauge ${tone}`}>
      <dt>{name}</dt>
      <dd data-testid={tone} data-value={value}>
        <span class="unseen">{`${value} / ${most}`}</span>
        {Array.from({ length: most }, (_, at) => (
          <span key={at} class={at < value ? "pip full" : "pip"} />
        ))}
      </dd>
    </div>
  );
}

function Fitting({ ship, upgrade, rename }: HudProps & { readonly ship: Ship }) {
  const pearls = ship.pearls ?? 0;
  const canBuy = PARTS.some((part) => isAffordable(ship, part));
  return (
    <Popover
      name="fitting"
      look={canBuy ? "primary" : undefined}
      label={
        <>
          {arenaTexts.fitting} <small>{arenaTexts.price(pearls)}</small>
        </>
      }
    >
      {() => (
        <>
          {PARTS.map((part) => (
            <UpgradeButton key={part} ship={ship} part={part} upgrade={upgrade} />
          ))}
          <Rename title={ship.title} rename={rename} />
        </>
      )}
    </Popover>
  );
}

function isAffordable(ship: Ship, part: Part): boolean {
  const level = levelOf(ship, part);
  return level < LEVEL_MAX && (ship.pearls ?? 0) >= priceOf(level);
}

function UpgradeButton(props: {
  readonly ship: Ship;
  readonly part: Part;
  readonly upgrade: (part: Part) => void;
}) {
  const { ship, part, upgrade } = props;
  const level = levelOf(ship, part);
  const canBuy = isAffordable(ship, part);
  return (
    <button
      type="button"
      aria-disabled={!canBuy}
      data-testid={`upgrade-${part}`}
      onClick={canBuy ? () => upgrade(part) : undefined}
    >
      {arenaTexts.upgrade(arenaTexts.parts[part], level)}{" "}
      <small>{level >= LEVEL_MAX ? arenaTexts.full : arenaTexts.price(priceOf(level))}</small>
    </button>
  );
}

function Rename(props: { readonly title: string; readonly rename: (title: string) => void }) {
  const [typed, setTyped] = useState(props.title);
  const submit = (event: Event) => {
    event.preventDefault();
    props.rename(typed);
  };
  return (
    <form class="field" onSubmit={submit}>
      <label>
        <span>{arenaTexts.shipName}</span>
        <input
          value={typed}
          maxLength={TITLE_LENGTH_MAX}
          data-testid="ship-name"
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </label>
      <button type="submit" data-testid="rename">
        {arenaTexts.rename}
      </button>
    </form>
  );
}
