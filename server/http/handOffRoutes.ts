// Hand-off routes: a short code for another device, and that device showing it. A success sets a cookie
// of its own there; a wrong code says no more than that.

import { z } from "zod";
import type { HandOff } from "../identity/handOff.ts";
import type { SignIn } from "../session/signIn.ts";
import {
  type App,
  type AskingParts,
  banSeen,
  browserOf,
  jsonOf,
  refusedBy,
  tokenReply,
} from "./asking.ts";
import type { Limits } from "./limits.ts";
import { refuse } from "./refusal.ts";

export interface HandOffRouteParts extends AskingParts {
  readonly handOff: HandOff;
  readonly signIn: SignIn;
  readonly limits: Limits;
  /** The store's time, in ms. */
  nowMs(): number;
}

const TakeRequest = z.strictObject({ code: z.string().max(32) });

export function addHandOffRoutes(app: App, parts: HandOffRouteParts): void {
  const { handOff, signIn, cookie, limits } = parts;
  app.post("/api/hand-off", async (context) => {
    const busy = await refusedBy(limits.guests, context, parts);
    if (busy !== undefined) return busy;
    const offer = await handOff.offer(browserOf(context, cookie).cookie);
    if (offer.kind === "refused") return refuse(context, offer.reason);
    return context.json({ code: offer.code, expiresInMs: offer.expiresInMs });
  });
  app.post("/api/hand-off/take", async (context) => {
    const body = TakeRequest.safeParse(await jsonOf(context));
    if (!body.success) return refuse(context, "request-invalid");
    // Whoever guesses codes is slowed down as whoever makes guests.
    const busy = await refusedBy(limits.guests, context, parts);
    if (busy !== undefined) return busy;
    const { device, cookie: former } = browserOf(context, cookie);
    const taking = await handOff.take(body.data.code, device);
    if (taking.kind === "refused") return refuse(context, taking.reason);
    if (taking.kind === "banned") {
      return refuse(context, "banned", { ban: banSeen(taking.ban, parts.nowMs()) });
    }
    // Whoever this browser was before is signed out of it.
    await signIn.signOut(former);
    cookie.set(context, taking.newCookie.secret, taking.newCookie.lifeMs);
    return context.json(tokenReply(taking));
  });
}
