// Seal mark: a word that stands sealed in a Redis, by which a start learns whether it can open what is kept
// there of people. It opens nothing else, and never replaces a word that it cannot open.

import { textOf } from "./replies.ts";
import type { Opened, Seal } from "./seal.ts";
import type { Shards } from "./shards.ts";
import { StoreDamaged } from "./store.ts";

/**
 * Leaves the mark if there is none, and seals an old one anew, like every record that is read. Rejects
 * with a sentence for the operator if no key opens it, and with StoreAway.
 */
export async function checkSeal(shards: Shards, key: string, seal: Seal): Promise<void> {
  const own = seal.close("holdfast", key);
  const kept = await shards.call("SET", key, own, "NX", "GET");
  if (kept === null) return;
  const opened = openedBy(seal, textOf(kept), key);
  if (opened === undefined) throw new Error(sentenceOf(textOf(kept), key));
  if (opened.isOld) await shards.call("SET", key, own);
}

function openedBy(seal: Seal, kept: string, key: string): Opened | undefined {
  try {
    return seal.open(kept, key);
  } catch (cause) {
    // Another secret of the same name, or whatever somebody has put there: either way it is not ours.
    if (cause instanceof StoreDamaged) return undefined;
    throw cause;
  }
}

function sentenceOf(kept: string, key: string): string {
  const [, kid = "?"] = kept.split(":");
  return (
    `what this Redis keeps of people was sealed with a secret that is not in SECRETS (its name is "${kid}"): ` +
    "nobody of them could sign in. All nodes of a Redis, and npm run admin beside them, have the same SECRETS; put " +
    "that secret behind the newest there (where SECRETS was not set, it is the file DATA_DIR/secret of whoever was " +
    `first). Only if nobody has it any more, and they are lost with it: DEL ${key} goes on without them`
  );
}
