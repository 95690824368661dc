// Scene: one person in the middle of a command: what the rules of a verb may ask, say and change.
// It knows no verb.

import { nearest } from "../../nearest.ts";
import {
  type Holding,
  handsOf,
  has,
  hasReached,
  type Island,
  isShared,
  nameOf,
  type Person,
  placeOf,
} from "./island.ts";
import type { LineSort } from "./line.ts";
import { bare, findNoun, type Noun, nounsAround } from "./nouns.ts";
import type { Phrase } from "./parse.ts";
import { tell, tellPlace } from "./scroll.ts";
import { listed, lookAround } from "./sight.ts";
import { CHAPTERS, type Chapter } from "./world/chapters.ts";
import type { PlaceKey } from "./world/places.ts";
import { THINGS, type ThingKey } from "./world/things.ts";

export class Scene {
  readonly room: Island;
  readonly person: Person;

  constructor(room: Island, person: Person) {
    this.room = room;
    this.person = person;
  }

  get seat(): number {
    return this.person.seat;
  }

  get name(): string {
    return nameOf(this.room, this.seat);
  }

  get place(): PlaceKey {
    return placeOf(this.person);
  }

  /** Tells the person. */
  say(text: string, sort: LineSort = "text"): void {
    tell(this.room, this.seat, { sort, text });
  }

  /** Tells everybody else in the place. */
  others(text: string): void {
    tellPlace(this.room, this.place, { text, but: this.seat });
  }

  has(key: ThingKey): boolean {
    return has(this.room, this.person, key);
  }

  gain(key: ThingKey): void {
    if (isShared(key)) this.room.state.whereabouts[key] = handsOf(this.person);
    else if (!this.has(key)) this.person.things = [...this.person.things, key];
  }

  /** Out of the person's hands; a shared thing goes to `to`, the place here if not given. */
  lose(key: ThingKey, to: string = this.place): void {
    if (isShared(key)) this.room.state.whereabouts[key] = to;
    else this.person.things = this.person.things.filter((each) => each !== key);
  }

  /** Takes note of a part of the story, once. */
  reach(chapter: Chapter): void {
    if (hasReached(this.person, chapter)) return;
    this.person.chapters = [...this.person.chapters, chapter];
    this.say(CHAPTERS[chapter].title, "chapter");
  }

  hold(what: Holding): void {
    this.person.holding = what;
  }

  /** Goes to another place and looks about. Others are told by `leaves` and `comes`. */
  goTo(place: PlaceKey, leaves: string, comes: string): void {
    this.others(leaves);
    this.person.place = place;
    this.others(comes);
    lookAround(this.room, this.person, false);
  }

  get nouns(): readonly Noun[] {
    return nounsAround(this.room, this.person);
  }

  /** The words of a phrase, with "it" in words; undefined for none or for everything. */
  wordsOf(phrase: Phrase | undefined): string | undefined {
    if (phrase?.kind === "named") return phrase.words;
    if (phrase?.kind === "it" && this.person.meant !== "") return this.person.meant;
    return undefined;
  }

  /** What a phrase means here. If that is unclear the person is told, and it is undefined. */
  find(phrase: Phrase, prefers?: (noun: Noun) => boolean): Noun | undefined {
    const words = this.wordsOf(phrase);
    if (words === undefined) {
      const isIt = phrase.kind === "it";
      this.say(isIt ? "What do you mean by it? Name it once." : "One thing at a time.", "note");
      return undefined;
    }
    const found = findNoun(this.nouns, words, prefers);
    if (found.kind === "one") {
      this.person.meant = bare(found.noun.name).toLowerCase().slice(0, 48);
      return found.noun;
    }
    this.say(found.kind === "several" ? askWhich(found.names) : this.#absent(words), "note");
    return undefined;
  }

  #absent(words: string): string {
    const names = this.nouns.flatMap((noun) => noun.words);
    const guess = nearest(words, names);
    if (guess !== undefined) return `You see no ${words} here. Did you mean ${guess}?`;
    return `You see no ${words} here.`;
  }
}

function askWhich(names: readonly string[]): string {
  return `Which do you mean: ${listed(names)}?`;
}

/** A thing's name with a capital or without, and with "the". */
export function theThing(key: ThingKey): string {
  return `the ${bare(THINGS[key].name)}`;
}
