// App: everything the server answers over HTTP, assembled: who may ask, the routes, the pages, and
// what happens when something breaks. The socket has its own path and is not its business.

import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";
import { HTTPException } from "hono/http-exception";
import { methodNotAllowed } from "hono/method-not-allowed";
import type { Game } from "../../shared/game.ts";
import { randomCode } from "../../shared/random.ts";
import { type OriginPolicy, originRefusal, toldOfOrigin } from "../gate/origin.ts";
import type { AuditEvent } from "../identity/audit.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Lobby as RoomLobby } from "../room/lobby.ts";
import type { People } from "../session/people.ts";
import { type RoomStore, StoreAway } from "../store/store.ts";
import { addressReader, coarseAddress } from "./address.ts";
import type { App, AppContext, Environment } from "./asking.ts";
import { openLimits } from "./limits.ts";
import { Lobby } from "./lobby.ts";
import type { Pages } from "./pages.ts";
import { refuse } from "./refusal.ts";
import { addRoutes } from "./routes.ts";

export interface HttpParts
  extends Pick<
    People,
    | "signIn"
    | "accounts"
    | "outside"
    | "ownership"
    | "moderation"
    | "belongings"
    | "handOff"
    | "audit"
    | "cookie"
    | "nowMs"
  > {
  readonly store: Pick<RoomStore, "readShelf" | "replaceShelf" | "seatsOf">;
  /** Every listing there is. */
  readonly rooms: Pick<RoomLobby, "shown">;
  readonly games: readonly Game[];
  readonly pages: Pages;
  readonly origins: OriginPolicy;
  readonly trustedProxies: readonly string[];
  readonly log: Log;
  readonly metrics: Metrics;
  /** What limits count an address by; undefined for who is exempt. */
  groupOf(address: string): string | undefined;
  /** Whether the server takes players: started, not draining, its store within reach. */
  isReady(): boolean;
}

/** A name and its JSON around it, many times over. */
const BODY_BYTES_MAX = 4 * 1024;
const AWAY_RETRY_MS = 1_000;
const WITH_BODY: ReadonlySet<string> = new Set(["POST", "PUT"]);
const READING: ReadonlySet<string> = new Set(["GET", "HEAD"]);

export function httpApp(parts: HttpParts): App {
  const app: App = new Hono<Environment>();
  const addressOf = addressReader(parts.trustedProxies);
  app.use(counted(parts, (context) => addressOf(context.env.incoming)));
  app.use(methodNotAllowed({ app, onMethodNotAllowed: refuseMethod }));
  // Before `cors`, which answers what a browser asks ahead of a request and tells nobody.
  app.use("/api/*", fromOurPages(parts));
  app.use("/api/*", cors({ origin: [...parts.origins.allowed], credentials: true }));
  app.use("/api/*", saidToBeJson);
  app.use(
    "/api/*",
    bodyLimit({
      maxSize: BODY_BYTES_MAX,
      onError: (context) => refuse(context, "packet-too-large"),
    }),
  );
  addRoutes(app, {
    ...parts,
    lobby: new Lobby(parts.rooms),
    limits: openLimits(),
    addressOf: (context) => addressOf(context.env.incoming),
    groupOf: (context) => parts.groupOf(addressOf(context.env.incoming)),
  });
  app.notFound((context) => {
    const { method, path } = context.req;
    const asksForPage = (method === "GET" || method === "HEAD") && !path.startsWith("/api/");
    const page = asksForPage ? parts.pages.respond(context) : undefined;
    return page ?? refuse(context, "not-found");
  });
  app.onError((cause, context) => {
    if (cause instanceof StoreAway) {
      return refuse(context, "store-away", { retryInMs: AWAY_RETRY_MS });
    }
    if (cause instanceof HTTPException) return refuse(context, "request-invalid");
    // Whoever leaves in the middle of a body is nobody's fault here, and could fill the log with it.
    if (!context.env.incoming.complete && codeOf(cause) === "ECONNRESET")
      return refuse(context, "request-invalid");
    const incident = randomCode(10);
    const { method, path } = context.req;
    const address = coarseAddress(addressOf(context.env.incoming));
    parts.log.fault("request-failed", { incident, method, path, address, cause });
    return refuse(context, "server-fault", { incident });
  });
  return app;
}

function codeOf(cause: Error): unknown {
  return Reflect.get(cause, "code");
}

function refuseMethod(context: Parameters<typeof refuse>[0], methods: string[]): Response {
  context.header("Allow", methods.join(", "));
  return refuse(context, "request-invalid", { status: 405 });
}

/** What changes something is asked by our own pages, or by programs. */
function fromOurPages({ origins, log, trustedProxies }: HttpParts) {
  const addressOf = addressReader(trustedProxies);
  return createMiddleware<Environment>(async (context, next) => {
    context.header("Cache-Control", "no-store");
    const { method, path } = context.req;
    if (READING.has(method)) return next();
    const { incoming } = context.env;
    // A program sends its cookie without any origin; of the query, nothing is ever read here.
    const { cookie: _, ...headers } = incoming.headers;
    const why = originRefusal(headers, "/", origins);
    if (why === undefined) return next();
    const address = coarseAddress(addressOf(incoming));
    log.warn("request-refused", { ...toldOfOrigin(why, headers.origin), method, path, address });
    return refuse(context, "origin-refused");
  });
}

/** A form of another site cannot say so, a page or a program can. */
const saidToBeJson = createMiddleware<Environment>(async (context, next) => {
  const { req } = context;
  const type = req.header("Content-Type") ?? "";
  if (WITH_BODY.has(req.method) && !/^application\/json\s*(;|$)/i.test(type)) {
    return refuse(context, "request-invalid", { status: 415 });
  }
  return next();
});

/** What no page of ours sends, and what comes too often. */
const AUDITED: ReadonlyMap<number, AuditEvent> = new Map<number, AuditEvent>([
  [400, "input_validation_fail"],
  [413, "input_validation_fail"],
  [415, "input_validation_fail"],
  [429, "excess_rate_limit_exceeded"],
]);

function counted({ metrics, audit }: HttpParts, addressOf: (context: AppContext) => string) {
  return createMiddleware<Environment>(async (context, next) => {
    // Whose socket is gone by the time of the answer has no address any more.
    const address = addressOf(context);
    await next();
    const { status } = context.res;
    metrics.requests.add(`${Math.floor(status / 100)}xx`);
    const event = AUDITED.get(status);
    if (event === undefined) return;
    const why = `${context.req.method} ${status}`;
    audit.noteSparingly(event, { address, why });
  });
}
