// Name: what a person may be called, as text that shows as it is everywhere. It says nothing about
// manners, and a name is never more than text: whoever shows it must not read it as anything else.

import { NAME_LENGTH_MAX } from "../../shared/seats.ts";

/** Says only whether an emoji is drawn in colour; phones put it behind many. */
const EMOJI_STYLE = /[\ufe0e\ufe0f]/g;
const SPACES = /\p{Zs}+/gu;
/** Controls, turns of writing direction, zero-width marks and letters that show nothing. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;
const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u;
/** More marks on one letter than any script needs hide the lines above and below. */
const HEAPED = /\p{M}{4}/u;

/**
 * The name as it is kept: composed (NFC), single spaces, 1 to 24 characters. Undefined if it is no
 * text, too long, or has something in it that cannot be seen.
 */
export function readName(value: unknown): string | undefined {
  // Composing makes a text three times as long at most: anything longer is too long either way.
  if (typeof value !== "string" || value.length > 4 * NAME_LENGTH_MAX) return undefined;
  const name = value.normalize("NFC").replace(EMOJI_STYLE, "").replace(SPACES, " ").trim();
  if (name.length > NAME_LENGTH_MAX || UNSEEN.test(name) || HEAPED.test(name)) return undefined;
  return SEEN.test(name) && !/^\p{M}/u.test(name) ? name : undefined;
}
