// Mutants: rules of the product, each switched off by an edit of its source. A simulator that stays
// green with one of them proves nothing about that rule.

import type { Mutant } from "./mutate.ts";
import { PAGE_MUTANTS } from "./pageMutants.ts";
import { ROOM_MUTANTS } from "./roomMutants.ts";

export const MUTANTS: readonly Mutant[] = [...ROOM_MUTANTS, ...PAGE_MUTANTS];
