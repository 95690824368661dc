// Deed: one thing that can be done with the things of the world, and how a sentence is found to mean
// it. Types and the search; what deeds do stands beside them.

import type { Phrase } from "../parse.ts";
import type { Scene } from "../scene.ts";
import type { Verb } from "../words.ts";
import type { PlaceKey } from "../world/places.ts";

export interface Deed {
  readonly verbs: readonly Verb[];
  /** What it is done to, and what with: words that mean it. The first must be named, or nothing at all. */
  readonly nouns: readonly (readonly string[])[];
  /** Where alone it can be done; anywhere if not given. */
  readonly at?: PlaceKey;
  /** What is said to whoever tries it elsewhere. */
  readonly elsewhere?: string;
  /** `rest`: all that was typed after the verb. */
  run(scene: Scene, rest: string): void;
}

/** "set shutter long short": strokes are no part of a name. */
const STROKES_AFTER = /(?: (?:long|short|l|s))+$/;

/** What was named in a sentence, in words. */
export interface Named {
  readonly verb: Verb;
  readonly words: readonly string[];
}

export function namedIn(scene: Scene, verb: Verb, phrases: readonly (Phrase | undefined)[]): Named {
  const words = phrases.flatMap(
    (phrase) => scene.wordsOf(phrase)?.replace(STROKES_AFTER, "") ?? [],
  );
  return { verb, words };
}

function means(group: readonly string[], words: string): boolean {
  return group.includes(words) || group.includes(words.split(" ").at(-1) ?? "");
}

/** Whether every word given is part of the deed, and what it is done to is among them. */
function fits({ nouns, verbs }: Deed, { verb, words }: Named): boolean {
  const [object = []] = nouns;
  return (
    verbs.includes(verb) &&
    words.every((each) => nouns.some((group) => means(group, each))) &&
    words.some((each) => means(object, each) || verb === "use")
  );
}

/** The deed that is meant: one of this place before one of anywhere, before one of elsewhere. */
export function findDeed(
  deeds: readonly Deed[],
  place: PlaceKey,
  named: Named,
): Deed | { readonly elsewhere: string } | undefined {
  const here = deeds.filter(({ at }) => at === place);
  // "turn" alone means what there is to turn here.
  const only = here.filter(({ verbs }) => verbs[0] === named.verb);
  if (named.words.length === 0) return only[0];
  const fitting = deeds.filter((deed) => fits(deed, named));
  const found =
    fitting.find(({ at }) => at === place) ?? fitting.find(({ at }) => at === undefined);
  if (found !== undefined) return found;
  const elsewhere = fitting.find((deed) => deed.elsewhere !== undefined)?.elsewhere;
  return elsewhere === undefined ? undefined : { elsewhere };
}
