// The adventure's rules: who hears what, what needs two, what the tide does, and what stays whose.

import { expect, test } from "vitest";
import { adventure } from "../../shared/games/adventure/adventure.ts";
import { READING_MS } from "../../shared/games/adventure/declared.ts";
import { adventureForPages } from "../../shared/games/adventure/forPages.ts";
import { AWAKE_MS, BEAT_MS, TIDE_BEATS } from "../../shared/games/adventure/tide.ts";
import { ARRIVAL } from "../../shared/games/adventure/world/chapters.ts";
import { CREATURE_KEYS, CREATURES } from "../../shared/games/adventure/world/creatures.ts";
import { PLACES } from "../../shared/games/adventure/world/places.ts";
import { THING_KEYS, THINGS } from "../../shared/games/adventure/world/things.ts";
import { tree } from "../tidy/houseRule.ts";
import { importsOf } from "../tidy/source.ts";
import {
  awaitTide,
  exitsOn,
  type Islander,
  type IslandTable,
  island,
  namesOn,
  newest,
  placeOn,
  textOf,
  type,
  whole,
} from "./adventureScene.ts";
import { meddle } from "./meddle.ts";

function three() {
  const table = island();
  const [ann, bob, cyd] = ["Ann", "Bob", "Cyd"].map((name) => table.player(name).join()) as [
    Islander,
    Islander,
    Islander,
  ];
  return { table, ann, bob, cyd };
}

const heard = (player: Islander) => textOf(whole(player));
const ownThings = (table: IslandTable, seat: number) => [
  ...(table.state.people.get(seat)?.things ?? []),
];

test("[X43] what is said is heard in the place, a whisper by one, a shout by all", () => {
  const { table, ann, bob, cyd } = three();
  type(cyd, "up");
  const dan = table.player("Dan").join();
  type(ann, "say the herring is good", "whisper bob meet me at the bell", "shout anybody?");
  expect(heard(bob)).toContain("Ann says: “the herring is good”");
  expect(heard(dan)).toContain("the herring is good");
  expect(heard(cyd)).not.toContain("herring is good");
  expect(heard(bob)).toContain("Ann whispers to you: “meet me at the bell”");
  for (const other of [cyd, dan]) expect(heard(other)).not.toContain("meet me");
  for (const other of [bob, cyd, dan]) expect(heard(other)).toContain("anybody?");
  expect(type(ann, "whisper cyd hello")).toContain("Beside you: Bob, Dan.");
  table.check();
});

test("[X58] whom somebody mutes is not heard by them until they are heard again, and is never told", () => {
  const { table, ann, bob, cyd } = three();
  expect(type(bob, "mute ann")).toContain("You will not hear what Ann says");
  type(cyd, "up");
  expect(type(ann, "say halibut", "whisper bob turbot", "shout ling")).toContain(
    "You shout: “ling”",
  );
  expect(heard(bob)).not.toMatch(/halibut|turbot|ling”/);
  expect(heard(cyd)).toContain("“ling”");
  expect(ann.view.sights.get(bob.seat ?? -1)?.muted).toBeUndefined();
  expect(JSON.stringify([...ann.view.sights])).not.toContain(`"muted":[${ann.seat}]`);
  expect(type(ann, "take herring")).not.toContain("mute");
  // What somebody does is seen.
  type(ann, "up");
  expect(heard(bob)).toContain("Ann goes up");
  expect(type(bob, "unmute nobody")).toContain("Muted: Ann.");
  type(bob, "unmute ann");
  type(ann, "shout whiting");
  expect(heard(bob)).toContain("whiting");
  table.check();
});

test("[X58] muting outlives reloads and hosts, and ends with the seat that was muted", () => {
  const { table, ann, bob } = three();
  type(bob, "mute ann");
  bob.reload().resume();
  table.kill();
  for (const player of [ann, bob]) player.resume();
  type(ann, "shout halibut");
  expect(heard(bob)).not.toContain("halibut");
  ann.leave();
  const eve = table.player("Eve").join();
  expect(eve.seat).toBe(0);
  type(eve, "shout turbot");
  expect(heard(bob)).toContain("turbot");
  table.check();
});

test("[X43] nobody is sent where others are, what they have, or a line of their story", () => {
  const { table, ann, bob } = three();
  type(ann, "up", "east", "take lantern");
  const sight = bob.view.sights.get(0);
  expect(sight).toMatchObject({ seat: 0, place: undefined, here: undefined, leaf0: undefined });
  const hidden = { place: undefined, things: undefined, chapters: undefined, seen: undefined };
  expect(bob.view.people.get(0)).toMatchObject({ seat: 0, ...hidden });
  expect(bob.view.whereabouts).toMatchObject({ key: undefined, toll: undefined });
  expect(bob.view.island).toMatchObject({ tide: undefined, signature: undefined });
  table.check();
});

test("[X46] a thing that everybody may have is one for each, and never two", () => {
  const { table, ann, bob } = three();
  type(ann, "u. e. take lantern", "take lantern");
  expect(textOf(newest(ann))).toContain("You have the lantern already");
  type(bob, "u. e. take lantern");
  expect(type(ann, "give lantern to bob")).toContain("Bob has one already");
  type(bob, "drop lantern");
  expect(type(ann, "give bob the lantern")).toContain("You give the lantern to Bob");
  expect(ownThings(table, 0)).toEqual(["letter"]);
  expect(ownThings(table, 1)).toEqual(["letter", "lantern"]);
  expect(type(ann, "drop letter")).toContain("You keep it");
});

test("[X46] what there is only one of is in one place, and goes home when its holder leaves", () => {
  const { table, ann, bob } = three();
  const school = ["u. n. w. n. e", "take whistle"];
  type(ann, ...school);
  type(bob, ...school);
  expect(textOf(newest(bob))).toContain("You see no whistle here");
  expect(type(bob, "look")).not.toContain("Only the one");
  type(ann, "drop whistle");
  type(bob, "take whistle", "give it to ann");
  expect(table.state.whereabouts.whistle).toBe("seat 0");
  ann.drop();
  table.pass(adventure.seats.graceMs - 1_000);
  expect(table.state.whereabouts.whistle).toBe("seat 0");
  table.pass(2_000);
  expect(table.presenceOf(0)).toBe("empty");
  expect(table.state.whereabouts.whistle).toBe("school");
  expect(type(bob, "take whistle")).toContain("You take a bone whistle");
});

test("[X46] a key that has done its work is the next one's: the otter fetches it at the turn of the tide", () => {
  const { table, ann, bob } = three();
  const hold = (chapters: readonly string[]) => {
    meddle(table, ({ whereabouts, people }) => {
      whereabouts.key = "seat 0";
      Object.assign(people.get(0) ?? {}, { chapters });
    });
  };
  hold([]);
  awaitTide(table, bob, "high");
  expect(table.state.whereabouts.key).toBe("seat 0");
  hold(["read"]);
  awaitTide(table, bob, "low");
  expect(table.state.whereabouts.key).toBe("toll");
  expect(heard(ann)).toContain("Something wet goes through your pocket");
});

test("[X47] the flood carries people and things ashore, and nobody and nothing is lost", () => {
  const { table, ann, bob } = three();
  type(ann, "w. s. take crank. n", "drop crank", "take shell");
  type(bob, "up");
  expect(exitsOn(ann)).toContain("south");
  for (let beat = 0; beat < TIDE_BEATS; beat++) {
    type(bob, "wait");
    table.pass(BEAT_MS);
  }
  expect(table.state.island.tide).toBe("high");
  expect(placeOn(ann)).toBe(PLACES.slip.name);
  expect(heard(ann)).toContain("wet to the collar");
  expect(ownThings(table, 0)).toEqual(["letter", "shell"]);
  expect(table.state.whereabouts.crank).toBe("ribs");
  expect(type(ann, "west")).toContain("two fathoms");
});

test("[X48] while everybody reads nothing moves and nothing is sent; a word wakes the island", () => {
  const { table, ann, bob } = three();
  table.pass(60 * 60_000);
  expect(table.state.island.beats).toBe(0);
  type(ann, "look");
  table.pass(AWAKE_MS + 2 * BEAT_MS);
  const { beats } = table.state.island;
  expect(beats).toBeGreaterThan(AWAKE_MS / BEAT_MS - 1);
  const { log } = table;
  const tops = log.top.version;
  const lines = heard(bob);
  table.pass(60 * 60_000);
  expect(table.state.island.beats).toBe(beats);
  expect(heard(bob)).toBe(lines);
  // The host notes the time while a deadline runs; here none does.
  expect(log.top.version).toBe(tops);
  type(bob, "look");
  table.pass(BEAT_MS);
  expect(table.state.island.beats).toBe(beats + 1);
});

test("[X48] whoever types nothing for a minute is known to be reading", () => {
  const { table, ann, bob } = three();
  const quietMs = () => table.machine.core.time.nowMs - (bob.view.people.get(0)?.activeMs ?? 0);
  table.pass(READING_MS + 1);
  type(bob, "look");
  expect(quietMs()).toBeGreaterThan(READING_MS);
  type(ann, "look");
  expect(quietMs()).toBeLessThan(READING_MS);
});

test("[X50] the newest part of a story is there after a reload, a kill and on another page", () => {
  const { table, ann, bob } = three();
  for (let count = 0; count < 20; count++) type(ann, `say line ${count}`);
  const before = heard(ann);
  expect(before).toContain("line 19");
  expect(before).not.toContain("line 2”");
  ann.drop();
  type(bob, "say we are still here");
  ann.reload().resume();
  expect(heard(ann)).toContain("Bob says: “we are still here”");
  expect(heard(ann)).toContain("line 15");
  table.kill();
  const twin = ann.secondPage().join();
  expect(heard(twin)).toContain("we are still here");
  expect(heard(twin)).toContain("line 15");
  table.check();
});

test("[X50] coming back costs the leaves that changed, not the story", () => {
  const { ann, bob } = three();
  for (let count = 0; count < 12; count++) type(ann, "examine tower", "look");
  const spent = () =>
    ann.page.received.reduce(
      (sum, each) => sum + (each instanceof Uint8Array ? each.length : 0),
      0,
    );
  ann.drop();
  type(bob, "say short");
  const before = spent();
  ann.resume();
  const cost = spent() - before;
  expect(heard(ann)).toContain("short");
  expect(cost).toBeGreaterThan(0);
  expect(cost).toBeLessThan(1_600);
  expect(heard(ann).length).toBeGreaterThan(4_000);
});

test("[X51] the gate is up while somebody holds the windlass, whose hands are then full", () => {
  const { table, ann, bob, cyd } = three();
  for (const each of [ann, bob, cyd]) type(each, "u. n. w. d");
  expect(type(bob, "east")).toContain("has to HOLD the windlass");
  type(ann, "hold windlass");
  expect(type(ann, "east")).toContain("LET GO first");
  expect(type(ann, "take all")).toContain("LET GO first");
  expect(type(cyd, "hold windlass")).toContain("Ann is at the windlass already");
  type(bob, "east");
  expect(placeOn(bob)).toBe(PLACES.culvert.name);
  type(ann, "let go");
  // Whoever is inside is not shut in.
  type(bob, "west");
  expect(placeOn(bob)).toBe(PLACES.sluice.name);
  expect(type(bob, "east")).toContain("The gate is down");
  type(ann, "hold windlass");
  ann.drop();
  table.pass(10_000);
  expect(table.presenceOf(0)).toBe("away");
  type(bob, "east");
  expect(placeOn(bob)).toBe(PLACES.culvert.name);
  type(bob, "west");
  expect(type(cyd, "hold windlass")).toContain("You take over from Ann");
});

test("[X51] somebody alone passes neither the gate nor the shutter", () => {
  const table = island();
  const ann = table.player("Ann").join();
  type(ann, "u. n. w. d", "hold windlass", "east", "let go");
  expect(type(ann, "east")).toContain("The gate is down");
  meddle(table, ({ people, whereabouts, island }) => {
    Object.assign(people.get(0) ?? {}, { place: "foot", things: ["lantern"] });
    whereabouts.crank = "works";
    Object.assign(island, { isDoorOpen: true, isWiped: true, hasWick: true, hasOil: true });
  });
  const strokes = /hammer: ([A-Z, ]+)\./.exec(type(ann, "turn crank"))?.[1] ?? "";
  type(ann, "let go", "u. u. u", `set shutter to ${strokes}`);
  expect(placeOn(ann)).toBe(PLACES.lamproom.name);
  expect(type(ann, "light lamp")).toContain("works must turn");
  expect(table.state.island.burns).toBe(0);
});

test("[X51] in the dark only a lantern shows what there is", () => {
  const { ann, bob } = three();
  type(ann, "u. n. w. n. d");
  expect(textOf(newest(ann))).toContain("too dark");
  expect(type(ann, "take fibre")).toContain("You see no fibre here");
  type(bob, "u. e. take lantern", "w. n. w. n. d");
  expect(type(ann, "look")).toContain("Your light goes over racks");
  expect(namesOn(ann)).toContain("hank of kelp fibre");
  expect(type(ann, "take fibre")).toContain("You take a hank");
});

test("[X52] a page holds the same game as the server, and none of its sentences", () => {
  expect(adventureForPages.shape).toBe(adventure.shape);
  expect(adventureForPages.shapes.map(({ selective }) => selective)).toEqual(
    adventure.shapes.map(({ selective }) => selective),
  );
  const { ann } = three();
  expect(heard(ann)).toContain(ARRIVAL);
  // Rules that a page never runs are not there either, nor the files they stand in.
  expect(Object.keys(adventureForPages.rules.commands)).toEqual(["type"]);
  expect(adventureForPages.rules.lifecycle.join).toBeUndefined();
  const loaded = reachedFrom("client/app/main.tsx");
  expect(loaded).toContain("shared/games/adventure/declared.ts");
  const told = loaded.filter((path) => /adventure\/(world|acts)\//.test(path));
  expect(told).toEqual([]);
});

/** Files that a page loads for more than their types, as far as the project's own go. */
function reachedFrom(start: string): readonly string[] {
  const reached = new Set([start]);
  for (const path of reached) {
    const file = tree.find((each) => each.path === path);
    if (file === undefined) continue;
    const types = typeOnly(file.text);
    for (const { target, relative } of importsOf(file)) {
      if (relative && !types.has(target.split("/").at(-1) ?? "")) reached.add(target);
    }
  }
  return [...reached];
}

/** Last parts of what is imported for its types alone, which leaves nothing in a bundle. */
function typeOnly(text: string): ReadonlySet<string> {
  const imports = text.matchAll(/^import type [^;]*?"([^"]+)";/gms);
  return new Set([...imports].map((match) => match[1]?.split("/").at(-1) ?? ""));
}

test("[X53] the world is whole: exits lead somewhere, homes exist, names can be told apart", () => {
  expect(Object.keys(PLACES).length).toBeGreaterThanOrEqual(20);
  for (const place of Object.values(PLACES)) {
    for (const exit of Object.values(place.exits)) {
      const to = typeof exit === "string" ? exit : exit.to;
      expect(Object.keys(PLACES)).toContain(to);
    }
    const words = (place.scenery ?? []).flatMap((each) => each.words);
    expect(new Set(words).size, place.name).toBe(words.length);
  }
  for (const key of THING_KEYS) {
    const { home, kind, words } = THINGS[key];
    if (kind === "shared") expect(home).toBeDefined();
    if (home !== undefined && home !== "toll") expect(Object.keys(PLACES)).toContain(home);
    expect(new Set(words).size, key).toBe(words.length);
  }
  for (const key of CREATURE_KEYS) {
    const { home, haunts } = CREATURES[key];
    expect(haunts).toContain(home);
    for (const haunt of haunts) expect(Object.keys(PLACES)).toContain(haunt);
  }
});

test("[X53] creatures move about and do something when somebody is there to see it", () => {
  const { table, ann } = three();
  const before = JSON.stringify(CREATURE_KEYS.map((key) => table.state.whereabouts[key]));
  awaitTide(table, ann, "high");
  awaitTide(table, ann, "low");
  expect(JSON.stringify(CREATURE_KEYS.map((key) => table.state.whereabouts[key]))).not.toBe(before);
  const seen = CREATURE_KEYS.flatMap((key) => [
    ...CREATURES[key].idles,
    CREATURES[key].comes,
    CREATURES[key].goes,
  ]);
  expect(seen.some((text) => heard(ann).includes(text))).toBe(true);
});
