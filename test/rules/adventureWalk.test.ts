// The adventure from its first page to its last: two people play it in virtual time, over lines that
// drop, and a tour finds every place and everything there is.

import { expect, test } from "vitest";
import { CHAPTER_KEYS } from "../../shared/games/adventure/world/chapters.ts";
import { PLACES } from "../../shared/games/adventure/world/places.ts";
import { THINGS } from "../../shared/games/adventure/world/things.ts";
import {
  awaitTide,
  type Islander,
  type IslandTable,
  island,
  newest,
  placeOn,
  textOf,
  type,
  whole,
} from "./adventureScene.ts";

interface Walk {
  readonly table: IslandTable;
  readonly ann: Islander;
  readonly bob: Islander;
  /** Called between any two steps. */
  between(): void;
}

const chaptersOf = ({ table }: Walk, seat: number) => table.state.people.get(seat)?.chapters ?? [];

function does(walk: Walk, player: Islander, ...lines: readonly string[]): string {
  let answer = "";
  for (const line of lines) {
    walk.between();
    answer = type(player, line);
  }
  return answer;
}

function gathers(walk: Walk): void {
  const { ann } = walk;
  does(walk, ann, "read letter", "up", "up", "take cord", "down", "east", "take lantern");
  does(walk, ann, "take herring", "out", "north", "east", "take all", "west", "west", "north");
  does(walk, ann, "down", "take fibre", "plait it with tallow", "up", "south", "west");
  does(walk, ann, "take linen");
}

/** The otter roams: look where she likes to be until she is there. */
function meetsOtter(walk: Walk): void {
  const { ann, table } = walk;
  for (let round = 0; round < 60 && table.state.whereabouts.toll !== "garden"; round++) {
    does(walk, ann, "wait");
    table.pass(20_000);
  }
  expect(table.state.whereabouts.toll).toBe("garden");
}

function passesSluice(walk: Walk): void {
  const { ann, bob } = walk;
  does(walk, bob, "u. n. w. d");
  does(walk, ann, "east", "down");
  expect(does(walk, ann, "east")).toContain("HOLD the windlass");
  does(walk, bob, "hold windlass");
  expect(placeOn(ann)).toBe(PLACES.sluice.name);
  does(walk, ann, "east", "east", "fill flask", "up");
  expect(placeOn(ann)).toBe(PLACES.foot.name);
  does(walk, bob, "let go");
}

function lightsLamp(walk: Walk): void {
  const { ann, bob, table } = walk;
  awaitTide(table, bob, "low");
  does(walk, bob, "u. e. s. d", "w. s", "take crank", "n. e. u. n. n", "put crank in socket");
  does(walk, ann, "up", "unlock door", "up", "read log", "up");
  does(walk, ann, "wipe the lens with linen", "put the wick in the burner", "pour oil into lamp");
  expect(does(walk, ann, "light lamp")).toContain("works must turn");
  does(walk, bob, "turn crank");
  const strokes = /hammer: ([A-Z, ]+)\./.exec(textOf(newest(bob)))?.[1] ?? "";
  does(walk, bob, `shout ${strokes}`);
  expect(textOf(newest(ann))).toContain(`Bob shouts from ${PLACES.foot.name}: “${strokes}”`);
  const wrong = strokes.replace(/LONG|SHORT/, (stroke) => (stroke === "LONG" ? "SHORT" : "LONG"));
  does(walk, ann, `set shutter to ${wrong}`);
  expect(does(walk, ann, "light lamp")).toContain("not those of the drum");
  does(walk, ann, `set shutter ${strokes.toLowerCase().replaceAll(",", "")}`);
  expect(does(walk, ann, "light the lamp with the lantern")).toContain("light of Thole is lit");
  expect(chaptersOf(walk, 0)).toContain("light");
  expect(chaptersOf(walk, 1)).toContain("light");
  does(walk, bob, "let go");
  expect(does(walk, ann, "out")).toContain("It points out a road");
  does(walk, ann, "in");
}

function goesBelow(walk: Walk, player: Islander): void {
  const { table } = walk;
  awaitTide(table, player, "low");
  does(walk, player, "west", "west", "west", "down", "down");
  expect(placeOn(player)).toBe(PLACES.root.name);
  expect(does(walk, player, "north")).toContain("old woman looks at the strand");
  expect(does(walk, player, "tie cord")).toContain("You are held");
  expect(does(walk, player, "read knots")).toContain(player.name);
  does(walk, player, "north", "up");
  expect(textOf(newest(player))).toContain("The name on it is yours");
}

function playThrough(between: (walk: Walk) => void = () => undefined): Walk {
  const table = island({ seed: 3 });
  const walk: Walk = {
    table,
    ann: table.player("Ann").join(),
    bob: table.player("Bob").join(),
    between: () => between(walk),
  };
  gathers(walk);
  meetsOtter(walk);
  does(walk, walk.ann, "give the herring to the otter", "take key");
  passesSluice(walk);
  lightsLamp(walk);
  does(walk, walk.ann, "down", "down", "down", "south", "south", "down");
  awaitTide(table, walk.ann, "high");
  goesBelow(walk, walk.ann);
  return walk;
}

test("[X45] two people play it to the end, and only two can", () => {
  const walk = playThrough();
  expect(chaptersOf(walk, 0)).toHaveLength(CHAPTER_KEYS.length);
  expect([...walk.table.state.island.knots]).toEqual(["Ann"]);
  expect(does(walk, walk.ann, "story")).toContain("Thole has one more to hold it");
  walk.table.check();
});

test("[X45] so they do over lines that drop, pages that reload and a host that is killed", () => {
  let steps = 0;
  const walk = playThrough(({ table, ann, bob }) => {
    steps += 1;
    const who = steps % 2 === 0 ? ann : bob;
    if (steps % 5 === 0) who.drop().resume();
    else if (steps % 7 === 0) who.reload().resume();
    else if (steps % 11 === 0) {
      table.kill();
      for (const player of [ann, bob]) player.resume();
    }
  });
  expect(steps).toBeGreaterThan(60);
  expect(chaptersOf(walk, 0)).toHaveLength(CHAPTER_KEYS.length);
  // Every line was carried out once: one leaf a line, and the newest say what was typed.
  const typed = walk.table.runs.filter(({ identity }) => identity === "identityann");
  expect(typed).toHaveLength(walk.ann.sent.length);
  const shown = whole(walk.ann).filter(({ sort }) => sort === "typed");
  expect(shown.at(-1)?.text).toBe("up");
  walk.table.check();
});

test("[X44] every place can be reached and everything can be had", () => {
  const places = new Set<string>();
  const things = new Set<string>();
  const look = ({ table }: Walk) => {
    for (const { seen, things: own, seat } of table.state.people) {
      for (const place of seen) places.add(place);
      for (const key of own) things.add(key);
      for (const key of ["key", "crank", "whistle"] as const) {
        if (table.state.whereabouts[key] === `seat ${seat}`) things.add(key);
      }
    }
  };
  const walk = playThrough(look);
  const { ann, bob, table } = walk;
  awaitTide(table, bob, "low");
  does(walk, bob, "s. s. s", "n. u. d. d", "w", "take shell", "north", "up", "e. n. e");
  does(walk, bob, "take whistle and slate", "look");
  does(walk, ann, "s. w. d. u. e. n. e. w", "look");
  does(walk, bob, "w. s. e. n", "take all", "u", "look");
  look(walk);
  expect([...places].sort()).toEqual(Object.keys(PLACES).sort());
  expect([...things].sort()).toEqual(Object.keys(THINGS).sort());
});
