// Serve well: the server of a build of the well that is sound.

import { createServer } from "../../server/server.ts";
import { wellOf } from "./well.ts";

const server = createServer({ games: [wellOf("sound")] });
await server.start();
