// Keys: which of the keys that a page hears are meant for the game on it. It presses none.

/** Whoever types, answers a question or tells the browser something does not play with the same keys. */
export function isForGame({ ctrlKey, metaKey, altKey, target }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey || target instanceof HTMLInputElement) return false;
  return !(target instanceof Element && target.closest(".card") !== null);
}
