// Arena table: the sea on a canvas with its instruments around it. It joins what steers, what sails
// and what draws; none of those know each other.

import { useEffect, useMemo, useRef } from "preact/hooks";
import { unreachable } from "../../../shared/assert.ts";
import { systemClock } from "../../../shared/clock.ts";
import { isBot } from "../../../shared/games/arenaBots.ts";
import type { Part } from "../../../shared/games/arenaRecords.ts";
import type { Act } from "../act.ts";
import { useElapsed, useFrames, useListening } from "../hooks.ts";
import { useIsCalm, useIsNight, useMedia } from "../media.ts";
import type { ArenaEvent, ArenaSeat } from "../tables.ts";
import { arenaTexts } from "./arenaTexts.ts";
import { ArenaView } from "./arenaView.ts";
import { onScreen } from "./camera.ts";
import { listen } from "./controls.ts";
import { Hud } from "./hud.tsx";
import type { Picture } from "./picture.ts";
import { Sailor } from "./sailor.ts";
import { type SoundChoice, useSounds } from "./soundChoice.tsx";
import { Steering } from "./steering.ts";
import { TouchPad } from "./touchPad.tsx";
import "./arena.css";

export interface ArenaTableProps {
  readonly seat: ArenaSeat;
  readonly act: Act;
  readonly say: (text: string) => void;
}

/** Buttons for thumbs cover this much of the lower edge. */
const PAD_PX = 196;

export function ArenaTable({ seat, act, say }: ArenaTableProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const sailor = useMemo(() => new Sailor(seat), [seat]);
  const steering = useMemo(() => new Steering(), []);
  const isNight = useIsNight();
  const isCalm = useIsCalm();
  const isTouched = useMedia("(pointer: coarse)");
  const commands = useMemo(() => commandsOf(seat, act, sailor), [seat, act, sailor]);
  const sound = useSounds();
  useTold(seat, sailor, say);
  useImages(
    { canvas, sailor, steering, commands, sound },
    { isNight, isCalm, liftPx: isTouched ? PAD_PX : 0, hasChart: true },
  );
  const isSeated = seat.index !== undefined;
  return (
    <main class="arena-table">
      <canvas ref={canvas} class="sea" data-testid="sea">
        {arenaTexts.sea}
      </canvas>
      <Hud
        seat={seat}
        sailor={sailor}
        isNight={isNight}
        upgrade={commands.upgrade}
        rename={(title) => void act(seat.send.renameShip({ title }))}
        sound={sound}
      />
      {isSeated && isTouched ? <TouchPad steering={steering} {...commands} /> : null}
      {isSeated && !isTouched ? <Keys /> : null}
    </main>
  );
}

/** Newcomers read the keys; after a while they are in the way. */
const KEYS_SHOWN_MS = 30_000;

function Keys() {
  if (useElapsed() > KEYS_SHOWN_MS) return null;
  return (
    <p class="keys">
      {arenaTexts.keys}
      <br />
      {arenaTexts.mouse}
    </p>
  );
}

interface Commands {
  dash(): void;
  dropMine(): void;
  upgrade(part: Part): void;
}

function commandsOf(seat: ArenaSeat, act: Act, sailor: Sailor): Commands {
  return {
    dash() {
      const undo = sailor.dash(systemClock.now());
      void act(seat.send.dash({})).then(undo);
    },
    dropMine: () => void act(seat.send.dropMine({})),
    upgrade: (part) => void act(seat.send.upgrade({ part })),
  };
}

interface Parts {
  readonly canvas: { readonly current: HTMLCanvasElement | null };
  readonly sailor: Sailor;
  readonly steering: Steering;
  readonly commands: Commands;
  readonly sound: SoundChoice;
}

function useImages(
  { canvas, sailor, steering, commands, sound: { sounds, toggle } }: Parts,
  look: Parameters<ArenaView["draw"]>[1],
): void {
  const view = useRef<ArenaView>(undefined);
  const newest = useRef<{ pageMs: number; picture: Picture | undefined; wasSailing: boolean }>({
    pageMs: 0,
    picture: undefined,
    wasSailing: false,
  });
  useEffect(() => {
    if (canvas.current === null) return undefined;
    view.current = new ArenaView(canvas.current);
    const shipOnScreen = () => {
      const own = newest.current.picture?.ships.find(({ isOwn }) => isOwn);
      return own === undefined || view.current === undefined
        ? undefined
        : onScreen(view.current.camera, own);
    };
    return listen(canvas.current, { steering, shipOnScreen, ...commands, toggleSound: toggle });
  }, [canvas, steering, commands, toggle]);
  useFrames((pageMs) => {
    const { isSailing, ship } = sailor;
    // A ship that has just been launched looks somewhere already: keys turn it from there.
    if (isSailing && !newest.current.wasSailing && ship !== undefined) steering.align(ship.heading);
    const steer = steering.steer(Math.min(100, pageMs - newest.current.pageMs));
    const picture = sailor.picture(pageMs, steer);
    newest.current = { pageMs, picture, wasSailing: isSailing };
    sounds.play(view.current?.draw(picture, look) ?? [], picture.centre);
    mark(canvas.current, picture);
  });
}

/** What the image shows of one's own ship, for whoever cannot see it, tests among them. */
function mark(canvas: HTMLCanvasElement | null, picture: Picture): void {
  const own = picture.ships.find(({ isOwn }) => isOwn);
  if (canvas === null) return;
  canvas.dataset.x = own === undefined ? "" : String(Math.round(own.x));
  canvas.dataset.y = own === undefined ? "" : String(Math.round(own.y));
  canvas.dataset.ships = String(picture.ships.length);
}

/** Says what happened, for eyes that were elsewhere and for those who hear the page. */
function useTold(seat: ArenaSeat, sailor: Sailor, say: (text: string) => void): void {
  const newest = useRef(say);
  newest.current = say;
  useListening(
    () =>
      seat.on("event", (event) => {
        const text = toldText(seat, sailor, event);
        if (text !== undefined) newest.current(text);
      }),
    [seat, sailor],
  );
}

function toldText(seat: ArenaSeat, sailor: Sailor, event: ArenaEvent): string | undefined {
  const label = (index: number) => sailor.label(index) || arenaTexts.someone;
  switch (event.name) {
    case "hit":
      return event.values.seat === seat.index
        ? arenaTexts.wasHit(label(event.values.by))
        : undefined;
    case "sunk":
      // What bots do to each other is nobody's news.
      if (isBot(event.values.seat) && isBot(event.values.by)) return undefined;
      return arenaTexts.sunkBy(label(event.values.seat), label(event.values.by));
    case "missed":
      return arenaTexts.missed(event.values.points, event.values.isSunk);
    case "found":
      return undefined;
    default:
      return unreachable(event);
  }
}
