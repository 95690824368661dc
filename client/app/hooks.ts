// Hooks: how a component hears of time and of its seat. The clock is the one of shared/.

import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import { systemClock } from "../../shared/clock.ts";

/** Draws the component again every `everyMs` while it is shown. */
export function useBeat(everyMs: number): void {
  const [, beat] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    let cancel = systemClock.after(everyMs, next);
    function next() {
      beat(undefined);
      cancel = systemClock.after(everyMs, next);
    }
    return () => cancel();
  }, [everyMs]);
}

/** Milliseconds since the component was first shown, drawn again twice a second. */
export function useElapsed(): number {
  const [sinceMs] = useState(() => systemClock.now());
  useBeat(500);
  return systemClock.now() - sinceMs;
}

/**
 * Listens to what a component shows, from the moment it is drawn. An effect begins a picture later, and
 * what the source says until then would never be shown.
 */
export function useListening(listen: () => () => void, sources: readonly unknown[]): void {
  useLayoutEffect(listen, sources);
}

/** Draws the component again when the source says so, at most every `everyMs`. */
export function useNews(listen: (told: () => void) => () => void, everyMs: number): void {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const source = useRef(listen);
  source.current = listen;
  useListening(() => {
    let isWaiting = false;
    let cancel = () => undefined as void;
    const stop = source.current(() => {
      if (isWaiting) return;
      isWaiting = true;
      cancel = systemClock.after(everyMs, () => {
        isWaiting = false;
        redraw(undefined);
      });
    });
    return () => {
      cancel();
      stop();
    };
  }, [everyMs]);
}

/** The escape key, wherever the focus is. */
export function useEscape(pressed: () => void): void {
  const newest = useRef(pressed);
  newest.current = pressed;
  useEffect(() => {
    const heard = ({ key }: KeyboardEvent) => key === "Escape" && newest.current();
    addEventListener("keydown", heard);
    return () => removeEventListener("keydown", heard);
  }, []);
}

/** Runs on every picture the screen shows, with the page's time in ms, until the component goes. */
export function useFrames(draw: (pageMs: number) => void): void {
  const newest = useRef(draw);
  newest.current = draw;
  useEffect(() => {
    let request = requestAnimationFrame(next);
    function next() {
      newest.current(systemClock.now());
      request = requestAnimationFrame(next);
    }
    return () => cancelAnimationFrame(request);
  }, []);
}
