// Save routes: which stories somebody has of which games, and which of them goes on at the next visit.
// Of what is in one they tell the line in which its game sums it up, and nothing else.

import { z } from "zod";
import type { Game, Json } from "../../shared/game.ts";
import type { IdentityId } from "../../shared/ids.ts";
import type { SaveSeen, StorySeen } from "../../shared/owned.ts";
import { type Shelf, shelfOf } from "../room/shelf.ts";
import { changeShelf, SHELF_LIFE_MS, type ShelfPlace } from "../room/shelfChange.ts";
import { allOf, type Story, takeUp } from "../room/stories.ts";
import type { SignIn } from "../session/signIn.ts";
import type { RoomStore } from "../store/store.ts";
import {
  type App,
  type AppContext,
  type AskingParts,
  browserOf,
  jsonOf,
  refusedBy,
} from "./asking.ts";
import type { Limits } from "./limits.ts";
import { refuse } from "./refusal.ts";

export interface SaveRouteParts extends AskingParts {
  readonly signIn: SignIn;
  readonly store: Pick<RoomStore, "readShelf" | "replaceShelf">;
  readonly games: readonly Game[];
  readonly limits: Limits;
  /** The store's time, in ms. */
  nowMs(): number;
}

const SUMMARY_LENGTH_MAX = 120;

const TakeUpRequest = z.strictObject({ game: z.string().max(24), story: z.int().min(0) });

export function addSaveRoutes(app: App, parts: SaveRouteParts): void {
  const { store, games, limits } = parts;
  const saving = games.filter(({ rules }) => rules.lifecycle.save !== undefined);
  app.use("/api/saves", async (context, next) => {
    const busy = await refusedBy(limits.lookUps, context, parts);
    return busy ?? next();
  });
  app.get("/api/saves", async (context) => {
    const id = await askerOf(context, parts);
    if (id === undefined) return refuse(context, "sign-in-needed");
    const saves = await Promise.all(
      saving.map(async ({ name: game }): Promise<SaveSeen> => {
        const shelf = shelfOf(await store.readShelf(id, game));
        return { game, stories: allOf(shelf).map((story) => seen(story, shelf, parts.nowMs())) };
      }),
    );
    return context.json({ saves: saves.filter(({ stories }) => stories.length > 0) });
  });
  app.post("/api/saves", async (context) => {
    const body = TakeUpRequest.safeParse(await jsonOf(context));
    if (!body.success) return refuse(context, "request-invalid");
    const id = await askerOf(context, parts);
    if (id === undefined) return refuse(context, "sign-in-needed");
    const { game, story } = body.data;
    const isKnown = saving.some(({ name }) => name === game);
    const isTakenUp = isKnown && (await goOn(store, { identity: id, game }, story));
    return isTakenUp ? context.body(null, 204) : refuse(context, "not-found");
  });
}

async function askerOf(
  context: AppContext,
  { signIn, cookie }: SaveRouteParts,
): Promise<IdentityId | undefined> {
  const known = await signIn.known(browserOf(context, cookie).cookie);
  return known?.identity.id;
}

/** Whether that story goes on at the next visit from here on. */
async function goOn(
  store: SaveRouteParts["store"],
  place: ShelfPlace,
  story: number,
): Promise<boolean> {
  const changed = await changeShelf(store, place, (shelf) => {
    const next = shelf.goingTo === "" ? takeUp(shelf, story) : undefined;
    return next && { next };
  });
  return changed !== undefined;
}

function seen({ save, claim, keptMs, isGuests }: Story, shelf: Shelf, nowMs: number): StorySeen {
  const summary = summaryOf(save);
  return {
    story: keptMs,
    isNext: keptMs === shelf.keptMs,
    isPlayed: claim !== "",
    isGuests,
    // Older builds did not note when.
    ...(keptMs < SHELF_LIFE_MS ? {} : { agoMs: Math.max(0, Math.round(nowMs - keptMs)) }),
    ...(summary === undefined ? {} : { summary }),
  };
}

function summaryOf(save: Json): string | undefined {
  if (typeof save !== "object" || save === null || Array.isArray(save)) return undefined;
  const { summary } = save as Readonly<Record<string, Json>>;
  return typeof summary === "string" ? summary.slice(0, SUMMARY_LENGTH_MAX) : undefined;
}
