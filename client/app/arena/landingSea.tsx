// Landing sea: a strip of the arena's sea with a few ships that sail for nobody, drawn by what draws
// the game. Decoration: it hears no server and no hand.

import { useEffect, useRef } from "preact/hooks";
import { useFrames } from "../hooks.ts";
import { useIsCalm, useIsNight } from "../media.ts";
import { ArenaView } from "./arenaView.ts";
import type { Picture, PicturedShip } from "./picture.ts";

/** Open water between kelp and rocks: nobody here looks out for them. */
const CENTRE = { x: 1_200, y: 400 };
const FLEET = [
  { seat: 0, reachX: 330, reachY: 74, everyMs: 26_000, from: 0.4 },
  { seat: 1, reachX: 210, reachY: 58, everyMs: 19_000, from: 2.6 },
  { seat: 2, reachX: 420, reachY: 40, everyMs: 34_000, from: 4.4 },
] as const;

function shipAt({ seat, reachX, reachY, everyMs, from }: (typeof FLEET)[number], pageMs: number) {
  const turn = from + (pageMs / everyMs) * 2 * Math.PI;
  const ship: PicturedShip = {
    x: CENTRE.x + Math.cos(turn) * reachX,
    y: CENTRE.y + Math.sin(2 * turn) * reachY,
    course: Math.atan2(2 * Math.cos(2 * turn) * reachY, -Math.sin(turn) * reachX),
    seat,
    label: "",
    isOwn: false,
    hull: 0,
    hullMax: 0,
    isHidden: false,
    isAway: false,
    isSafe: false,
    isDashing: false,
  };
  return ship;
}

function pictureAt(pageMs: number): Picture {
  const pearls = [-380, -140, 120, 350].map((x, id) => ({
    id,
    x: CENTRE.x + x,
    y: CENTRE.y + (id % 2 === 0 ? 52 : -48),
  }));
  const ships = FLEET.map((each) => shipAt(each, pageMs));
  return {
    pageMs,
    centre: CENTRE,
    ships,
    sunk: [],
    shots: [],
    mines: [],
    pearls,
    isFinished: false,
  };
}

export function LandingSea() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<ArenaView>(undefined);
  const isNight = useIsNight();
  const isCalm = useIsCalm();
  useEffect(() => {
    if (canvas.current !== null) view.current = new ArenaView(canvas.current);
  }, []);
  useFrames((pageMs) => {
    const look = { isNight, isCalm, liftPx: 0, hasChart: false };
    view.current?.draw(pictureAt(isCalm ? 0 : pageMs), look);
  });
  return (
    <div class="landing-sea" aria-hidden="true">
      <canvas ref={canvas} />
    </div>
  );
}
