// Serve newer: the server of a build that is yet to come, with its own nim. Its pages are in the folder
// that NEWER_PAGES names.

import { createServer } from "../../server/server.ts";
import { nim } from "./newerNim.ts";

const server = createServer({ games: [nim], pages: process.env.NEWER_PAGES ?? "" });
await server.start();
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => void server.stop().then(() => process.exit(0)));
}
