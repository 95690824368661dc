// The adventure's page: what it completes, what it remembers of the story, and when it asks a reader
// whether they are there.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Sight, Transcript } from "../../client/app/adventure/transcript.ts";
import {
  completions,
  NO_HISTORY,
  noted,
  shownLine,
  turned,
} from "../../client/app/adventure/typing.ts";
import { askedAfterMs } from "../../server/gate/connection.ts";
import { adventureForPages } from "../../shared/games/adventure/forPages.ts";
import {
  LINE_LENGTH_MAX,
  type LineSort,
  readLine,
  writeLine,
} from "../../shared/games/adventure/line.ts";
import { island, sightOf, type, whole } from "./adventureScene.ts";
import { always } from "./always.ts";

const NAMES = ["lantern", "salt herring", "stone flask", "flask of oil", "Ann Bee"];

test("[X54] a line is completed by verbs at its beginning and by names at its end", () => {
  expect(completions("exa", NAMES)).toEqual(["examine"]);
  expect(completions("take lan", NAMES)).toEqual(["take lantern"]);
  expect(completions("take the her", NAMES)).toEqual(["take the salt herring"]);
  expect(completions("give salt h", NAMES)[0]).toBe("give salt herring");
  expect(completions("x flask", NAMES)).toEqual(["x stone flask", "x flask of oil"]);
  expect(completions("whisper ann", NAMES)).toEqual(["whisper Ann Bee"]);
  expect(completions("take lantern", NAMES)).toEqual([]);
  expect(completions("  ", NAMES)).toEqual([]);
  expect(completions("use flask with", NAMES)).toEqual([]);
});

test("[X54] whatever is typed has few completions, each of which goes on from it", () => {
  always(
    fc.tuple(fc.string({ maxLength: 40 }), fc.array(fc.string({ maxLength: 20 }))),
    (drawn) => {
      const [line, names] = drawn;
      const found = completions(line, names);
      expect(found.length).toBeLessThanOrEqual(5);
      expect(new Set(found).size).toBe(found.length);
    },
  );
});

test("[X54] lines typed before come back in order, the same one once", () => {
  const history = ["look", "up", "up", "take all"].reduce(noted, NO_HISTORY);
  expect(history.lines).toEqual(["look", "up", "take all"]);
  expect(shownLine(history)).toBe("");
  const back = turned(history, -1);
  expect(back && shownLine(back)).toBe("take all");
  const further = back && turned(back, -1);
  expect(further && shownLine(further)).toBe("up");
  const forth = further && turned(further, 1);
  expect(forth && shownLine(forth)).toBe("take all");
  expect(turned(history, 1)).toBeUndefined();
  expect(turned({ lines: [], at: 0 }, -1)).toBeUndefined();
});

test("[X55] a page keeps what it has read beyond what its seat holds, and begins anew with a new story", () => {
  const table = island();
  const ann = table.player("Ann").join();
  // Whoever never left the landing has no story to be kept.
  type(ann, "up. down");
  const transcript = new Transcript();
  const read = () => transcript.read(sightOf(ann) as Sight);
  const typed = () =>
    read().flatMap(({ lines }) =>
      lines.flatMap(({ sort, text }) => (sort === "typed" ? text : [])),
    );
  for (let count = 0; count < 30; count++) {
    type(ann, `say ${count}`);
    read();
  }
  expect(typed()).toEqual([
    "up. down",
    ...Array.from({ length: 30 }, (_, count) => `say ${count}`),
  ]);
  expect(whole(ann).length).toBeLessThan(40);
  // What is said to somebody who has typed nothing since stands in the same leaf.
  const bob = table.player("Bob").join();
  type(bob, "say hello");
  expect(read().at(-1)?.lines.at(-1)?.text).toContain("Bob says");
  ann.leave();
  ann.join();
  // Of the story of before there is only the last page, as it was saved.
  expect(typed()).toEqual(["say 28", "say 29"]);
});

test("[X55] a line comes back as it was written, and one too long ends whole", () => {
  const sorts: LineSort[] = [
    "text",
    "typed",
    "place",
    "voice",
    "whisper",
    "shout",
    "chapter",
    "note",
  ];
  for (const sort of sorts) {
    const line = { sort, text: "Toll, the “otter” > all" };
    expect(readLine(writeLine(line))).toEqual(line);
  }
  const long = writeLine({ sort: "text", text: `${"x".repeat(LINE_LENGTH_MAX - 3)}🦦🦦` });
  expect(long.length).toBeLessThanOrEqual(LINE_LENGTH_MAX);
  expect(long).toMatch(/x…$/);
});

test("[X56] a reader who does not stir is asked ten minutes before the seat is put away", () => {
  const { idleMs } = adventureForPages.seats;
  expect(idleMs).toBe(2 * 60 * 60_000);
  expect(idleMs - askedAfterMs(idleMs)).toBe(10 * 60_000);
});

test("[X56] who is put away for reading on keeps place, things and story, and is back with the next sign", () => {
  const table = island();
  const ann = table.player("Ann").join();
  type(ann, "up. e. take lantern");
  ann.idle();
  table.pass(adventureForPages.seats.graceMs - 1_000);
  expect(table.presenceOf(0)).toBe("away");
  ann.active();
  expect(table.presenceOf(0)).toBe("held");
  expect(table.state.people.get(0)).toMatchObject({ place: "boathouse" });
  expect(whole(ann).map(({ text }) => text)).toContain("You take a lantern.");
  table.check();
});
