// Media: whether the screen or the person wants something, as the browser knows it, kept up to date.

import { useEffect, useState } from "preact/hooks";
import { usePreferences } from "./preferences/preferences.ts";

export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const changed = () => setMatches(list.matches);
    changed();
    list.addEventListener("change", changed);
    return () => list.removeEventListener("change", changed);
  }, [query]);
  return matches;
}

/** Whether the pages are dark: as somebody prefers, else as the device says. */
export function useIsNight(): boolean {
  const isDark = useMedia("(prefers-color-scheme: dark)");
  const { colours } = usePreferences();
  return colours === "dark" || (colours !== "light" && isDark);
}

/** Whether as little as possible moves by itself, as the whole page shows it. */
export function useIsCalm(): boolean {
  usePreferences();
  return document.documentElement.dataset.motion === "calm";
}
