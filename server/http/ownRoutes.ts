// Own routes: what somebody sees and ends of what is his: browsers he is signed in on, preferences.
// Whoever shows no cookie that proves somebody is told to sign in.

import { z } from "zod";
import type { Belongings } from "../identity/belongings.ts";
import type { Ownership } from "../identity/ownership.ts";
import { readName } from "../session/name.ts";
import { type App, type AskingParts, askerOf, browserOf, jsonOf, refusedBy } from "./asking.ts";
import type { Limits } from "./limits.ts";
import type { Lobby } from "./lobby.ts";
import { refuse } from "./refusal.ts";

export interface OwnRouteParts extends AskingParts {
  readonly belongings: Belongings;
  readonly ownership: Ownership;
  readonly limits: Limits;
  readonly lobby: Lobby;
}

const ForgetRequest = z.strictObject({ password: z.string().max(1_024).optional() });
const PreferencesRequest = z.strictObject({
  language: z
    .string()
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/)
    .optional(),
  colours: z.enum(["light", "dark", "contrast"]).optional(),
  reducedMotion: z.boolean().optional(),
});

const NameRequest = z.strictObject({ name: z.unknown() });
const OWN_PATHS = [
  "/api/account",
  "/api/account/export",
  "/api/sessions",
  "/api/sessions/:label",
  "/api/preferences",
  "/api/name",
];

export function addOwnRoutes(app: App, parts: OwnRouteParts): void {
  const { ownership, cookie, limits, lobby } = parts;
  for (const path of OWN_PATHS) {
    app.use(path, async (context, next) => {
      const busy = await refusedBy(limits.lookUps, context, parts);
      return busy ?? next();
    });
  }
  app.get("/api/sessions", async (context) => {
    const owned = await ownership.list(browserOf(context, cookie).cookie);
    if (owned === undefined) return refuse(context, "sign-in-needed");
    const held = owned.sessions.flatMap(({ rooms }) => rooms);
    const statuses = await lobby.statusesOf(held);
    const rooms = [...statuses].map(([room, status]) => ({ room, status }));
    return context.json({ ...owned, rooms });
  });
  app.get("/api/account/export", async (context) => {
    const belongings = await parts.belongings.export(browserOf(context, cookie).cookie);
    if (belongings === undefined) return refuse(context, "sign-in-needed");
    context.header("Content-Disposition", 'attachment; filename="holdfast.json"');
    return context.json(belongings);
  });
  app.delete("/api/account", async (context) => {
    // A guest need not say anything; what is said and cannot be read is not taken for nothing.
    const isSilent = (await context.req.text()) === "";
    const body = ForgetRequest.safeParse(isSilent ? {} : await jsonOf(context));
    if (!body.success) return refuse(context, "request-invalid");
    const outcome = await parts.belongings.forget(body.data.password, askerOf(context, parts));
    if (outcome.kind === "refused") {
      const { reason, retryInMs } = outcome;
      return refuse(context, reason, retryInMs === undefined ? {} : { retryInMs });
    }
    cookie.clear(context);
    context.header("Clear-Site-Data", '"cache", "storage"');
    return context.body(null, 204);
  });
  app.delete("/api/sessions", async (context) => {
    const outcome = await ownership.endAll(browserOf(context, cookie).cookie);
    if (outcome === undefined) return refuse(context, "sign-in-needed");
    cookie.clear(context);
    context.header("Clear-Site-Data", '"cache", "storage"');
    return context.body(null, 204);
  });
  app.delete("/api/sessions/:label", async (context) => {
    const label = context.req.param("label");
    const outcome = await ownership.end(browserOf(context, cookie).cookie, label);
    if (outcome === undefined) return refuse(context, "sign-in-needed");
    return outcome === "ended" ? context.body(null, 204) : refuse(context, "not-found");
  });
  app.put("/api/name", async (context) => {
    const body = NameRequest.safeParse(await jsonOf(context));
    if (!body.success) return refuse(context, "request-invalid");
    const name = readName(body.data.name);
    if (name === undefined) return refuse(context, "name-invalid");
    // Another name is another session, as a new guest is.
    const busy = await refusedBy(limits.guests, context, parts);
    if (busy !== undefined) return busy;
    const renamed = await ownership.rename(browserOf(context, cookie).cookie, name);
    return renamed === undefined
      ? refuse(context, "sign-in-needed")
      : context.json({ name: renamed });
  });
  app.get("/api/preferences", async (context) => {
    const preferences = await ownership.preferences(browserOf(context, cookie).cookie);
    if (preferences === undefined) return refuse(context, "sign-in-needed");
    return context.json({ preferences });
  });
  app.put("/api/preferences", async (context) => {
    const body = PreferencesRequest.safeParse(await jsonOf(context));
    if (!body.success) return refuse(context, "request-invalid");
    const given = Object.fromEntries(
      Object.entries(body.data).filter(([, value]) => value !== undefined),
    );
    const preferences = await ownership.prefer(browserOf(context, cookie).cookie, given);
    if (preferences === undefined) return refuse(context, "sign-in-needed");
    return context.json({ preferences });
  });
}
