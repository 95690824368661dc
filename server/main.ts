// Main: the process that `npm start` runs: our games on the server, ended by signals. It holds no
// logic; whoever has games of their own writes these few lines for themselves.

import { adventure } from "../shared/games/adventure/adventure.ts";
import { arena } from "../shared/games/arena.ts";
import { eights } from "../shared/games/eights.ts";
import { nim } from "../shared/games/nim.ts";
import { createServer } from "./server.ts";

await createServer({ games: [nim, eights, arena, adventure] }).start();
