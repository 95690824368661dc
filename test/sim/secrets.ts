// Secrets: while a seed is played, everything that is drawn so that nobody can guess it comes from the
// seed as well: keys, cookies, the names of rooms and sessions. One seed at a time in one process.

import type { Random } from "../../shared/random.ts";

/** Plays with the platform's cryptographic source replaced by draws of a seed. */
export async function withSecretsFrom<T>(random: Random, play: () => Promise<T>): Promise<T> {
  const getRandomValues = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; at++) bytes[at] = Math.floor(random() * 256);
    return bytes;
  };
  // Stands before the platform's own, which is found again once this one is taken away.
  Object.defineProperty(crypto, "getRandomValues", { value: getRandomValues, configurable: true });
  try {
    return await play();
  } finally {
    Reflect.deleteProperty(crypto, "getRandomValues");
  }
}
