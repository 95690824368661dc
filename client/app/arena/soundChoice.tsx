// Sound choice: whether somebody wants to hear the arena on this device, kept for the next time, and
// the button that says so.

import { useCallback, useEffect, useState } from "preact/hooks";
import { arenaTexts } from "./arenaTexts.ts";
import { Sounds } from "./sounds.ts";

const KEY = "holdfast.sound";
const OFF = "off";

export interface SoundChoice {
  readonly sounds: Sounds;
  readonly isMuted: boolean;
  toggle(): void;
}

export function useSounds(): SoundChoice {
  const [isMuted, setMuted] = useState(wasMuted);
  const [sounds] = useState(() => new Sounds());
  const toggle = useCallback(() => setMuted((was) => !was), []);
  useEffect(() => {
    sounds.mute(isMuted);
    keepMuted(isMuted);
  }, [sounds, isMuted]);
  useEffect(() => {
    const ended = new AbortController();
    const wake = () => sounds.wake();
    for (const touch of ["pointerdown", "keydown"]) {
      addEventListener(touch, wake, { signal: ended.signal, passive: true });
    }
    return () => {
      ended.abort();
      sounds.close();
    };
  }, [sounds]);
  return { sounds, isMuted, toggle };
}

export function SoundButton({ isMuted, toggle }: Omit<SoundChoice, "sounds">) {
  const label = isMuted ? arenaTexts.soundOff : arenaTexts.soundOn;
  return (
    <button
      type="button"
      class="sound"
      title={label}
      aria-label={arenaTexts.sound}
      aria-pressed={!isMuted}
      data-testid="sound"
      onClick={toggle}
    >
      <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
        <path class="horn" d="M3 9h4l6-5v16l-6-5H3z" />
        <path
          class="wave"
          d={isMuted ? "M17 9l5 6M22 9l-5 6" : "M16.5 8.5q3 3.5 0 7M19.5 6q5 6 0 12"}
        />
      </svg>
    </button>
  );
}

function wasMuted(): boolean {
  try {
    return localStorage.getItem(KEY) === OFF;
  } catch (cause) {
    if (cause instanceof DOMException) return false;
    throw cause;
  }
}

function keepMuted(isMuted: boolean): void {
  try {
    if (isMuted) localStorage.setItem(KEY, OFF);
    else localStorage.removeItem(KEY);
  } catch (cause) {
    // A browser that keeps nothing is asked again next time.
    if (!(cause instanceof DOMException)) throw cause;
  }
}
