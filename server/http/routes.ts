// Routes: what can be asked over HTTP and what is answered. Every answer that tells something of
// somebody goes to whoever shows that somebody's cookie.

import { z } from "zod";
import type { Game } from "../../shared/game.ts";
import type { Ban } from "../identity/record.ts";
import { readName } from "../session/name.ts";
import type { SignIn } from "../session/signIn.ts";
import type { RoomStore } from "../store/store.ts";
import { type AccountRouteParts, addAccountRoutes } from "./accountRoutes.ts";
import {
  type App,
  type AppContext,
  type AskingParts,
  banSeen,
  browserOf,
  jsonOf,
  refusedBy,
  seen,
  tokenReply,
} from "./asking.ts";
import { addHandOffRoutes, type HandOffRouteParts } from "./handOffRoutes.ts";
import type { Limits } from "./limits.ts";
import type { Lobby } from "./lobby.ts";
import { addModerationRoutes, type ModerationRouteParts } from "./moderationRoutes.ts";
import { addOwnRoutes, type OwnRouteParts } from "./ownRoutes.ts";
import { refuse } from "./refusal.ts";
import { addSaveRoutes, type SaveRouteParts } from "./saveRoutes.ts";

export interface RouteParts
  extends AskingParts,
    AccountRouteParts,
    OwnRouteParts,
    ModerationRouteParts,
    SaveRouteParts,
    HandOffRouteParts {
  readonly signIn: SignIn;
  readonly store: Pick<RoomStore, "readShelf" | "replaceShelf" | "seatsOf">;
  readonly lobby: Lobby;
  readonly games: readonly Game[];
  readonly limits: Limits;
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
  addAccountRoutes(app, parts);
  addOwnRoutes(app, parts);
  addModerationRoutes(app, parts);
  addLobbyRoutes(app, parts);
  addSaveRoutes(app, parts);
  addHandOffRoutes(app, parts);
  addHealthRoutes(app, parts);
}

function addSessionRoutes(app: App, parts: RouteParts): void {
  const { signIn, cookie, limits } = parts;
  const becomeGuest = async (context: AppContext, asked: unknown) => {
    const name = readName(asked);
    if (name === undefined) return refuse(context, "name-invalid");
    const busy = await refusedBy(limits.guests, context, parts);
    if (busy !== undefined) return busy;
    const browser = browserOf(context, cookie);
    const known = await signIn.known(browser.cookie);
    if (known?.ban !== undefined) return refuse(context, "banned", banned(known.ban, parts));
    const signedIn = await signIn.guest(name, browser);
    const { newCookie } = signedIn;
    if (newCookie !== undefined) cookie.set(context, newCookie.secret, newCookie.lifeMs);
    return context.json(tokenReply(signedIn));
  };
  app.post("/api/session/guest", async (context) => {
    const body = GuestRequest.safeParse(await jsonOf(context));
    return body.success ? becomeGuest(context, body.data.name) : refuse(context, "request-invalid");
  });
  app.post("/api/session/token", async (context) => {
    const busy = await refusedBy(limits.lookUps, context, parts);
    if (busy !== undefined) return busy;
    const browser = browserOf(context, cookie);
    const signedIn = await signIn.token(browser);
    if (signedIn !== undefined) return context.json(tokenReply(signedIn));
    const known = await signIn.known(browser.cookie);
    if (known?.ban !== undefined) return refuse(context, "banned", banned(known.ban, parts));
    // A stranger's first visit is no mistake either, and a browser would log a refusal as one.
    const body = GuestRequest.safeParse(await jsonOf(context));
    return body.data?.name === undefined
      ? refuse(context, "sign-in-needed")
      : becomeGuest(context, body.data.name);
  });
  app.get("/api/session", async (context) => {
    const busy = await refusedBy(limits.lookUps, context, parts);
    if (busy !== undefined) return busy;
    const secret = browserOf(context, cookie).cookie;
    const known = await signIn.known(secret);
    if (known?.ban !== undefined) {
      return context.json({ session: null, ...banned(known.ban, parts) });
    }
    // Nobody is an answer like any other: asking who one is is no mistake.
    if (known === undefined) {
      const ended = await signIn.whyNobody(secret);
      return context.json({ session: null, ...(ended === undefined ? {} : { ended }) });
    }
    if (known.session === undefined) {
      const { name, role } = known.identity;
      return context.json({ session: null, identity: { name, role } });
    }
    const { session, endsInMs, silentMs } = known;
    return context.json({ session: { ...seen(session, endsInMs), silentMs } });
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

function banned(ban: Ban, { nowMs }: RouteParts) {
  return { ban: banSeen(ban, nowMs()) };
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
    const statuses = await lobby.statusesOf(seats.map(({ room }) => room));
    const live = seats.filter(({ room }) => statuses.get(room) !== "ended");
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
