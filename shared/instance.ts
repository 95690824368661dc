// Instance: whether two numbers of pages are one. It counts none: a room gives them out.

import type { Instance } from "./protocol.ts";

export function sameInstance(one: Instance, other: Instance): boolean {
  return one[0] === other[0] && one[1] === other[1];
}
