// Other deeds: making a wick, tying a knot, ringing and blowing, and company with creatures.

import { placeOf } from "../island.ts";
import type { Phrase } from "../parse.ts";
import type { Scene } from "../scene.ts";
import { tellAll, tellPlace } from "../scroll.ts";
import { BEAT_MS, TIDE_BEATS } from "../tide.ts";
import { ENDING } from "../world/chapters.ts";
import { CREATURES } from "../world/creatures.ts";
import type { Deed } from "./deed.ts";

const KNOTS_KEPT = 60;

export const otherDeeds: readonly Deed[] = [
  {
    verbs: ["combine", "use", "tie", "set"],
    nouns: [
      ["fibre", "fiber", "hank", "tallow", "fat", "grease", "wick"],
      ["tallow", "fat", "fibre", "fiber"],
    ],
    run(scene) {
      if (scene.has("wick")) return scene.say("You have a wick already, and it is a good one.");
      const missing = [
        ...(scene.has("fibre") ? [] : ["kelp fibre from the drying cellar"]),
        ...(scene.has("tallow") ? [] : ["tallow from the bakehouse"]),
      ];
      if (missing.length > 0)
        return scene.say(`For a wick you still want ${missing.join(" and ")}.`);
      scene.lose("fibre");
      scene.lose("tallow");
      scene.gain("wick");
      scene.say(
        "Three over three, with the fat worked in until your hands shine. It makes a wick as thick as your thumb.",
      );
      scene.others(`${scene.name} plaits something brown and greasy, and looks pleased with it.`);
      return undefined;
    },
  },
  {
    verbs: ["tie", "use", "set", "combine", "give"],
    nouns: [
      ["cord", "knot", "rope", "string", "twine"],
      [
        "strand",
        "line",
        "holdfast",
        "root",
        "ninth strand",
        "knot",
        "oda",
        "keeper",
        "woman",
        "marrick",
        "end",
        "roots",
      ],
    ],
    at: "root",
    elsewhere: "You make a loop, and look at it, and undo it. This is not where it belongs.",
    run: (scene) => tieKnot(scene),
  },
  {
    verbs: ["light", "use"],
    nouns: [["lantern"]],
    run: (scene) =>
      scene.say(
        scene.has("lantern")
          ? "It burns already, low and steady. Whoever carries it sees."
          : "You have none. There is a rack of them in the boathouse, burning.",
      ),
  },
  {
    verbs: ["ring", "use"],
    nouns: [["bell", "rope", "tongue"]],
    at: "bell",
    elsewhere: "The fog bell hangs at the end of the bell stage, south of the quay.",
    run(scene) {
      scene.say(
        "You pull. The note goes out flat over the water in all directions, and comes back from none.",
      );
      tellAll(scene.room, {
        text: "The fog bell rings. Somebody stands at the bell stage and would like company.",
        sort: "shout",
        but: scene.seat,
      });
    },
  },
  {
    verbs: ["blow", "use"],
    nouns: [["whistle", "pipe"]],
    run(scene) {
      if (!scene.has("whistle")) return scene.say("You purse your lips. It wants a whistle.");
      scene.say("One note, thin and very clear. Something answers that is not an echo.");
      scene.others(`${scene.name} blows a bone whistle.`);
      const { whereabouts } = scene.room.state;
      if (whereabouts.burr === scene.place) return undefined;
      tellPlace(scene.room, scene.place, { text: CREATURES.burr.comes });
      whereabouts.burr = placeOf(scene.person);
      return undefined;
    },
  },
];

function tieKnot(scene: Scene): void {
  if (scene.person.chapters.includes("tied")) {
    return scene.say(
      "Your knot is there already, and holds. One each; that is how it comes out even.",
    );
  }
  if (!scene.has("cord")) {
    return scene.say(
      "You have nothing to tie. In the net loft they cut a fathom of cord for everybody who comes.",
    );
  }
  scene.lose("cord");
  const { island } = scene.room.state;
  island.knots = [...island.knots, scene.name].slice(-KNOTS_KEPT);
  for (const text of ENDING) scene.say(text);
  scene.reach("tied");
  scene.others(`${scene.name} ties a knot into the ninth strand, and the strand takes it.`);
  return undefined;
}

export function talk(scene: Scene, phrase: Phrase | undefined): void {
  if (phrase === undefined)
    return scene.say("Talk to whom? People hear you if you SAY something.", "note");
  const words = scene.wordsOf(phrase) ?? "";
  if (scene.place === "root" && /\b(oda|keeper|woman|marrick)\b/.test(words))
    return talkToOda(scene);
  const noun = scene.find(phrase);
  if (noun?.kind === "creature") return scene.say(CREATURES[noun.key].answers);
  if (noun?.kind === "person") {
    return scene.say(
      `${noun.name} listens. SAY something, or WHISPER ${noun.name} something.`,
      "note",
    );
  }
  if (noun !== undefined) return scene.say("It keeps its own counsel.");
  return undefined;
}

function talkToOda(scene: Scene): void {
  scene.say(
    scene.person.chapters.includes("tied")
      ? "She has gone up to her supper. What she left you with holds."
      : "“Eleven nights,” she says. “I had bread for three, and after that there was Toll; she brings me what she can spare, which tells you how bad it got. No, do not take it from my arms. Tie yours above it. Any knot. It will know you by it.”",
  );
}

export function pet(scene: Scene, phrase: Phrase | undefined): void {
  if (phrase === undefined) return scene.say("Pet whom?", "note");
  const noun = scene.find(phrase);
  if (noun?.kind === "creature") return scene.say(CREATURES[noun.key].petted);
  if (noun !== undefined) scene.say("It takes no notice.");
  return undefined;
}

/** How the water stands, and for how long. */
export function wait(scene: Scene): void {
  const { tide, beats } = scene.room.state.island;
  const left = (TIDE_BEATS - (beats % TIDE_BEATS)) * BEAT_MS;
  const minutes = Math.max(1, Math.round(left / 60_000));
  const turns = `It will turn in about ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`;
  scene.say(
    tide === "low"
      ? `You listen. The water is far out and mutters to itself. ${turns}`
      : `You listen. The water is in, and busy against the stone. ${turns}`,
  );
}
