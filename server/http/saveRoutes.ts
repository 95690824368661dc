// Save routes: of which games somebody has progress that waits for the next visit. It tells that there
// is some, never what.

import type { Game } from "../../shared/game.ts";
import { isOffered, shelfOf } from "../room/shelf.ts";
import type { SignIn } from "../session/signIn.ts";
import type { RoomStore } from "../store/store.ts";
import { type App, type AskingParts, browserOf, refusedBy } from "./asking.ts";
import type { Limits } from "./limits.ts";
import { refuse } from "./refusal.ts";

export interface SaveRouteParts extends AskingParts {
  readonly signIn: SignIn;
  readonly store: Pick<RoomStore, "readShelf">;
  readonly games: readonly Game[];
  readonly limits: Limits;
}

export function addSaveRoutes(app: App, parts: SaveRouteParts): void {
  const { signIn, store, games, cookie, limits } = parts;
  const saving = games.filter(({ rules }) => rules.lifecycle.save !== undefined);
  app.get("/api/saves", async (context) => {
    const busy = await refusedBy(limits.lookUps, context, parts);
    if (busy !== undefined) return busy;
    const known = await signIn.known(browserOf(context, cookie).cookie);
    if (known === undefined) return refuse(context, "sign-in-needed");
    const { id } = known.identity;
    const shelves = await Promise.all(
      saving.map(async ({ name }) => ({ name, shelf: shelfOf(await store.readShelf(id, name)) })),
    );
    const offered = shelves.filter(({ shelf }) => isOffered(shelf));
    return context.json({ saves: offered.map(({ name }) => ({ game: name })) });
  });
}
