// Enter: how the parts of the first page go to a table; who is nobody yet is asked for a name first.

import type { GameName, Place } from "../route.ts";

export type Enter = (game: GameName, place: Place, isWatching?: boolean) => void;
