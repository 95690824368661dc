// Stories: the progress that one identity has in one game: the story that goes on at the next visit, and
// others aside. It decides which is which; none is lost but the oldest of those aside, and none is doubled.

import type { Json } from "../../shared/field.ts";

export interface Story {
  /** As a seat left it; null for none. */
  readonly save: Json;
  /** The seat that was given it, under the name it asked by; empty while nobody was. */
  readonly claim: string;
  /** When it was kept, in ms since 1970; no other beside it has the same. 0 in what older builds wrote. */
  readonly keptMs: number;
  /** Whether it was begun as a guest, before the sign-in to the account. */
  readonly isGuests: boolean;
}

/** The story that goes on; beside it the others, newest first. */
export interface Stories extends Story {
  readonly aside: readonly Story[];
}

export const NO_STORIES: Stories = {
  save: null,
  claim: "",
  keptMs: 0,
  isGuests: false,
  aside: [],
};

/** As JSON a story is as long as a save may be. */
const ASIDE_MAX = 3;

/** All there are, the one that goes on first. */
export function allOf(stories: Stories): readonly Story[] {
  const all = [goingOn(stories), ...stories.aside];
  return all.filter(({ save }) => save !== null);
}

/**
 * Lays down what a seat left. If the seat was given a story, this is how that went on, and if nothing is
 * left of it, it is over. Any other is a story of its own: it goes on as the newest, unless somebody
 * is playing the one that does.
 */
export function lay<S extends Stories>(stories: S, claim: string, left: Omit<Story, "claim">): S {
  const keptMs = Math.max(left.keptMs, 1 + newestMs(stories));
  const story = { ...left, keptMs, claim: "" };
  if (claim !== "" && allOf(stories).some((each) => each.claim === claim))
    return wentOn(stories, claim, story);
  if (story.save === null) return stories;
  if (stories.save === null) return { ...stories, ...story };
  if (stories.claim !== "") return setAside(stories, [story]);
  return setAside({ ...stories, ...story }, [goingOn(stories)]);
}

/** Whoever was given a story by that name has it no more, and has not changed it. */
export function free<S extends Stories>(stories: S, claim: string): S {
  const aside = stories.aside.map((each) => (each.claim === claim ? { ...each, claim: "" } : each));
  return { ...stories, aside, claim: stories.claim === claim ? "" : stories.claim };
}

/**
 * Has the story that was kept then go on at the next visit, and the one that did go aside. Undefined if
 * there is none, or if somebody is playing it.
 */
export function takeUp<S extends Stories>(stories: S, keptMs: number): S | undefined {
  const wanted = allOf(stories).find((story) => story.keptMs === keptMs && story.claim === "");
  if (wanted === undefined || wanted.keptMs === stories.keptMs) return wanted && stories;
  const aside = stories.aside.filter((story) => story !== wanted);
  return setAside({ ...stories, ...wanted, aside }, [goingOn(stories)]);
}

/**
 * A guest turned out to be somebody who has stories too. What is played goes on, then what was played
 * last; all others are aside.
 */
export function bring<S extends Stories>(own: S, guests: Stories): S {
  const theirs = allOf(guests);
  const all = [...allOf(own), ...theirs];
  const brought = theirs.map((story) => {
    return { ...story, isGuests: true, keptMs: unusedMs(story, all) };
  });
  const first = guests.save === null ? undefined : brought[0];
  if (first === undefined || standingOf(first) <= standingOf(own)) return setAside(own, brought);
  return setAside({ ...own, ...first }, [goingOn(own), ...brought.slice(1)]);
}

function unusedMs(story: Story, all: readonly Story[]): number {
  let { keptMs } = story;
  while (all.some((other) => other !== story && other.keptMs === keptMs)) keptMs += 1;
  return keptMs;
}

function standingOf({ save, claim, keptMs }: Story): number {
  if (save === null) return -1;
  return claim === "" ? keptMs : Infinity;
}

function goingOn({ save, claim, keptMs, isGuests }: Stories): Story {
  return { save, claim, keptMs, isGuests };
}

function newestMs(stories: Stories): number {
  return Math.max(stories.keptMs, ...stories.aside.map(({ keptMs }) => keptMs));
}

function wentOn<S extends Stories>(stories: S, claim: string, { save, keptMs }: Story): S {
  const on = { save, keptMs, claim: "" };
  if (stories.claim === claim) return { ...stories, ...on };
  const aside = stories.aside.map((each) => (each.claim === claim ? { ...each, ...on } : each));
  return setAside({ ...stories, aside }, []);
}

function setAside<S extends Stories>(stories: S, more: readonly Story[]): S {
  const aside = [...stories.aside, ...more]
    .filter(({ save }) => save !== null)
    .sort((one, other) => other.keptMs - one.keptMs);
  return { ...stories, aside: aside.slice(0, ASIDE_MAX) };
}
