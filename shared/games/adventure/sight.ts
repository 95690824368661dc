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
import { bare, nounsAround } from "./nouns.ts";
import { tell } from "./scroll.ts";
import { CREATURES } from "./world/creatures.ts";
import { PLACES } from "./world/places.ts";
import { THINGS } from "./world/things.ts";

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
export function waysOf(room: Island, person: Person): readonly Direction[] {
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
  for (const person of room.state.people) {
    const sight = room.state.sights.get(person.seat);
    if (sight === undefined) continue;
    const key = placeOf(person);
    sight.place = PLACES[key].name;
    sight.exits = [...waysOf(room, person)];
    sight.here = peopleAt(room, key).map(({ seat }) => seat);
    const names = nounsAround(room, person).map((noun) => bare(noun.name));
    sight.names = [...new Set(names)].slice(0, 80);
  }
}
