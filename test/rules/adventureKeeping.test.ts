// What stays of a story when its seat is gone: through a real room and whoever keeps saves, in
// virtual time.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Saves } from "../../server/testing/testing.ts";
import type { Json } from "../../shared/field.ts";
import { LEAF_LINES_MAX } from "../../shared/games/adventure/declared.ts";
import { keptOf, LEAVES_KEPT, readKept } from "../../shared/games/adventure/keeping.ts";
import { LINE_LENGTH_MAX } from "../../shared/games/adventure/line.ts";
import { CHAPTER_KEYS } from "../../shared/games/adventure/world/chapters.ts";
import { PLACES } from "../../shared/games/adventure/world/places.ts";
import { THINGS } from "../../shared/games/adventure/world/things.ts";
import { SAVE_CHARACTERS_MAX } from "../../shared/seats.ts";
import {
  awaitTide,
  type IslandTable,
  island,
  newest,
  placeOn,
  textOf,
  type,
  whole,
} from "./adventureScene.ts";
import { always } from "./always.ts";
import { meddle } from "./meddle.ts";

const WEEKS_MS = 21 * 24 * 60 * 60_000;

function twoIslands() {
  const saves = new Saves();
  return { saves, here: island({ saves }), there: island({ saves }) };
}

const personOf = (table: IslandTable, seat: number) => table.state.people.get(seat);

test("[X49] place, things and story are there again in another room, weeks later", () => {
  const { here, there } = twoIslands();
  const ann = here.player("Ann").join();
  here.player("Bob").join();
  type(ann, "up. e. take all", "w. n. w. n. d", "say I shall be back");
  ann.leave();
  there.player("Cyd").join();
  there.pass(WEEKS_MS);
  const back = there.player("Ann").join();
  expect(placeOn(back)).toBe(PLACES.cellar.name);
  expect(personOf(there, 1)).toMatchObject({ things: ["letter", "lantern", "herring"] });
  const told = textOf(whole(back));
  expect(told).toContain("You say: “I shall be back”");
  expect(told).toContain("You were here before");
  expect(told).not.toContain("nobody else to give it to");
  expect(textOf(newest(back))).toContain(PLACES.cellar.text);
  there.check();
});

test("[X49] who is put away and not back in time finds everything at the next visit", () => {
  const { here } = twoIslands();
  const ann = here.player("Ann").join();
  const bob = here.player("Bob").join();
  type(ann, "up. up. take cord");
  ann.idle();
  for (let hours = 0; hours < 2; hours++) {
    type(bob, "look");
    here.pass(60 * 60_000);
  }
  expect(here.presenceOf(0)).toBe("empty");
  const again = ann.secondPage().join();
  expect(placeOn(again)).toBe(PLACES.netloft.name);
  expect(type(again, "inventory")).toContain("a fathom of cord");
});

test("[X72] a story is told from another by place, things and chapters, and who never set out leaves none", () => {
  const { saves, here, there } = twoIslands();
  const ann = here.player("Ann").join();
  here.player("Bob").join();
  type(ann, "up. e. take lantern");
  ann.leave();
  expect(saves.next("identityann", "adventure")).toMatchObject({
    summary: `${placeOn(ann)}, with 2 things`,
  });
  there.player("Cyd").join();
  const far = there.player("Eve").join();
  meddle(there, ({ people }) => {
    Object.assign(people.get(1) ?? {}, {
      chapters: CHAPTER_KEYS.slice(0, 2),
      seen: ["slip", "quay"],
    });
  });
  far.leave();
  expect(saves.next("identityeve", "adventure")).toMatchObject({
    summary: `${PLACES.slip.name}, with 1 thing; 2 of ${CHAPTER_KEYS.length} chapters`,
  });
  const other = there.player("Dan").join();
  other.leave();
  expect(saves.next("identitydan", "adventure")).toBeUndefined();
  const back = there.player("Ann").join();
  type(back, "restart", "restart really");
  back.leave();
  expect(saves.next("identityann", "adventure")).toBeUndefined();
  const anew = there.player("Flo").join();
  type(back.join(), "up. up");
  back.leave();
  anew.leave();
  expect(saves.next("identityann", "adventure")).toMatchObject({ place: "netloft" });
  expect(saves.aside("identityann", "adventure")).toEqual([]);
});

test("[X49] what there is only one of stays behind, and nothing is doubled", () => {
  const { here, there } = twoIslands();
  const ann = here.player("Ann").join();
  here.player("Bob").join();
  type(ann, "u. n. w. n. e", "take whistle. take slate");
  ann.leave();
  expect(here.state.whereabouts.whistle).toBe("school");
  there.player("Cyd").join();
  const back = there.player("Ann").join();
  expect(type(back, "inventory")).not.toContain("whistle");
  expect(type(back, "take slate")).toContain("You have the school slate already");
  expect(type(back, "take whistle")).toContain("You take a bone whistle");
  expect(there.state.whereabouts.whistle).toBe("seat 1");
});

test("[X49] a save that comes late adds to what was done meanwhile and moves nobody", () => {
  const { saves, here, there } = twoIslands();
  const ann = here.player("Ann").join();
  here.player("Bob").join();
  type(ann, "up. e. take lantern");
  ann.leave();
  there.player("Cyd").join();
  saves.goAway();
  const back = there.player("Ann").join();
  type(back, "up. up. take cord");
  expect(personOf(there, 1)).toMatchObject({ things: ["letter", "cord"] });
  saves.comeBack();
  expect(placeOn(back)).toBe(PLACES.netloft.name);
  expect([...(personOf(there, 1)?.things ?? [])].sort()).toEqual(["cord", "lantern", "letter"]);
  expect(textOf(whole(back))).toContain("You take a fathom of cord");
});

test("[X49] who comes back to where the sea is now stands on the slip", () => {
  const { here, there } = twoIslands();
  const ann = here.player("Ann").join();
  here.player("Bob").join();
  type(ann, "west");
  ann.leave();
  const cyd = there.player("Cyd").join();
  awaitTide(there, cyd, "high");
  const back = there.player("Ann").join();
  expect(placeOn(back)).toBe(PLACES.slip.name);
});

test("[X49] beginning anew is asked twice, and forgets", () => {
  const table = island();
  const ann = table.player("Ann").join();
  type(ann, "up. e. take lantern");
  expect(type(ann, "start over")).toContain("RESTART REALLY");
  expect(personOf(table, 0)).toMatchObject({ place: "boathouse" });
  type(ann, "restart really");
  expect(personOf(table, 0)).toMatchObject({ place: "slip", things: ["letter"], chapters: [] });
});

test("[X49] a save of another build, or of nonsense, gives what this world knows and no more", () => {
  const save = { place: "moon", things: ["cord", "cord", "key", "sword"], chapters: ["tied", 3] };
  expect(readKept(save)).toEqual({
    place: "slip",
    things: ["cord"],
    chapters: ["tied"],
    seen: [],
    lines: [],
  });
  always(fc.jsonValue(), (value) => {
    const kept = readKept(value as Json);
    if (kept === undefined) return;
    expect(Object.keys(PLACES)).toContain(kept.place);
    for (const key of kept.things) expect(THINGS[key].kind).toBe("own");
    for (const line of kept.lines) expect(line.length).toBeLessThanOrEqual(LINE_LENGTH_MAX);
  });
});

test("[X49] the longest story there can be fits into a save", () => {
  const table = island();
  table.player("Ann").join();
  meddle(table, ({ people }) => {
    const chapters = [...CHAPTER_KEYS];
    const [things, seen] = [THINGS, PLACES].map((world) => Object.keys(world));
    Object.assign(people.get(0) ?? {}, { things, chapters, seen });
  });
  const [person] = table.state.people;
  if (person === undefined) throw new Error("somebody is there");
  const room = { state: table.state } as unknown as Parameters<typeof keptOf>[0];
  const { lines: _lines, ...rest } = keptOf(room, person) as Record<string, Json>;
  // Quotation marks and backslashes take two characters in JSON; a leaf is never longer than one longest line.
  const leaf = 2 * LINE_LENGTH_MAX + 3 * LEAF_LINES_MAX;
  expect(JSON.stringify(rest).length + LEAVES_KEPT * leaf).toBeLessThan(SAVE_CHARACTERS_MAX);
});

test("[X49] whoever is back after a while is told how long they were gone", () => {
  const table = island();
  const ann = table.player("Ann").join();
  const bob = table.player("Bob").join();
  ann.drop();
  table.pass(3 * 60_000);
  type(bob, "say nobody here but me");
  ann.resume();
  const told = textOf(whole(ann));
  expect(told).toContain("You were away for 3 minutes");
  expect(told.indexOf("nobody here but me")).toBeLessThan(told.indexOf("You were away"));
  ann.drop();
  table.pass(2_000);
  ann.resume();
  expect(textOf(whole(ann)).match(/You were away/g)).toHaveLength(1);
});
