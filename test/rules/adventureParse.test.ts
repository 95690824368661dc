// The adventure's ear: any typed text has an answer, and plain words are understood.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { adventure } from "../../shared/games/adventure/adventure.ts";
import { leafField } from "../../shared/games/adventure/declared.ts";
import { readLine } from "../../shared/games/adventure/line.ts";
import { parse, SENTENCES_MAX } from "../../shared/games/adventure/parse.ts";
import { OPENINGS, VERBS } from "../../shared/games/adventure/words.ts";
import { CREATURES } from "../../shared/games/adventure/world/creatures.ts";
import { PLACES } from "../../shared/games/adventure/world/places.ts";
import { THINGS } from "../../shared/games/adventure/world/things.ts";
import { nearest } from "../../shared/nearest.ts";
import { always } from "./always.ts";
import { RulesRoom } from "./rulesRoom.ts";

const named = [...Object.values(THINGS), ...Object.values(CREATURES)].flatMap(({ name, words }) => [
  name,
  ...words,
]);
const small = [
  "the",
  "and",
  "all",
  "but",
  "it",
  "to",
  "with",
  "on",
  ",",
  ".",
  "then",
  "",
  "Player 1",
];
/** Lines of words that mean something, in any order, and lines of anything at all. */
const anyLine = fc
  .oneof(
    fc
      .array(fc.constantFrom(...OPENINGS, ...named, ...small, "whisper to", "let go of", "climb"), {
        maxLength: 9,
      })
      .map((words) => words.join(" ").slice(0, 200)),
    fc.string({ unit: "grapheme", maxLength: 60 }).map((text) => text.slice(0, 200)),
    fc.string({
      unit: fc.constantFrom(" ", "a", ".", "'", "“", "then", "and", ","),
      maxLength: 40,
    }),
  )
  .map((text) => text.slice(0, 200).replace(/\p{Surrogate}/gu, ""));

function standing() {
  const room = new RulesRoom(adventure, 1);
  room.take(0);
  room.take(1);
  const person = () => room.state.people.get(0);
  const answer = (line: string) => {
    const refused = room.command(0, "type", { line });
    const sight = room.state.sights.get(0);
    if (refused !== undefined || sight === undefined) throw new Error(`${line}: ${refused}`);
    return sight[leafField(sight.leaves - 1)].map(readLine);
  };
  return { room, person, answer };
}

test("[X40] any text is answered, wherever one stands and whatever one carries", () => {
  const anything = fc.record({
    place: fc.constantFrom(...Object.keys(PLACES)),
    things: fc.subarray(Object.keys(THINGS)),
    lines: fc.array(anyLine, { maxLength: 6 }),
  });
  always(anything, ({ place, things, lines }) => {
    const { room, person, answer } = standing();
    room.commit(() => {
      const self = person();
      if (self !== undefined) Object.assign(self, { place, things });
    });
    for (const line of lines) {
      const said = answer(line).filter(({ sort }) => sort !== "typed");
      expect(said.length, JSON.stringify(line)).toBeGreaterThan(0);
    }
  });
});

test("[X40] a line is a few sentences at most, however long it is", () => {
  always(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
    expect(parse(text).length).toBeLessThanOrEqual(SENTENCES_MAX);
  });
  expect(parse("n. ".repeat(60))).toHaveLength(SENTENCES_MAX);
  expect(parse("   ")).toEqual([]);
});

test("[X41] abbreviations, synonyms and articles mean what they mean", () => {
  expect(parse("n")).toEqual([{ kind: "go", way: "north" }]);
  expect(parse("Go to the north.")).toEqual([{ kind: "go", way: "north" }]);
  expect(parse("climb down")).toEqual([{ kind: "go", way: "down" }]);
  expect(parse("climb the stairs")).toEqual([{ kind: "go", way: "up" }]);
  expect(parse("leave")).toEqual([{ kind: "go", way: "out" }]);
  expect(parse("pick up the lantern")).toEqual(parse("take lantern").map(sameBut));
  expect(parse("x it")).toMatchObject([{ verb: "examine", objects: [{ kind: "it" }] }]);
  expect(parse("look at the tower")).toMatchObject([
    { verb: "examine", objects: [{ words: "tower" }] },
  ]);
  expect(parse("let go of the windlass")).toMatchObject([{ verb: "release" }]);
  expect(VERBS.filter((verb) => parse(verb)[0]?.kind !== "act")).toEqual([]);
});

/** The same sentence but for the words it was typed in. */
const sameBut = (sentence: object) => ({ ...sentence, rest: expect.any(String) });

test("[X41] several things and several sentences are carried out in order", () => {
  expect(parse("take lantern and the herring, then e. look")).toMatchObject([
    { verb: "take", objects: [{ words: "lantern" }, { words: "herring" }] },
    { kind: "go", way: "east" },
    { verb: "look" },
  ]);
  expect(parse("drop everything except the letter")).toMatchObject([
    { verb: "drop", objects: [{ kind: "all", but: "letter" }] },
  ]);
  expect(parse("use the brass key on the door")).toMatchObject([
    { verb: "use", objects: [{ words: "brass key" }], other: { words: "door" } },
  ]);
  const { answer, person } = standing();
  const said = answer("up. e. take all but herring. examine it");
  expect(said.map(({ text }) => text)).toContain("You take a lantern.");
  expect(person()).toMatchObject({ place: "boathouse", things: ["letter", "lantern"] });
});

test("[X41] what is said keeps its capitals and full stops", () => {
  expect(parse("say Well. Then go north!")).toEqual([
    { kind: "speak", how: "say", text: "Well. Then go north!" },
  ]);
  expect(parse("“Hello there”")).toEqual([{ kind: "speak", how: "say", text: "Hello there" }]);
  expect(parse("n. yell LONG, short")).toEqual([
    { kind: "go", way: "north" },
    { kind: "speak", how: "shout", text: "LONG, short" },
  ]);
});

test("[X41] what is said is plain text: nothing invisible, nothing that piles up or never ends", () => {
  const said = (typed: string) =>
    parse(`say ${typed}`).map((each) => ("text" in each ? each.text : ""));
  expect(said("a\u202Eb\u0000c\u200Bd")).toEqual(["a b c d"]);
  expect(said(`z${"\u0335".repeat(60)}!`)).toEqual(["z\u0335\u0335!"]);
  expect(said("\uFDFA".repeat(150))[0]?.length).toBeLessThanOrEqual(400);
});

test("[X42] what is not understood is answered with the nearest word that is", () => {
  const { answer } = standing();
  const said = (line: string) => answer(line).at(-1)?.text;
  expect(said("exmaine tower")).toContain("Did you mean EXAMINE?");
  expect(said("look at towr")).toContain("Did you mean tower?");
  expect(said("frobnicate")).toContain("HELP");
  expect(said("take")).toBe("Take what?");
  expect(said("examine it")).toContain("Name it once");
  expect(said("sw")).toContain("HELP");
  expect(said("north")).toContain("Ways: ");
  expect(nearest("lanternn", ["letter", "lantern"])).toBe("lantern");
  expect(nearest("zzz", ["letter", "lantern"])).toBeUndefined();
});

test("[X42] a thing named alone is looked at, and two that fit are asked about", () => {
  const { room, person, answer } = standing();
  expect(answer("heron").at(-1)?.text).toBe(CREATURES.bailiff.text);
  room.commit(() => {
    const self = person();
    if (self !== undefined) self.things = ["flask", "oil"];
  });
  expect(answer("examine flask").at(-1)?.text).toMatch(/Which do you mean: .*flask.*flask/);
});
