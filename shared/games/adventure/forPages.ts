// The adventure as pages hold it: what it consists of and no rule, so that no sentence of the world
// and no way through it is in what a browser loads.

import { defineGame } from "../../game.ts";
import { declared } from "./declared.ts";

export const adventureForPages = defineGame({ ...declared, rules: { type: () => undefined } });
