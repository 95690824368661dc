// Listen: the HTTP server that app and socket share, with its time-outs, and the only importer of
// @hono/node-server's values. It answers nothing itself.

import { createServer, type Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import type { App } from "./asking.ts";
import { responseWithHeaders } from "./headers.ts";
import { withFewUnanswered } from "./pipelining.ts";

/** Whoever sends more slowly than this keeps a socket busy on purpose, or is better off trying again. */
const HEADERS_MS_MAX = 10_000;
const REQUEST_MS_MAX = 15_000;
const CHECK_EVERY_MS = 2_000;
const IDLE_MS_MAX = 5_000;
/** Whoever takes nothing of an answer for so long is gone, or never meant to: it is kept for nobody. */
const UNTAKEN_MS_MAX = 30_000;
const HEADER_BYTES_MAX = 8 * 1024;
/** No limit but their bytes: Node leaves out what is beyond one without a word, such as what a proxy adds last. */
const HEADERS_MAX = 0;
/** Somewhat more than the connections that the doors let in: those outside must be told so. */
const SOCKETS_MAX = 12_000;

/** Makes the server; it listens when told to. `secure` forbids browsers plain http from then on. */
export function createHttpServer(app: App, { secure }: { readonly secure: boolean }): Server {
  const server = createAdaptorServer({
    fetch: app.fetch,
    createServer,
    serverOptions: {
      ServerResponse: withFewUnanswered(responseWithHeaders(secure)),
      headersTimeout: HEADERS_MS_MAX,
      requestTimeout: REQUEST_MS_MAX,
      connectionsCheckingInterval: CHECK_EVERY_MS,
      keepAliveTimeout: IDLE_MS_MAX,
      maxHeaderSize: HEADER_BYTES_MAX,
    },
  }) as Server;
  server.timeout = UNTAKEN_MS_MAX;
  server.maxHeadersCount = HEADERS_MAX;
  server.maxConnections = SOCKETS_MAX;
  return server;
}
