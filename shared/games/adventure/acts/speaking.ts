// Speaking: what people say to those beside them, to one of them, and to the whole island.

import { nameOf, peopleAt } from "../island.ts";
import { plainText, plainWords } from "../parse.ts";
import type { Scene } from "../scene.ts";
import { tell, tellAll, tellPlace } from "../scroll.ts";
import type { Speaking } from "../words.ts";
import { PLACES } from "../world/places.ts";

export function speak(scene: Scene, how: Speaking, said: string): void {
  const text = plainText(said);
  if (how === "whisper") return whisper(scene, text);
  if (text === "") return scene.say(`${how.toUpperCase()} what? As in: ${how} hello.`, "note");
  const { room, name, seat, place } = scene;
  if (how === "shout") {
    scene.say(`You shout: “${text}”`, "shout");
    const from = PLACES[place].name;
    return tellAll(room, {
      text: `${name} shouts from ${from}: “${text}”`,
      sort: "shout",
      but: seat,
    });
  }
  scene.say(`You say: “${text}”`, "voice");
  tellPlace(room, place, { text: `${name} says: “${text}”`, sort: "voice", but: seat });
  if (peopleAt(room, place).length === 1) {
    scene.say("Nobody is near enough to hear. SHOUT carries over the whole island.", "note");
  }
}

/** "to Ann hello", "Ann: hello": the longest name of somebody here that it begins with. */
function whisper(scene: Scene, text: string): void {
  const { room, seat, place } = scene;
  const others = peopleAt(room, place).filter((person) => person.seat !== seat);
  const addressed = text.replace(/^to /i, "");
  const told = others
    .map((person) => ({ to: person.seat, name: nameOf(room, person.seat) }))
    .sort((one, other) => other.name.length - one.name.length)
    .find(({ name }) => isFor(addressed, name));
  if (told === undefined) {
    const names = others.map((person) => nameOf(room, person.seat));
    const who = names.length === 0 ? "Nobody is beside you." : `Beside you: ${names.join(", ")}.`;
    return scene.say(`Whisper to whom? ${who} As in: whisper Ann hello.`, "note");
  }
  const whispered = addressed.slice(told.name.length).replace(/^[\s:,]+/, "");
  if (whispered === "") return scene.say(`You lean over to ${told.name} and then say nothing.`);
  scene.say(`You whisper to ${told.name}: “${whispered}”`, "whisper");
  tell(room, told.to, { sort: "whisper", text: `${scene.name} whispers to you: “${whispered}”` });
}

function isFor(text: string, name: string): boolean {
  const begin = text.slice(0, name.length);
  const next = text.slice(name.length, name.length + 1);
  return plainWords(begin) === plainWords(name) && begin !== "" && /^[\s:,]?$/.test(next);
}
