// The server of this game: everything else is read from the environment, as Holdfast's README says.

import { createServer } from "holdfast/server";
import { lamps } from "./game.ts";

await createServer({ games: [lamps], pages: "dist" }).start();
