// Serve drift: the built server with the bench's game; it is told where to listen by its environment.

import { driftGame } from "./drift.ts";

// What is measured is what `npm start` runs, not the sources.
const built = new URL("../../dist/server/server.js", import.meta.url).href;
const { createServer } = (await import(built)) as typeof import("../../server/server.ts");
await createServer({ games: [driftGame] }).start();
