// Nouns: what a person can mean where they stand: things, people, creatures and what belongs to the
// place. It finds what was named and never acts on it.

import {
  carriedBy,
  creaturesAt,
  type Island,
  isLit,
  isSo,
  lyingAt,
  nameOf,
  type Person,
  peopleAt,
  placeOf,
} from "./island.ts";
import type { Scenery } from "./kinds.ts";
import { plainWords } from "./parse.ts";
import { CREATURES, type CreatureKey } from "./world/creatures.ts";
import { PLACES } from "./world/places.ts";
import { THINGS, type ThingKey } from "./world/things.ts";

export type Noun = { readonly name: string; readonly words: readonly string[] } & (
  | { readonly kind: "thing"; readonly key: ThingKey; readonly where: "mine" | "here" }
  | { readonly kind: "person"; readonly seat: number }
  | { readonly kind: "creature"; readonly key: CreatureKey }
  | { readonly kind: "scenery"; readonly scenery: Scenery }
);

export type Found =
  | { readonly kind: "one"; readonly noun: Noun }
  | { readonly kind: "several"; readonly names: readonly string[] }
  | { readonly kind: "none" };

/** A name without its article. */
export function bare(name: string): string {
  return name.replace(/^(?:an?|the) /, "");
}

function thingNoun(key: ThingKey, where: "mine" | "here"): Noun {
  const { name, words } = THINGS[key];
  return { kind: "thing", key, where, name, words: [bare(name), ...words] };
}

/** Everything that can be meant: things, what belongs to the place, and people. */
export function nounsAround(room: Island, person: Person): readonly Noun[] {
  return [...nounsOfPlace(room, person), ...peopleBeside(room, person)];
}

function peopleBeside(room: Island, person: Person): readonly Noun[] {
  return peopleAt(room, placeOf(person))
    .filter(({ seat }) => seat !== person.seat)
    .map(({ seat }) => {
      const name = nameOf(room, seat);
      return { kind: "person", seat, name, words: [plainWords(name)] };
    });
}

/** Everything but people, what one carries first. */
export function nounsOfPlace(room: Island, person: Person): readonly Noun[] {
  const place = placeOf(person);
  const mine = carriedBy(room, person).map((key) => thingNoun(key, "mine"));
  if (!isLit(room, place)) return mine;
  const lying = lyingAt(room, place).map((key) => thingNoun(key, "here"));
  // The crank in its socket can be seen, and taken out again.
  const isFitted = place === "foot" && room.state.whereabouts.crank === "works";
  const fitted = isFitted ? [thingNoun("crank", "here")] : [];
  const creatures = creaturesAt(room, place).map((key): Noun => {
    const { name, words } = CREATURES[key];
    return { kind: "creature", key, name, words };
  });
  const scenery = (PLACES[place].scenery ?? [])
    .filter(({ when }) => when === undefined || isSo(room, person, when))
    .map((each): Noun => {
      const name = each.name ?? `the ${each.words[0]}`;
      return { kind: "scenery", scenery: each, name, words: each.words };
    });
  return [...mine, ...lying, ...fitted, ...creatures, ...scenery];
}

/** How well words name a noun: not at all, by some of its words, or wholly. */
function fitOf(noun: Noun, typed: string): 0 | 1 | 2 {
  if (noun.words.includes(typed)) return 2;
  const known = new Set(noun.words.flatMap((words) => words.split(/[ -]/)));
  const parts = typed.split(/[ -]/).filter((part) => part !== "");
  return parts.length > 0 && parts.every((part) => known.has(part)) ? 1 : 0;
}

/**
 * The noun that was meant. Of those that fit as well, `prefers` chooses; scenery stands back behind
 * whatever can be carried or greeted.
 */
export function findNoun(
  nouns: readonly Noun[],
  typed: string,
  prefers: (noun: Noun) => boolean = () => true,
): Found {
  for (const least of [2, 1] as const) {
    const fitting = nouns.filter((noun) => fitOf(noun, typed) >= least);
    const chosen = firstNotEmpty(
      fitting.filter((noun) => noun.kind !== "scenery" && prefers(noun)),
      fitting.filter((noun) => noun.kind !== "scenery"),
      fitting,
    );
    const names = [...new Set(chosen.map(({ name }) => name))];
    const [noun] = chosen;
    if (noun !== undefined && names.length === 1) return { kind: "one", noun };
    if (names.length > 1) return { kind: "several", names };
  }
  return { kind: "none" };
}

function firstNotEmpty(...lists: readonly (readonly Noun[])[]): readonly Noun[] {
  return lists.find((list) => list.length > 0) ?? [];
}
