// Randomness: the only place that draws it. Seeded draws are part of a room's state and can be
// replayed; secret draws come from the platform's cryptographic source. Never mix the two.

/** State of the seeded generator: four 32-bit words, not all zero. */
export type RandomState = readonly [number, number, number, number];

/** Expands one number into a generator state (splitmix32, so that near seeds give far states). */
export function seedRandom(seed: number): RandomState {
  let word = seed | 0;
  const next = () => {
    word = (word + 0x9e3779b9) | 0;
    let mixed = word ^ (word >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  return [next(), next(), next(), (next() | 1) >>> 0];
}

/** One draw in [0, 1) and the state after it (xoshiro128**, Blackman and Vigna 2018). */
export function drawRandom(state: RandomState): { value: number; state: RandomState } {
  let [a, b, c, d] = state;
  const scrambled = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
  const shifted = b << 9;
  c ^= a;
  d ^= b;
  b ^= c;
  a ^= d;
  c ^= shifted;
  d = rotate(d, 11);
  return { value: scrambled / 0x1_0000_0000, state: [a >>> 0, b >>> 0, c >>> 0, d >>> 0] };
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** A source of draws in [0, 1). */
export type Random = () => number;

/** A seeded source for tests, bots and pictures that must come out the same each time. */
export function seededRandom(seed: number): Random {
  let state = seedRandom(seed);
  return () => {
    const draw = drawRandom(state);
    state = draw.state;
    return draw.value;
  };
}

/** An unseeded source for jitter; never for secrets. */
export const jitterRandom: Random = () => Math.random();

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** `byteCount` cryptographically random bytes as base64url text; 32 bytes give 43 characters. */
export function randomSecret(byteCount: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(byteCount));
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const chunk = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const digits = Math.min(4, Math.ceil(((bytes.length - at) * 8) / 6));
    for (let digit = 0; digit < digits; digit++) {
      text += BASE64URL[(chunk >> (18 - 6 * digit)) & 63];
    }
  }
  return text;
}

/** Letters and digits that are not mistaken for one another when read aloud: no 0 o 1 i l u. */
const SPEAKABLE = "abcdefghjkmnpqrstvwxyz23456789";

/** Random speakable text from a cryptographic source; about 4.9 bits a character. */
export function randomCode(length: number): string {
  let text = "";
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      // 240 is the largest multiple of 30 in a byte: dropping the rest keeps each letter as likely.
      if (byte < 240 && text.length < length) text += SPEAKABLE[byte % SPEAKABLE.length];
    }
  }
  return text;
}
