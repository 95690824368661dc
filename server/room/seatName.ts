// Seat name: what a seat is called, so that no two of a room are called the same. It knows names, and
// never whose they are.

import { NAME_LENGTH_MAX } from "../../shared/seats.ts";

/** The name itself if nobody of the others has it, or else with the lowest number that tells it apart. */
export function nameApart(name: string, others: Iterable<string>): string {
  const taken = new Set([...others].map(asHeard));
  let apart = name;
  for (let number = 2; taken.has(asHeard(apart)); number++) apart = numbered(name, number);
  return apart;
}

/** Letters and digits are what tells names apart that are typed or read aloud; without any, all of it is. */
function asHeard(name: string): string {
  const plain = name.normalize("NFKC").toLowerCase();
  return plain.replace(/[^\p{L}\p{M}\p{N}]/gu, "") || plain;
}

/** No longer than a name may be, and no character cut in two. */
function numbered(name: string, number: number): string {
  const characters = [...name];
  while (`${characters.join("")} ${number}`.length > NAME_LENGTH_MAX) characters.pop();
  return `${characters.join("").trimEnd()} ${number}`;
}
