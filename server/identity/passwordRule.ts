// Password rule: what may be a password and what may not, by NIST SP 800-63B: length and lists, no
// recipes of digits and signs. It changes nothing of what it is given, and hashes nothing.

import { isCommonPassword } from "./commonPasswords.ts";

/** Characters, however many bytes each takes. */
const PASSWORD_LENGTH_MIN = 8;
const PASSWORD_LENGTH_MAX = 256;

export type PasswordJudgement =
  | { readonly kind: "fits"; readonly password: string }
  | { readonly kind: "refused"; readonly reason: "password-invalid" | "password-common" };

/** `context` holds words that anybody would try first here, such as the name of the account. */
export function judgePassword(value: unknown, context: readonly string[]): PasswordJudgement {
  // A lone surrogate has no bytes of its own: two such passwords would be one.
  if (typeof value !== "string" || /\p{Surrogate}/u.test(value)) return INVALID;
  const length = [...value].length;
  if (length < PASSWORD_LENGTH_MIN || length > PASSWORD_LENGTH_MAX) return INVALID;
  const isExpected = context.some((word) => wordIn(value) === wordIn(word));
  return isExpected || isCommonPassword(value) ? COMMON : { kind: "fits", password: value };
}

const INVALID = { kind: "refused", reason: "password-invalid" } as const;
const COMMON = { kind: "refused", reason: "password-common" } as const;

/** What is left without the digits and signs that people put around a word. */
function wordIn(text: string): string {
  return text.toLowerCase().replace(/^\P{L}+|\P{L}+$/gu, "") || text;
}
