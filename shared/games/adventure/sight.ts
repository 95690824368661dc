// Sight: what a person sees where they stand, in words for the story and as names for the page.
// It describes; it never moves anybody.

import {
  creaturesAt,
  holding,
  type Island,
  isLit,
  lyingAt,
  nameOf,
  type Person,
  peopleAt,
  placeOf,
  throughExit,
} from "./island.ts";
import { DIRECTIONS, type Direction } from "./kinds.ts";
import { bare, nounsOfPlace } from "./nouns.ts";
import { tell } from "./scroll.ts";
import { CREATURES } from "./world/creatures.ts";
import { PLACES } from "./world/places.ts";
import { THINGS } from "./world/things.ts";

/** As many as the record holds; no place has as many things. */
const NAMES_MAX = 80;

const DARK =
  "It is too dark to see your own hands, let alone what they might find. A lantern would change that.";

/** Tells a person what is around them: the whole text, or after the first time what may have changed. */
export function lookAround(room: Island, person: Person, isWhole: boolean): void {
  const key = placeOf(person);
  const place = PLACES[key];
  const say = (text: string) => tell(room, person.seat, text);
  tell(room, person.seat, { sort: "place", text: place.name });
  if (!isLit(room, key)) {
    say(DARK);
    return sayCompany(room, person);
  }
  const isNew = !person.seen.includes(key);
  const shown = isWhole || isNew ? [place.text] : [];
  const ways = shown.length === 0 ? [waysText(room, person)] : [];
  say([...shown, ...holding(room, person, place.also), ...ways].join(" "));
  if (isNew) person.seen = [...person.seen, key].slice(-80);
  const lying = lyingText(room, person);
  if (lying !== "") say(lying);
  for (const creature of creaturesAt(room, key)) say(CREATURES[creature].stands);
  sayCompany(room, person);
}

function sayCompany(room: Island, person: Person): void {
  const others = peopleAt(room, placeOf(person)).filter(({ seat }) => seat !== person.seat);
  if (others.length === 0) return;
  const names = others.map(({ seat, holding: held }) =>
    held === "nothing" ? nameOf(room, seat) : `${nameOf(room, seat)} (at the ${held})`,
  );
  tell(room, person.seat, `${listed(names)} ${names.length === 1 ? "is" : "are"} here.`);
}

/** What lies about, as the world says it, or plainly where somebody put it down. */
function lyingText(room: Island, person: Person): string {
  const place = placeOf(person);
  const plain: string[] = [];
  const told: string[] = [];
  for (const key of lyingAt(room, place)) {
    const { lies, home, name } = THINGS[key];
    if (lies !== undefined && home === place) told.push(lies);
    else plain.push(name);
  }
  if (plain.length > 0) told.push(`Here lies ${listed(plain)}.`);
  return told.join(" ");
}

/** Ways that can be seen, open or shut. */
function waysOf(room: Island, person: Person): readonly Direction[] {
  const { exits } = PLACES[placeOf(person)];
  return DIRECTIONS.filter((way) => {
    const exit = exits[way];
    if (exit === undefined) return false;
    const through = throughExit(room, person, exit);
    return "to" in through || !through.isSecret;
  });
}

export function waysText(room: Island, person: Person): string {
  return `Ways: ${waysOf(room, person).join(", ")}.`;
}

/** "a lantern, a herring and a loaf". */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}

/** Brings every page's view of the place up to date; what is the same again costs nothing. */
export function showSights(room: Island): void {
  const seatsAt = new Map<string, number[]>();
  const people = [...room.state.people].map((person) => ({ person, key: placeOf(person) }));
  for (const { person, key } of people) {
    const seats = seatsAt.get(key);
    if (seats === undefined) seatsAt.set(key, [person.seat]);
    else seats.push(person.seat);
  }
  for (const { person, key } of people) {
    const sight = room.state.sights.get(person.seat);
    if (sight === undefined) continue;
    const exits = waysOf(room, person);
    const here = seatsAt.get(key) ?? [];
    const nouns = nounsOfPlace(room, person).map((noun) => bare(noun.name));
    const names = [...new Set(nouns)].slice(0, NAMES_MAX);
    sight.place = PLACES[key].name;
    // Most are as they were, of up to fifty people: looking is cheaper than writing the same again.
    if (!isSame(sight.exits, exits)) sight.exits = exits;
    if (!isSame(sight.here, here)) sight.here = here;
    if (!isSame(sight.names, names)) sight.names = names;
  }
}

function isSame<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((item, at) => item === other[at]);
}
