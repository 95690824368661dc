// Serve poisoned: the server of a build of the well whose rules end it.

import { createServer } from "../../server/server.ts";
import { wellOf } from "./well.ts";

const server = createServer({ games: [wellOf("poisoned")] });
await server.start();
