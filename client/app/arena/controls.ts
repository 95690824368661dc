// Controls: hears keys and mouse for the arena and tells the steering. Fingers have elements of their
// own; commands go to whoever asked to hear of them.

import type { Part } from "../../../shared/games/arenaRecords.ts";
import type { Point } from "../../../shared/games/arenaSea.ts";
import { isForGame } from "../keys.ts";
import type { Steering } from "./steering.ts";

export interface ControlsOwner {
  readonly steering: Steering;
  /** Where on the image one's own ship is, in pixels; undefined while there is none. */
  shipOnScreen(): Point | undefined;
  dash(): void;
  dropMine(): void;
  upgrade(part: Part): void;
  toggleSound(): void;
}

const UPGRADE_KEYS: Readonly<Record<string, Part>> = {
  Digit1: "sail",
  Digit2: "guns",
  Digit3: "hull",
};

const RIGHT_BUTTON = 2;

/** Listens until the returned function is called. */
export function listen(canvas: HTMLCanvasElement, owner: ControlsOwner): () => void {
  const ended = new AbortController();
  const { signal } = ended;
  const { steering } = owner;
  addEventListener("keydown", (event) => keyDown(event, owner), { signal });
  addEventListener("keyup", ({ code }) => steering.release(code), { signal });
  addEventListener("blur", () => steering.releaseAll(), { signal });
  canvas.addEventListener(
    "pointermove",
    (event) => {
      const ship = owner.shipOnScreen();
      if (event.pointerType !== "mouse" || ship === undefined) return;
      steering.point(event.offsetX - ship.x, event.offsetY - ship.y);
    },
    { signal },
  );
  canvas.addEventListener(
    "pointerdown",
    (event) => {
      if (event.pointerType !== "mouse") return;
      if (event.button === RIGHT_BUTTON) owner.dash();
      else steering.trigger(true);
    },
    { signal },
  );
  addEventListener("pointerup", () => steering.trigger(false), { signal });
  canvas.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
  return () => ended.abort();
}

function keyDown(event: KeyboardEvent, owner: ControlsOwner): void {
  const { code, repeat } = event;
  if (!isForGame(event)) return;
  if (owner.steering.press(code)) {
    // A focused button would take a space for a press, and arrows would scroll the page.
    event.preventDefault();
    return;
  }
  if (repeat) return;
  const part = UPGRADE_KEYS[code];
  if (part !== undefined) owner.upgrade(part);
  else if (code === "ShiftLeft" || code === "ShiftRight") owner.dash();
  else if (code === "KeyE") owner.dropMine();
  else if (code === "KeyM") owner.toggleSound();
}
