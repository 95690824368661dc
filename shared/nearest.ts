// Nearest: which of some words another was meant to be. It knows no language and decides nothing.

const STEPS_MAX = 2;
const LENGTH_MAX = 24;

/** The candidate that a slip of the finger made this of; undefined if none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length < 3 || word.length > LENGTH_MAX) return undefined;
  let best: string | undefined;
  let bestSteps = word.length < 5 ? STEPS_MAX : STEPS_MAX + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestSteps) continue;
    const steps = stepsBetween(word, candidate);
    if (steps < bestSteps) {
      best = candidate;
      bestSteps = steps;
    }
  }
  return best;
}

/** Letters to add, drop or change to make one word of the other. */
function stepsBetween(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row++) {
    const line = [row];
    for (let at = 1; at <= other.length; at++) {
      const same = one[row - 1] === other[at - 1] ? 0 : 1;
      line.push(
        Math.min((line[at - 1] ?? 0) + 1, (above[at] ?? 0) + 1, (above[at - 1] ?? 0) + same),
      );
    }
    above = line;
  }
  return above[other.length] ?? 0;
}

/** What to say besides to whoever used a name that is none of those there are. */
export function hintOf(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  if (meant !== undefined) return `did you mean "${meant}"?`;
  return known.length === 0 ? "there are none" : `there are ${known.join(", ")}`;
}
