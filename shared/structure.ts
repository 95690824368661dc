// Structure: how deep, wide and long the values in a JSON text may be, found in one pass over its
// characters before anything is built of it. Whether it is JSON at all is for the parser to say.

import {
  MESSAGE_ITEMS_MAX,
  MESSAGE_KEYS_MAX,
  MESSAGE_LEVELS_MAX,
  MESSAGE_TEXT_MAX,
} from "./limits.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const ARRAY_OPENS = 0x5b;
const ARRAY_ENDS = 0x5d;
const OBJECT_OPENS = 0x7b;
const OBJECT_ENDS = 0x7d;
const SMALL_U = 0x75;

export type StructureFault = "too-deep" | "too-many-items" | "too-many-keys" | "string-too-long";

/** What is wrong with the JSON text that begins at `from`; undefined if nothing is. */
export function structureFault(text: string, from: number): StructureFault | undefined {
  // How many more items each open array or object may have; commas separate them.
  const left: number[] = [];
  const isArray: boolean[] = [];
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      const end = endOfString(text, at + 1);
      if (end === undefined) return "string-too-long";
      at = end;
    } else if (unit === COMMA) {
      const remaining = (left.pop() ?? 1) - 1;
      if (remaining === 0) return isArray.at(-1) ? "too-many-items" : "too-many-keys";
      left.push(remaining);
    } else if (unit === ARRAY_OPENS || unit === OBJECT_OPENS) {
      if (left.length === MESSAGE_LEVELS_MAX) return "too-deep";
      left.push(unit === ARRAY_OPENS ? MESSAGE_ITEMS_MAX : MESSAGE_KEYS_MAX);
      isArray.push(unit === ARRAY_OPENS);
    } else if (unit === ARRAY_ENDS || unit === OBJECT_ENDS) {
      left.pop();
      isArray.pop();
    }
  }
  return undefined;
}

/** Where the string that begins at `from` ends; undefined if it is too long. An escape is one unit. */
function endOfString(text: string, from: number): number | undefined {
  let units = 0;
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) return at;
    if (++units > MESSAGE_TEXT_MAX) return undefined;
    if (unit === BACKSLASH) at += text.charCodeAt(at + 1) === SMALL_U ? 5 : 1;
  }
  return text.length;
}
