// Shares: which of several nodes a room falls to, so that all who look agree without a word and each
// gets about as many. Pure; nobody is bound by it, for the log alone says who hosts.

import { hashText } from "../../shared/hash.ts";
import type { NodeId, RoomId } from "../../shared/ids.ts";

/**
 * The node with the highest draw for the room (rendezvous hashing, Thaler and Ravishankar 1996): when
 * one goes, only its own rooms fall to others, spread over all of them. Undefined if there is none.
 */
export function shareOf(room: RoomId, nodes: readonly NodeId[]): NodeId | undefined {
  let best: NodeId | undefined;
  let bestDraw = -1;
  for (const node of nodes) {
    const draw = mixed(hashText(`${room} ${node}`));
    const wins = draw > bestDraw || (draw === bestDraw && best !== undefined && node < best);
    if (!wins) continue;
    best = node;
    bestDraw = draw;
  }
  return best;
}

/** Spreads near hashes over all 32 bits (the finalizer of MurmurHash3, Appleby 2011). */
function mixed(hash: number): number {
  let word = hash;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}
