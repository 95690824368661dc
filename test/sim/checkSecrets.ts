// Check secrets: no byte of a private or hidden field reaches a page that may not see it, by any way.
// It knows the secrets by their text and looks for it in everything that was sent.

import type { History } from "./history.ts";
import { type Check, personOf } from "./replay.ts";

/** `pin:` names whose it is, `words:` which note, `vault` is nobody's. */
const SECRETS = /vault:|pin:([\w ]+):|words:([\w-]+);/g;

const ANYBODY = "anybody";

/** I11: secrecy. */
export function checkSecrets(history: History): Check {
  /** Since when each person may know the words of each note: `person note`, and the entry's order. */
  const readers = new Map<string, number>();
  const admit = (person: string, words: string, order: number) => {
    const key = `${person} ${words.slice("words:".length, words.indexOf(";"))}`;
    // A note that was lost may have been written again.
    readers.set(key, Math.min(readers.get(key) ?? order, order));
  };
  return {
    visit({ entry, face, seats, events }) {
      for (const note of face.notes as Iterable<Note>) {
        if (note.isOpen) admit(ANYBODY, note.words, entry.order);
        for (const { id, name } of seats) {
          if (note.by === id || note.to === id) admit(personOf(name), note.words, entry.order);
        }
      }
      for (const { values, seats: audience } of events) {
        if (values.words === undefined) continue;
        for (const { id, name } of seats) {
          if (audience?.includes(id)) admit(personOf(name), String(values.words), entry.order);
        }
      }
    },
    finish: () => leaksIn(history, readers),
  };
}

function leaksIn(history: History, readers: ReadonlyMap<string, number>): readonly string[] {
  const broken: string[] = [];
  for (const { order, page, message } of history.written) {
    const text = typeof message === "string" ? message : Buffer.from(message).toString("latin1");
    for (const [found, holder, note] of text.matchAll(SECRETS)) {
      const mayReadNote = [page.person, ANYBODY].some(
        (reader) => (readers.get(`${reader} ${note}`) ?? Infinity) < order,
      );
      const isRightful = note === undefined ? personOf(holder ?? "") === page.person : mayReadNote;
      if (!isRightful) broken.push(`I11 ${page.name} was sent ${found}`);
    }
  }
  return broken;
}

interface Note {
  readonly by: number;
  readonly to: number;
  readonly isOpen: boolean;
  readonly words: string;
}
