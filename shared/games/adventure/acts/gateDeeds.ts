// Gate deeds: the windlass that needs somebody to hold it, the keeper's door, and the oil behind both.

import { holderOf, nameOf } from "../island.ts";
import type { Scene } from "../scene.ts";
import { tellPlace } from "../scroll.ts";
import type { Deed } from "./deed.ts";

/** Takes hold of what only one can hold; whoever is away gives way. True if one has it now. */
export function grip(scene: Scene, what: "windlass" | "works"): boolean {
  const { room, person } = scene;
  const holder = holderOf(room, what);
  if (holder?.seat === person.seat) return true;
  const isAway = room.seats.find(({ index }) => index === holder?.seat)?.presence === "away";
  if (holder !== undefined && !isAway) {
    scene.say(`${nameOf(room, holder.seat)} is at the ${what} already.`);
    return false;
  }
  if (holder !== undefined) {
    holder.holding = "nothing";
    scene.say(`You take over from ${nameOf(room, holder.seat)}, whose mind is elsewhere.`);
  }
  scene.hold(what);
  return true;
}

/** Lets go of whatever somebody holds, and tells those whom it concerns. */
export function letGo(scene: Scene): void {
  const { holding } = scene.person;
  if (holding === "nothing") return scene.say("You hold nothing fast.");
  scene.hold("nothing");
  if (holding === "windlass") {
    scene.say("You let go. The bars spin, and the gate comes down with a sound like a verdict.");
    scene.others(`${scene.name} lets go of the windlass, and the gate comes down.`);
    tellPlace(scene.room, "culvert", {
      text: "Behind you the gate comes down. It still swings outward.",
    });
    return undefined;
  }
  stopWorks(scene);
  return undefined;
}

/** The works run out; the drum slips to another signature before it is next read. */
function stopWorks(scene: Scene): void {
  scene.room.state.island.signature = [];
  scene.say(
    "You let go of the crank. The works tick slower, and stop; somewhere in the drum a peg slips.",
  );
  scene.others(`${scene.name} lets go of the crank, and the works stop.`);
  tellPlace(scene.room, "lamproom", {
    text: "The lens slows and stands still. Below, nobody is turning any more.",
  });
}

export const gateDeeds: readonly Deed[] = [
  {
    verbs: ["hold", "turn", "open", "use", "take"],
    nouns: [["windlass", "bars", "bar", "gate", "wheel"]],
    at: "sluice",
    run(scene) {
      if (scene.person.holding === "windlass")
        return scene.say("You are holding it. It is heavy, and holds you too.");
      if (!grip(scene, "windlass")) return undefined;
      scene.say(
        "You lean on the bars and walk. The gate comes up out of the water, streaming, and hangs there as long as you do. LET GO when whoever it is has gone through.",
      );
      scene.others(
        `${scene.name} leans on the windlass, and the gate goes up. The way east is open.`,
      );
      return undefined;
    },
  },
  {
    verbs: ["open", "use", "turn", "set"],
    nouns: [
      ["door", "lock", "key"],
      ["key", "brass key"],
      ["lock", "door"],
    ],
    at: "stair",
    elsewhere: "There is nothing locked here.",
    run(scene) {
      const { island } = scene.room.state;
      if (island.isDoorOpen) return scene.say("The door stands open already.");
      if (!scene.has("key")) return scene.say("It is locked, and you do not have the key.");
      island.isDoorOpen = true;
      scene.say("The key turns as if it had been used this morning. The oak door swings in.");
      scene.others(`${scene.name} unlocks the oak door.`);
      return undefined;
    },
  },
  {
    verbs: ["fill", "use", "set", "take"],
    nouns: [
      ["flask", "bottle", "oil", "colza"],
      ["oil", "colza", "cistern", "flask", "bottle", "kerb"],
    ],
    at: "cistern",
    elsewhere: "There is nothing here to fill it with. The oil is in the cistern, past the sluice.",
    run(scene) {
      if (scene.has("oil")) return scene.say("Your flask is full.");
      if (!scene.has("flask"))
        return scene.say("With what? A flask would do; the bakehouse has some.");
      scene.lose("flask");
      scene.gain("oil");
      scene.say(
        "You hold the flask under until it has said all it had to say. A quart of oil, corked.",
      );
      scene.others(`${scene.name} fills a flask.`);
      return undefined;
    },
  },
];
