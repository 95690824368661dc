// Serve drift: the built server with the bench's games; it is told where to listen by its environment.

import { driftGame } from "./drift.ts";
import { tellLiveBytes } from "./liveBytes.ts";
import { stillGame } from "./still.ts";

// What is measured is what `npm start` runs, not the sources.
const built = new URL("../../dist/server/server.js", import.meta.url).href;
const { createServer } = (await import(built)) as typeof import("../../server/server.ts");
tellLiveBytes();
await createServer({ games: [driftGame, stillGame] }).start();
