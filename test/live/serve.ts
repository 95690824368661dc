// Serve: the server that live tests run: the real one with the ledger beside the real games.

import { createServer } from "../../server/server.ts";
import { adventure } from "../../shared/games/adventure/adventure.ts";
import { arena } from "../../shared/games/arena.ts";
import { eights } from "../../shared/games/eights.ts";
import { nim } from "../../shared/games/nim.ts";
import { ledger } from "./ledger.ts";

const server = createServer({ games: [nim, eights, arena, adventure, ledger] });
await server.start();
