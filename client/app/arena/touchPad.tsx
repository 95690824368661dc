// Touch pad: a stick for one thumb and buttons for the other, for screens that are touched.

import { useRef, useState } from "preact/hooks";
import { arenaTexts } from "./arenaTexts.ts";
import type { Steering } from "./steering.ts";
import "./touchPad.css";

/** Pixels that a thumb moves the stick at most. */
const STICK_REACH = 52;

export interface TouchPadProps {
  readonly steering: Steering;
  readonly dash: () => void;
  readonly dropMine: () => void;
}

export function TouchPad({ steering, dash, dropMine }: TouchPadProps) {
  return (
    <div class="touch-pad">
      <Stick steering={steering} />
      <div class="thumb-buttons">
        <button type="button" data-testid="mine" onClick={dropMine}>
          {arenaTexts.mine}
        </button>
        <button type="button" data-testid="dash" onClick={dash}>
          {arenaTexts.dash}
        </button>
        <button
          type="button"
          class="primary fire"
          data-testid="fire"
          onPointerDown={() => steering.trigger(true)}
          onPointerUp={() => steering.trigger(false)}
          onPointerCancel={() => steering.trigger(false)}
          onContextMenu={(event) => event.preventDefault()}
        >
          {arenaTexts.fire}
        </button>
      </div>
    </div>
  );
}

interface Tilt {
  readonly x: number;
  readonly y: number;
}

const UPRIGHT: Tilt = { x: 0, y: 0 };

function Stick({ steering }: { readonly steering: Steering }) {
  const [tilt, setTilt] = useState(UPRIGHT);
  const base = useRef<HTMLDivElement>(null);
  const held = useRef<number | undefined>(undefined);
  const move = (event: PointerEvent) => {
    if (event.pointerId !== held.current || base.current === null) return;
    const box = base.current.getBoundingClientRect();
    const dx = (event.clientX - box.left - box.width / 2) / STICK_REACH;
    const dy = (event.clientY - box.top - box.height / 2) / STICK_REACH;
    const size = Math.max(1, Math.hypot(dx, dy));
    setTilt({ x: dx / size, y: dy / size });
    steering.tilt(dx / size, dy / size);
  };
  const release = () => {
    held.current = undefined;
    setTilt(UPRIGHT);
    steering.tilt(0, 0);
  };
  return (
    <div
      ref={base}
      class="stick-base"
      data-testid="stick"
      role="application"
      aria-label={arenaTexts.stick}
      onPointerDown={(event) => {
        held.current = event.pointerId;
        event.currentTarget.setPointerCapture(event.pointerId);
        move(event);
      }}
      onPointerMove={move}
      onPointerUp={release}
      onPointerCancel={release}
    >
      <span
        class="stick-knob"
        style={{ transform: `translate(${tilt.x * STICK_REACH}px, ${tilt.y * STICK_REACH}px)` }}
      />
    </div>
  );
}
