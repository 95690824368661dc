// Scripts: the Lua that guards several steps inside Redis, read once from the files beside this one.
// Their text is constant; everything that varies travels as KEYS and ARGV.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { assert } from "../../shared/assert.ts";

export interface Script {
  readonly name: string;
  readonly source: string;
  /** By this Redis knows it once it has seen the source. */
  readonly sha1: string;
  /** How many keys one call takes; "any" if it works on a list. */
  readonly keyCount: number | "any";
}

/**
 * Reads a script, puts before it what it calls, and compares the keys it uses with the number its callers pass. The build copies
 * `lua/` to stand beside the compiled file: a script stays a file that editors and checkers know.
 */
function script(name: string, keyCount: Script["keyCount"], before = ""): Script {
  const source = before + textOf(name);
  const code = source.replaceAll(/--.*/g, "");
  const numbered = [...code.matchAll(/KEYS\[(\d+)\]/g)].map((match) => Number(match[1]));
  const takesList = /KEYS(?!\[\d+\])/.test(code);
  assert(
    keyCount === "any" ? takesList : !takesList && Math.max(0, ...numbered) === keyCount,
    `${name}.lua does not use ${keyCount} keys`,
  );
  return { name, source, sha1: createHash("sha1").update(source).digest("hex"), keyCount };
}

function textOf(name: string): string {
  return readFileSync(new URL(`lua/${name}.lua`, import.meta.url), "utf8");
}

/** Said by hosts, who may be late: what they list and link is replaced in its order alone. */
const IN_ORDER = textOf("isLater");

export const SCRIPTS = {
  append: script("append", "any"),
  appendAfter: script("appendAfter", "any"),
  claimAccount: script("claimAccount", 1),
  claimRoom: script("claimRoom", 1),
  count: script("count", 1),
  createRoom: script("createRoom", 2),
  dueRoom: script("dueRoom", 2),
  freeCode: script("freeCode", 1),
  keepCookie: script("keepCookie", 1),
  keepIdentity: script("keepIdentity", 1),
  keepSnapshot: script("keepSnapshot", 2),
  linkConnection: script("linkConnection", 1),
  linkSeat: script("linkSeat", 1, IN_ORDER),
  listRoom: script("listRoom", 3, IN_ORDER),
  loadRoom: script("loadRoom", 2),
  mark: script("mark", 1),
  noteEnding: script("noteEnding", 1),
  openSession: script("openSession", 2),
  replaceShelf: script("replaceShelf", 1),
  reseedRoom: script("reseedRoom", 2),
  revokeSession: script("revokeSession", 2),
  signNode: script("signNode", 1),
  takeCode: script("takeCode", 1),
  touch: script("touch", "any"),
  unlinkConnections: script("unlinkConnections", "any"),
  useCookie: script("useCookie", 1),
} as const;
