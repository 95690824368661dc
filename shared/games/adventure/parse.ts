// Parse: what a person typed, as sentences that rules can carry out. Any text has an answer, in time
// bounded by its length; it knows the words of a language and nothing of the world.

import { nearest } from "../../nearest.ts";
import type { Direction } from "./kinds.ts";
import {
  ALL,
  BETWEEN,
  IT,
  isGoing,
  OPENINGS,
  SILENT,
  type Speaking,
  speechOf,
  type Verb,
  verbOf,
  wayOf,
} from "./words.ts";

/** A line of more sentences than this is cut: it is a flood, or a paste. */
export const SENTENCES_MAX = 6;
const VERB_WORDS_MAX = 3;

/** Names of things as they were typed: small letters, no articles. */
export type Phrase =
  | { readonly kind: "named"; readonly words: string }
  /** Whatever was meant last. */
  | { readonly kind: "it" }
  | { readonly kind: "all"; readonly but: string | undefined };

export type Sentence =
  | { readonly kind: "speak"; readonly how: Speaking; readonly text: string }
  | { readonly kind: "go"; readonly way: Direction }
  | {
      readonly kind: "act";
      readonly verb: Verb;
      /** What it is done to; more than one if they were joined by "and". */
      readonly objects: readonly Phrase[];
      /** What it is done with, on or to. */
      readonly other: Phrase | undefined;
      /** All words after the verb, for what is no thing: the strokes of a signature. */
      readonly rest: string;
    }
  /** No verb that is known; `guess` is the nearest. */
  | { readonly kind: "unclear"; readonly words: string; readonly guess: string | undefined };

/** One sign can stand for a whole sentence: what was typed may grow, but not without end. */
const PLAIN_LENGTH_MAX = 400;

/** What was typed, without what cannot be seen or piles up over other lines; blanks are single. */
export function plainText(typed: string): string {
  return typed
    .normalize("NFKC")
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, " ")
    .replace(/(\p{M}{2})\p{M}+/gu, "$1")
    .replace(/\s+/g, " ")
    .slice(0, PLAIN_LENGTH_MAX)
    .replace(/[\uD800-\uDBFF]$/, "")
    .trim();
}

/** Small letters, digits and dashes of a text or a name, as they are compared. */
export function plainWords(text: string): string {
  return text
    .toLowerCase()
    .replace(/[’']s\b/g, "s")
    .replace(/[^\p{L}\p{N}\- ]/gu, " ")
    .replace(/ +/g, " ")
    .trim();
}

/** The sentences of a line, in order; none for an empty one. Never throws. */
export function parse(typed: string): readonly Sentence[] {
  const sentences: Sentence[] = [];
  let rest = plainText(typed);
  while (rest !== "" && sentences.length < SENTENCES_MAX) {
    const speech = speechIn(rest);
    // What is said runs to the end of the line, full stops and all.
    if (speech !== undefined) return [...sentences, speech];
    const end = rest.search(/[.;!?]|\bthen\b/i);
    const part = end <= 0 ? rest : rest.slice(0, end);
    rest = end <= 0 ? "" : rest.slice(end).replace(/^(?:[.;!? ]|then\b)+/i, "");
    const sentence = sentenceOf(part);
    if (sentence !== undefined) sentences.push(sentence);
  }
  return sentences;
}

function speechIn(text: string): Sentence | undefined {
  const quoted = /^["'“‘](.*?)["'”’]?$/u.exec(text)?.[1];
  if (quoted !== undefined) return { kind: "speak", how: "say", text: quoted.trim() };
  const [word = "", said = ""] = splitOnce(text, " ");
  const how = speechOf(word.toLowerCase());
  return how === undefined ? undefined : { kind: "speak", how, text: said.trim() };
}

function splitOnce(text: string, at: string): readonly [string, string] {
  const found = text.indexOf(at);
  return found < 0 ? [text, ""] : [text.slice(0, found), text.slice(found + at.length)];
}

function sentenceOf(part: string): Sentence | undefined {
  if (part.trim() === "?") return acting("help", []);
  const words = plainWords(part.replace(/,/g, " and ")).split(" ");
  const [first = ""] = words;
  if (first === "") return undefined;
  const way =
    wayOf(words.join(" ")) ??
    (isGoing(first) ? wayIn(words.slice(1)) : undefined) ??
    climbed(first);
  if (way !== undefined) return { kind: "go", way };
  for (let count = Math.min(VERB_WORDS_MAX, words.length); count > 0; count--) {
    const verb = verbOf(words.slice(0, count).join(" "));
    if (verb !== undefined) return acting(verb, words.slice(count));
  }
  return { kind: "unclear", words: wordsOf(words), guess: nearest(first, OPENINGS) };
}

/** "go to the north", "climb up the ladder": the first word that is a way. */
function wayIn(words: readonly string[]): Direction | undefined {
  for (const word of words) {
    const way = wayOf(word);
    if (way !== undefined) return way;
  }
  return undefined;
}

/** Stairs and ladders are climbed upwards unless somebody says otherwise. */
function climbed(word: string): Direction | undefined {
  return word === "climb" ? "up" : undefined;
}

function acting(verb: Verb, words: readonly string[]): Sentence {
  const at = words.findIndex((word, index) => index > 0 && BETWEEN.has(word));
  const [object, other] = at < 0 ? [words, []] : [words.slice(0, at), words.slice(at + 1)];
  // "look at" and "talk to" leave their small word in front: "use on the door".
  const led = object[0] !== undefined && BETWEEN.has(object[0]) ? object.slice(1) : object;
  return {
    kind: "act",
    verb,
    objects: phrasesOf(led),
    other: phrasesOf(other)[0],
    rest: words.join(" "),
  };
}

function phrasesOf(words: readonly string[]): readonly Phrase[] {
  const [first = "", second = "", ...more] = words;
  if (ALL.has(first)) {
    const excepts = second === "but" || second === "except";
    return [{ kind: "all", but: excepts && more.length > 0 ? wordsOf(more) : undefined }];
  }
  const phrases: Phrase[] = [];
  for (const part of words.join(" ").split(/ ?\band\b ?/)) {
    const own = part.split(" ").filter((word) => word !== "");
    if (own.length === 1 && IT.has(own[0] ?? "")) phrases.push({ kind: "it" });
    else if (wordsOf(own) !== "") phrases.push({ kind: "named", words: wordsOf(own) });
  }
  return phrases;
}

function wordsOf(words: readonly string[]): string {
  return words.filter((word) => !SILENT.has(word)).join(" ");
}
