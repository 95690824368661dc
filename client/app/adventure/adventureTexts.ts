// Adventure texts: what the adventure's page says of its own, in English, in one place for
// translators. The story's sentences come from the server and stand in the world's own files.

import type { Direction } from "../../../shared/games/adventure/kinds.ts";

const ways: Readonly<Record<Direction, string>> = {
  north: "North",
  south: "South",
  east: "East",
  west: "West",
  up: "Up",
  down: "Down",
  in: "In",
  out: "Out",
};

export const adventureTexts = {
  story: "Story",
  prompt: "What do you do?",
  promptHint: "Plain words, as in: take lantern",
  send: "Do it",
  surroundings: "Where you are",
  ways: "Ways",
  way: ways,
  company: "Here with you",
  alone: "Nobody else is here.",
  elsewhere: (count: number) =>
    count === 0 ? "" : `${count} more ${count === 1 ? "person is" : "people are"} on the island.`,
  reading: "reading",
  mute: "Mute",
  muted: "Muted",
  muteOf: (name: string) => `Mute ${name}`,
  /** Commands with a button of their own: what it says, and what it types. */
  quick: [
    { label: "Look", line: "look" },
    { label: "What I carry", line: "inventory" },
    { label: "Story so far", line: "story" },
    { label: "Hint", line: "hint" },
    { label: "Help", line: "help" },
  ],
  more: "Buttons",
  newest: "Newer lines below",
  underWay: "on its way",
  underWayCount: (count: number) =>
    count === 1 ? "1 line is on its way" : `${count} lines are on their way`,
  notDone: (line: string) => `Not done: ${line}`,
  suggestions: "Suggestions",
  kept: "Your place and your story are kept.",
  youTyped: "You typed",
};
