// Lamp deeds: what it takes to light the light of Thole, down to the hand at the works and the other
// hand at the shutter.

import { STROKES, type Stroke } from "../declared.ts";
import { holderOf, type Island, isSo } from "../island.ts";
import { Scene } from "../scene.ts";
import { tellAll, tellPlace } from "../scroll.ts";
import { LIT, LIT_SEEN } from "../world/chapters.ts";
import type { ThingKey } from "../world/things.ts";
import type { Deed } from "./deed.ts";
import { grip } from "./gateDeeds.ts";

/** A tide and a tide again, and half of one: whoever lit it has an ebb to walk by. */
const LAMP_BEATS = 36;

const BURNER = ["burner", "lamp", "lens", "glass"];
const STROKE_COUNT = 5;

interface Part {
  readonly key: ThingKey;
  readonly field: "isWiped" | "hasWick" | "hasOil";
  readonly done: string;
  readonly already: string;
  readonly missing: string;
  readonly seen: string;
}

/** Does one of the lamp's three wants, once a night. */
function tend(scene: Scene, part: Part): void {
  const { island } = scene.room.state;
  if (island[part.field]) return scene.say(part.already);
  if (!scene.has(part.key)) return scene.say(part.missing);
  island[part.field] = true;
  scene.say(part.done);
  scene.others(`${scene.name} ${part.seen}`);
  if (part.key !== "cloth") scene.lose(part.key);
  if (part.key === "oil") scene.gain("flask");
  scene.reach("helped");
}

const UP_THERE = "That is for the lamp, at the top of the tower.";

export const lampDeeds: readonly Deed[] = [
  {
    verbs: ["wipe", "use"],
    nouns: [
      [...BURNER, "prisms"],
      ["cloth", "linen", "square", "rag"],
    ],
    at: "lamproom",
    elsewhere: UP_THERE,
    run: (scene) =>
      tend(scene, {
        key: "cloth",
        field: "isWiped",
        done: "You begin at the top ring and go round. When you are done the lens has stopped being there; only the night behind it is bent.",
        already: "The glass could not be cleaner.",
        missing: "You try it with a sleeve, which moves the salt about. Linen would take it off.",
        seen: "wipes the lens until it can hardly be seen.",
      }),
  },
  {
    verbs: ["set", "use", "light"],
    nouns: [["wick"], BURNER],
    at: "lamproom",
    elsewhere: UP_THERE,
    run: (scene) =>
      tend(scene, {
        key: "wick",
        field: "hasWick",
        done: "You set the wick in the burner and trim it level.",
        already: "There is a good wick in it.",
        missing: "You have no wick. Kelp fibre and tallow, combined, would make one.",
        seen: "sets a wick in the burner.",
      }),
  },
  {
    verbs: ["pour", "fill", "use", "set"],
    nouns: [
      ["oil", "flask", "colza", ...BURNER],
      [...BURNER, "font"],
      ["oil", "flask"],
    ],
    at: "lamproom",
    elsewhere: UP_THERE,
    run: (scene) =>
      tend(scene, {
        key: "oil",
        field: "hasOil",
        done: "You pour, and the font takes all of it with one long swallow.",
        already: "The font is full to the brim.",
        missing: "You have no oil. The cistern past the sluice has enough for a winter.",
        seen: "pours a quart of oil into the lamp.",
      }),
  },
  {
    verbs: ["set", "use", "turn"],
    nouns: [
      ["crank", "handle"],
      ["socket", "works", "clockwork"],
    ],
    at: "foot",
    elsewhere: "It fits the works at the foot of the tower.",
    run: (scene) => fitOrTurn(scene),
  },
  {
    verbs: ["turn", "use", "hold"],
    nouns: [
      ["works", "clockwork", "drum", "socket", "wheels", "chain"],
      ["crank", "handle"],
    ],
    at: "foot",
    elsewhere: "The works are at the foot of the tower.",
    run: (scene) => fitOrTurn(scene),
  },
  {
    verbs: ["set", "use", "turn"],
    nouns: [
      ["shutter", "slats", "lever", "notches", "signature"],
      [...STROKES, "l", "s"],
    ],
    at: "lamproom",
    elsewhere: "The shutter is in the lamp room.",
    run: (scene, rest) => setShutter(scene, rest),
  },
  {
    verbs: ["light", "use"],
    nouns: [
      ["lamp", "burner", "wick", "light", "lens"],
      ["lantern", "flame", ...BURNER],
    ],
    at: "lamproom",
    elsewhere: UP_THERE,
    run: (scene) => light(scene),
  },
];

function fitOrTurn(scene: Scene): void {
  const { whereabouts } = scene.room.state;
  if (scene.has("crank")) {
    whereabouts.crank = "works";
    scene.say(
      "The crank slides into its socket and seats itself with a click. Now one could TURN it.",
    );
    return scene.others(`${scene.name} fits an iron crank into the works.`);
  }
  if (whereabouts.crank !== "works") {
    return scene.say("The socket is empty. Without its crank nobody turns this.");
  }
  return turnWorks(scene);
}

function turnWorks(scene: Scene): void {
  const { island } = scene.room.state;
  const turnsAlready = scene.person.holding === "works";
  if (!grip(scene, "works")) return undefined;
  if (island.signature.length === 0) {
    island.signature = Array.from({ length: STROKE_COUNT }, () => drawStroke(scene.room));
  }
  if (!turnsAlready) {
    scene.others(`${scene.name} turns the crank, and the works begin to tick.`);
    tellPlace(scene.room, "lamproom", {
      text: "The lens stirs and begins to go round. Somebody is turning the works below.",
    });
  }
  const pegs = island.signature.map((stroke) => stroke.toUpperCase()).join(", ");
  return scene.say(
    `You turn. The pegs go by under the hammer: ${pegs}. And again: ${pegs}. Whoever stands at the shutter above needs to hear that; SHOUT it. Keep turning until it is lit, or LET GO.`,
  );
}

function drawStroke(room: Island): Stroke {
  return room.random() < 0.5 ? "long" : "short";
}

/** The strokes in what was typed: long and short, or their first letters. */
function strokesIn(typed: string): readonly Stroke[] {
  return typed
    .split(/[ -]/)
    .flatMap((word) => STROKES.find((stroke) => stroke === word || stroke[0] === word) ?? []);
}

function setShutter(scene: Scene, typed: string): void {
  const strokes = strokesIn(typed);
  if (strokes.length !== STROKE_COUNT) {
    return scene.say(
      "Five notches, five strokes. As in: set shutter to long short long long short. Whoever turns the works can read them from the drum.",
      "note",
    );
  }
  scene.room.state.island.shutter = strokes;
  const said = strokes.join(", ");
  scene.say(`You set the lever, notch by notch: ${said}.`);
  return scene.others(`${scene.name} sets the shutter: ${said}.`);
}

/** Why the lamp will not burn yet; undefined if it will. */
function whyNot({ room, person }: Scene): string | undefined {
  const { island } = room.state;
  const wants = [
    [island.burns === 0, "It is burning."],
    [person.things.includes("lantern"), "You have no flame. A lantern would lend you its own."],
    [
      island.isWiped,
      "The glass is white with salt: no light would get out. It wants WIPING first.",
    ],
    [island.hasWick, "There is no wick in the burner."],
    [island.hasOil, "The font is dry."],
    [
      isSo(room, person, "works-turning"),
      "You could light it, and it would stare at one spot. The works must turn: somebody has to go down to the foot and do that while you are here.",
    ],
    [
      island.shutter.length > 0 && island.shutter.join() === island.signature.join(),
      "The shutter clacks against the turning of the lens: its strokes are not those of the drum. No ship would know whose light this is.",
    ],
  ] as const;
  return wants.find(([isMet]) => !isMet)?.[1];
}

function light(scene: Scene): void {
  const why = whyNot(scene);
  if (why !== undefined) return scene.say(why);
  const { room } = scene;
  room.state.island.burns = LAMP_BEATS;
  const turner = holderOf(room, "works");
  for (const text of LIT) tellPlace(room, "lamproom", { text });
  scene.reach("helped");
  if (turner !== undefined) new Scene(room, turner).reach("helped");
  for (const person of room.state.people) {
    if (person.place !== "lamproom") new Scene(room, person).say(LIT_SEEN);
    if (person.chapters.includes("helped")) new Scene(room, person).reach("light");
  }
  tellAll(room, { text: "The light of Thole is lit.", sort: "shout" });
}
