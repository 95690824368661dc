// Routes: what can be asked over HTTP and what is answered. Every answer that tells something of
// somebody goes to whoever shows that somebody's cookie.

import type { HttpBindings } from "@hono/node-server";
import type { Context, Hono } from "hono";
import { z } from "zod";
import type { Game } from "../../shared/game.ts";
import type { SessionSeen } from "../../shared/protocol.ts";
import type { SignedIn } from "../session/browsers.ts";
import { deviceOf } from "../session/device.ts";
import { readName } from "../session/name.ts";
import type { SessionRecord } from "../session/record.ts";
import type { Browser, SignIn } from "../session/signIn.ts";
import { TOKEN_LIFE_MS } from "../session/token.ts";
import type { RoomStore } from "../store/store.ts";
import type { IdentityCookie } from "./cookies.ts";
import type { Limit, Limits } from "./limits.ts";
import type { Lobby } from "./lobby.ts";
import { refuse } from "./refusal.ts";

export type Environment = { Bindings: HttpBindings };
export type App = Hono<Environment>;
type AppContext = Context<Environment>;

export interface RouteParts {
  readonly signIn: SignIn;
  readonly store: Pick<RoomStore, "seatsOf">;
  readonly lobby: Lobby;
  readonly games: readonly Game[];
  readonly cookie: IdentityCookie;
  readonly limits: Limits;
  /** What limits count the sender by; undefined for who is exempt. */
  groupOf(context: AppContext): string | undefined;
  /** Whether the server takes players: started, not draining, its store within reach. */
  isReady(): boolean;
}

const GuestRequest = z.strictObject({ name: z.unknown() });
const RoomsQuery = z.object({
  game: z
    .string()
    .regex(/^[a-z][a-z0-9]{0,23}$/)
    .optional(),
});

export function addRoutes(app: App, parts: RouteParts): void {
  addSessionRoutes(app, parts);
  addLobbyRoutes(app, parts);
  addHealthRoutes(app, parts);
}

function addSessionRoutes(app: App, parts: RouteParts): void {
  const { signIn, cookie, limits } = parts;
  app.post("/api/session/guest", async (context) => {
    const body = GuestRequest.safeParse(await jsonOf(context));
    if (!body.success) return refuse(context, "request-invalid");
    const name = readName(body.data.name);
    if (name === undefined) return refuse(context, "name-invalid");
    const busy = await refusedBy(limits.guests, context, parts);
    if (busy !== undefined) return busy;
    const signedIn = await signIn.guest(name, browserOf(context, cookie));
    const { newCookie } = signedIn;
    if (newCookie !== undefined) cookie.set(context, newCookie.secret, newCookie.lifeMs);
    return context.json(tokenReply(signedIn));
  });
  app.post("/api/session/token", async (context) => {
    const busy = await refusedBy(limits.lookUps, context, parts);
    if (busy !== undefined) return busy;
    const signedIn = await signIn.token(browserOf(context, cookie));
    return signedIn === undefined
      ? refuse(context, "sign-in-needed")
      : context.json(tokenReply(signedIn));
  });
  app.get("/api/session", async (context) => {
    const busy = await refusedBy(limits.lookUps, context, parts);
    if (busy !== undefined) return busy;
    const known = await signIn.known(browserOf(context, cookie).cookie);
    if (known === undefined) return refuse(context, "sign-in-needed");
    const { session, endsInMs } = known;
    if (session === undefined) return refuse(context, "session-ended");
    return context.json({ session: seen(session, endsInMs) });
  });
  app.delete("/api/session", async (context) => {
    const busy = await refusedBy(limits.lookUps, context, parts);
    if (busy !== undefined) return busy;
    await signIn.signOut(browserOf(context, cookie).cookie);
    cookie.clear(context);
    context.header("Clear-Site-Data", '"cache", "storage"');
    return context.body(null, 204);
  });
}

function addLobbyRoutes(app: App, parts: RouteParts): void {
  const { signIn, store, lobby, games, cookie, limits } = parts;
  const gamesSeen = games.map(({ name, version, shape, seats: { min, max } }) => {
    return { name, version, shape, seats: { min, max } };
  });
  app.get("/api/games", (context) => context.json({ games: gamesSeen }));
  app.get("/api/rooms", async (context) => {
    const query = RoomsQuery.safeParse(context.req.query());
    if (!query.success) return refuse(context, "request-invalid");
    const { game } = query.data;
    const isKnown = game === undefined || games.some(({ name }) => name === game);
    if (!isKnown) return refuse(context, "game-unknown");
    const listings = await lobby.open(game);
    const rooms = listings.map(({ room, game: plays, status, seatsTaken, seatsMax }) => {
      return { room, game: plays, status, seatsTaken, seatsMax };
    });
    return context.json({ rooms });
  });
  app.get("/api/seats", async (context) => {
    const busy = await refusedBy(limits.lookUps, context, parts);
    if (busy !== undefined) return busy;
    const known = await signIn.known(browserOf(context, cookie).cookie);
    if (known === undefined) return refuse(context, "sign-in-needed");
    const seats = await store.seatsOf(known.identity.id);
    const ended = await endedRooms(lobby, seats.length);
    const live = seats.filter(({ room }) => !ended.has(room));
    return context.json({ seats: live.map(({ room, game, seat }) => ({ room, game, seat })) });
  });
}

/** Says nothing but yes or no: a stranger learns neither versions nor numbers. */
function addHealthRoutes(app: App, { isReady }: RouteParts): void {
  app.get("/healthz", (context) => context.text("ok"));
  app.get("/readyz", (context) =>
    isReady() ? context.text("ok") : context.text("not ready", 503),
  );
}

/** Most visitors have no seat: for them nothing more is asked. */
async function endedRooms(lobby: Lobby, seatCount: number): Promise<ReadonlySet<string>> {
  if (seatCount === 0) return new Set();
  const listings = await lobby.listings();
  return new Set(listings.filter(({ status }) => status === "ended").map(({ room }) => room));
}

async function refusedBy(
  limit: Limit,
  context: AppContext,
  { groupOf }: RouteParts,
): Promise<Response | undefined> {
  const group = groupOf(context);
  const retryInMs = group === undefined ? undefined : await limit(group);
  return retryInMs === undefined ? undefined : refuse(context, "too-many-requests", { retryInMs });
}

function browserOf({ req }: AppContext, cookie: IdentityCookie): Browser {
  return { cookie: cookie.read(req.header("Cookie")), device: deviceOf(req.header("User-Agent")) };
}

async function jsonOf(context: AppContext): Promise<unknown> {
  try {
    return await context.req.json();
  } catch (cause) {
    // Not JSON is for the schema to refuse; a body that never came in full is another matter.
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

function seen({ label, name, role }: SessionRecord, endsInMs: number): SessionSeen {
  return { label, name, role, endsInMs };
}

function tokenReply({ session, token, endsInMs }: SignedIn) {
  return { session: seen(session, endsInMs), token, expiresInMs: TOKEN_LIFE_MS };
}
