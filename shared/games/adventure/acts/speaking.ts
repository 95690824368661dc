// Speaking: what people say to those beside them, to one of them, and to the whole island, and whose
// words somebody does not want to hear. Who is muted is never told so.

import { nameOf, peopleAt } from "../island.ts";
import { plainText, plainWords } from "../parse.ts";
import type { Scene } from "../scene.ts";
import { hears, tell, tellAll, tellPlace } from "../scroll.ts";
import type { Speaking } from "../words.ts";
import { PLACES } from "../world/places.ts";

export function speak(scene: Scene, how: Speaking, said: string): void {
  const text = plainText(said);
  if (how === "whisper") return whisper(scene, text);
  if (how === "mute" || how === "unmute") return mute(scene, text, how === "mute");
  if (text === "") return scene.say(`${how.toUpperCase()} what? As in: ${how} hello.`, "note");
  const { room, name, seat, place } = scene;
  if (how === "shout") {
    scene.say(`You shout: “${text}”`, "shout");
    const from = PLACES[place].name;
    return tellAll(room, {
      text: `${name} shouts from ${from}: “${text}”`,
      sort: "shout",
      but: seat,
      isSaid: true,
    });
  }
  scene.say(`You say: “${text}”`, "voice");
  tellPlace(room, place, {
    text: `${name} says: “${text}”`,
    sort: "voice",
    but: seat,
    isSaid: true,
  });
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
  if (!hears(room, told.to, seat)) return undefined;
  tell(room, told.to, { sort: "whisper", text: `${scene.name} whispers to you: “${whispered}”` });
}

function isFor(text: string, name: string): boolean {
  const begin = text.slice(0, name.length);
  const next = text.slice(name.length, name.length + 1);
  return plainWords(begin) === plainWords(name) && begin !== "" && /^[\s:,]?$/.test(next);
}

/** Wherever on the island the others are: a shout is heard from everywhere. */
function mute(scene: Scene, name: string, isMuted: boolean): void {
  const { room, seat } = scene;
  const sight = room.state.sights.get(seat);
  const others = room.seats.filter(({ index }) => index !== seat);
  const meant = others.filter((other) => plainWords(other.name) === plainWords(name));
  if (sight === undefined || meant.length === 0) {
    const muted = others.filter(({ index }) => !hears(room, seat, index));
    const now = muted.length === 0 ? "" : ` Muted: ${muted.map((other) => other.name).join(", ")}.`;
    return scene.say(`MUTE or UNMUTE whom? As in: mute Ann.${now}`, "note");
  }
  const rest = sight.muted.filter((index) => !meant.some((other) => other.index === index));
  sight.muted = isMuted ? [...rest, ...meant.map(({ index }) => index)] : rest;
  const [{ name: known } = { name }] = meant;
  scene.say(
    isMuted
      ? `You will not hear what ${known} says, and nobody is told. UNMUTE ${known} when you like.`
      : `You hear ${known} again.`,
    "note",
  );
}
