// Serve newer: the server of a build that is yet to come, with its own ledger.

import { createServer } from "../../server/server.ts";
import { newerLedger } from "./newerLedger.ts";

const server = createServer({ games: [newerLedger] });
await server.start();
