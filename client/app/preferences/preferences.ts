// Preferences: how somebody likes the pages: shown at once, kept on this device for the next load, and
// with the account for every other device. They change looks and language, never a game.

import { useReducer } from "preact/hooks";
import type { Preferences } from "../../../shared/owned.ts";
import { useListening } from "../hooks.ts";
import { isUnreached, visitor } from "../visitor.ts";

/** Languages there are texts for, each by its own name. */
export const LANGUAGES: Readonly<Record<string, string>> = { en: "English" };
const COLOURS: readonly string[] = ["light", "dark", "contrast"];
const KEY = "holdfast.preferences";

let preferences: Preferences = {};
const listeners = new Set<() => void>();

/** Shows the pages as this device last had them; before the first of them is drawn. */
export function showKept(): void {
  stillness().addEventListener("change", () => show(preferences));
  show(kept());
}

/** Asks for those of whoever is signed in. Nobody has none, and then the device's own stand. */
export async function fetchPreferences(): Promise<void> {
  const before = preferences;
  try {
    type Answer = { readonly preferences: Preferences };
    const { preferences: fetched } = await visitor.ask<Answer>("GET", "/api/preferences");
    // What somebody chose meanwhile is newer than the answer.
    if (preferences === before) take(fetched);
  } catch (error) {
    if (!isUnreached(error)) throw error;
  }
}

/** Shows them at once and keeps them. Rejects when they could not be kept with the account. */
export function prefer(wanted: Preferences): Promise<void> {
  take(wanted);
  // One after the other, each time the newest: an older choice must not be written last.
  sending = sending.then(send, send);
  return sending;
}

let sending: Promise<void> = Promise.resolve();

async function send(): Promise<void> {
  await visitor.ask("PUT", "/api/preferences", { body: preferences });
}

/** Draws the component again when they change. */
export function usePreferences(): Preferences {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useListening(() => {
    const told = () => redraw(undefined);
    listeners.add(told);
    return () => void listeners.delete(told);
  }, []);
  return preferences;
}

function take(wanted: Preferences): void {
  show(wanted);
  keep(wanted);
}

function show(wanted: Preferences): void {
  preferences = wanted;
  const root = document.documentElement;
  const { colours, reducedMotion, language } = wanted;
  if (colours === undefined) delete root.dataset.colours;
  else root.dataset.colours = colours;
  if (reducedMotion ?? stillness().matches) root.dataset.motion = "calm";
  else delete root.dataset.motion;
  root.lang = language !== undefined && Object.hasOwn(LANGUAGES, language) ? language : "en";
  for (const told of listeners) told();
}

/** Whether the device asks for less motion. */
function stillness(): MediaQueryList {
  return matchMedia("(prefers-reduced-motion: reduce)");
}

function kept(): Preferences {
  try {
    return readPreferences(localStorage.getItem(KEY) ?? "{}");
  } catch (cause) {
    if (cause instanceof DOMException) return {};
    throw cause;
  }
}

/** What was kept as text; nonsense is no preference. */
function readPreferences(text: string): Preferences {
  try {
    const found: unknown = JSON.parse(text);
    if (typeof found !== "object" || found === null) return {};
    const { language, colours, reducedMotion } = found as Readonly<Record<string, unknown>>;
    return {
      ...(typeof language === "string" ? { language } : {}),
      ...(isColours(colours) ? { colours } : {}),
      ...(typeof reducedMotion === "boolean" ? { reducedMotion } : {}),
    };
  } catch (cause) {
    if (cause instanceof SyntaxError) return {};
    throw cause;
  }
}

function isColours(given: unknown): given is NonNullable<Preferences["colours"]> {
  return typeof given === "string" && COLOURS.includes(given);
}

function keep(wanted: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(wanted));
  } catch (cause) {
    // A browser that keeps nothing asks the account next time.
    if (!(cause instanceof DOMException)) throw cause;
  }
}
