// Moving: going from place to place.

import { throughExit } from "../island.ts";
import { DIRECTIONS, type Direction } from "../kinds.ts";
import type { Scene } from "../scene.ts";
import { waysText } from "../sight.ts";
import { PLACES } from "../world/places.ts";

const TOWARDS: Readonly<Record<Direction, string>> = {
  north: "to the north",
  south: "to the south",
  east: "to the east",
  west: "to the west",
  up: "upwards",
  down: "downwards",
  in: "inside",
  out: "outside",
};

const OPPOSITE: Readonly<Record<Direction, string>> = {
  north: "from the south",
  south: "from the north",
  east: "from the west",
  west: "from the east",
  up: "from below",
  down: "from above",
  in: "from outside",
  out: "from inside",
};

/** "Out" and "in" find the way there is, if there is only one that could be meant. */
function meant(scene: Scene, way: Direction): Direction {
  const { exits } = PLACES[scene.place];
  if (exits[way] !== undefined) return way;
  const ways = DIRECTIONS.filter((each) => exits[each] !== undefined);
  const [only] = ways;
  return (way === "out" || way === "in") && ways.length === 1 && only !== undefined ? only : way;
}

export function go(scene: Scene, towards: Direction): void {
  const way = meant(scene, towards);
  const exit = PLACES[scene.place].exits[way];
  if (exit === undefined) {
    scene.say(`There is no way ${TOWARDS[way]}. ${waysText(scene.room, scene.person)}`, "note");
    return;
  }
  const through = throughExit(scene.room, scene.person, exit);
  if ("shut" in through) return scene.say(through.shut);
  const { name } = scene;
  scene.goTo(through.to, `${name} goes ${TOWARDS[way]}.`, `${name} comes ${OPPOSITE[way]}.`);
  if (through.to === "culvert" && way === "east") scene.reach("crossed");
  if (through.to === "hollow") scene.reach("below");
}
