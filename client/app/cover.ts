// Cover: what lies over a table until its line is back or somebody has answered. What it covers is out of
// reach for keys and ears as it is for eyes; what lies above it, as the lab does, is not.

import { useEffect } from "preact/hooks";

export interface Cover {
  readonly current: HTMLElement | null;
}

/** Once drawn, and again whenever `why` is another. `sparesTyping`: what is typed meanwhile is worth keeping. */
export function useCover(cover: Cover, why: unknown, sparesTyping = false): void {
  useEffect(() => {
    const shown = cover.current;
    if (shown === null) return;
    const beside = [...(shown.parentElement?.children ?? [])];
    const covered = beside.filter((each) => each.matches("header, main")) as HTMLElement[];
    const active = document.activeElement;
    const isCovered = covered.some((each) => each.contains(active));
    const isTyping = isCovered && active instanceof HTMLInputElement && !active.closest("dialog");
    if (sparesTyping && isTyping) return;
    for (const each of covered) each.inert = true;
    if (isCovered || active === document.body) focusCover(shown);
    return () => {
      for (const each of covered) each.inert = false;
    };
  }, [why]);
}

/** Not whatever button there is: a key that was meant for the game must not lead away from it. */
export function focusCover(cover: HTMLElement | null): void {
  const first = cover?.querySelector<HTMLElement>("input, .primary") ?? cover;
  first?.focus();
}
