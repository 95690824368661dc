// Seat name: what a seat is called, so that no two of a room are called the same. It knows names, and
// never whose they are.

import { NAME_LENGTH_MAX } from "../../shared/seats.ts";

/** The name itself if nobody of the others has it, or else with the lowest number that tells it apart. */
export function nameApart(name: string, others: Iterable<string>): string {
  const names = [...others];
  const heard = new Set(names.map(asHeard));
  const seen = new Set(names.map(asSeen));
  const isTaken = (apart: string) => heard.has(asHeard(apart)) || seen.has(asSeen(apart));
  let apart = name;
  for (let number = 2; isTaken(apart); number++) apart = numbered(name, number);
  return apart;
}

/** Letters and digits are what tells names apart that are typed or read aloud; without any, all of it is. */
function asHeard(name: string): string {
  const plain = name.normalize("NFKC").toLowerCase();
  return plain.replace(/[^\p{L}\p{M}\p{N}]/gu, "") || plain;
}

/**
 * Letters of other scripts that most fonts draw as a Latin one, each before the one that it is taken for, and
 * what looks alike within it: of Unicode's table of confusables (UTS 39) what people's names need.
 */
const LOOKALIKES = new Map(
  [
    ...["\u0410A", "\u0412B", "\u0415E", "\u0405S", "\u0406I", "\u0408J", "\u041aK", "\u041cM"],
    ...["\u041dH", "\u041eO", "\u0420P", "\u0421C", "\u0422T", "\u0423Y", "\u0425X", "\u0430a"],
    ...["\u0435e", "\u04bbh", "\u0456i", "\u0458j", "\u043eo", "\u0440p", "\u0441c", "\u0455s"],
    ...["\u0443y", "\u0445x", "\u0501d", "\u051bq", "\u051dw", "\u04cfl", "\u0391A", "\u0392B"],
    ...["\u0395E", "\u0396Z", "\u0397H", "\u0399I", "\u039aK", "\u039cM", "\u039dN", "\u039fO"],
    ...["\u03a1P", "\u03a4T", "\u03a5Y", "\u03a7X", "\u03bfo", "\u03c1p", "\u03bdv", "\u03b1a"],
    ...["\u03b9i", "\u03f3j", "\u03c5u", "\u043ak", "\u0442t", "\u043cm", "\u0432b", "\u043dh"],
    ...["\u0131i", "Il", "1l", "|l", "0O"],
  ].map(([alike = "", latin = ""]) => [alike, latin] as const),
);

/** What is left to tell names apart by for whoever only looks. */
function asSeen(name: string): string {
  let seen = "";
  for (const letter of name.normalize("NFKC")) {
    const latin = LOOKALIKES.get(letter) ?? letter;
    seen += LOOKALIKES.get(latin) ?? latin;
  }
  return seen;
}

/** No longer than a name may be, and no character cut in two. */
function numbered(name: string, number: number): string {
  const characters = [...name];
  while (`${characters.join("")} ${number}`.length > NAME_LENGTH_MAX) characters.pop();
  return `${characters.join("").trimEnd()} ${number}`;
}
