// Main: the process that `npm start` runs: our games on the server, ended by signals. It holds no
// logic; whoever has games of their own writes these few lines for themselves.

import { adventure } from "../shared/games/adventure/adventure.ts";
import { arena } from "../shared/games/arena.ts";
import { eights } from "../shared/games/eights.ts";
import { nim } from "../shared/games/nim.ts";
import { refuseOthers } from "./node/role.ts";
import { endWith } from "./process.ts";
import { createServer } from "./server.ts";

try {
  refuseOthers(process.argv.slice(2));
} catch (cause) {
  endWith(cause);
}
await createServer({ games: [nim, eights, arena, adventure] }).start();
