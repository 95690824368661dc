// Replies: what Redis answers, as the few shapes it has, and the reading of them. A reply of another
// shape than the question allows is a bug of ours or a proxy's, so it throws.

/** Texts come as bytes, so that what is binary stays whole. */
export type Reply = null | number | Buffer | readonly Reply[];

export function textOf(reply: Reply | undefined): string {
  if (Buffer.isBuffer(reply)) return reply.toString("utf8");
  throw unexpected("text", reply);
}

/** A copy: what Redis answered may be a part of something large, which it would keep in memory. */
export function bytesOf(reply: Reply | undefined): Uint8Array {
  if (Buffer.isBuffer(reply)) return new Uint8Array(reply);
  throw unexpected("bytes", reply);
}

export function listOf(reply: Reply | undefined): readonly Reply[] {
  if (Array.isArray(reply)) return reply;
  throw unexpected("a list", reply);
}

/** A whole number within ±2^53, written as a number or as text. */
export function numberOf(reply: Reply | undefined): number {
  const number = typeof reply === "number" ? reply : Number(textOf(reply));
  if (Number.isSafeInteger(number)) return number;
  throw unexpected("a whole number", reply);
}

/** The pairs of a hash, in the order Redis gave them. */
export function pairsOf(reply: Reply | undefined): readonly (readonly [string, Buffer])[] {
  const flat = listOf(reply);
  const pairs: [string, Buffer][] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const value = flat[at + 1];
    if (!Buffer.isBuffer(value)) throw unexpected("a pair", value);
    pairs.push([textOf(flat[at]), value]);
  }
  return pairs;
}

function unexpected(wanted: string, reply: Reply | undefined): Error {
  const got = Array.isArray(reply) ? "a list" : Buffer.isBuffer(reply) ? "bytes" : String(reply);
  return new Error(`Redis answered ${got} where ${wanted} was due`);
}
