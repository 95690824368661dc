// Moderation routes: bans, roles and the audit, for moderators and admins. Who may do what is decided
// elsewhere; a stranger learns from here nothing but that he may not.

import { z } from "zod";
import { type IdentityId, isIdentityId, isRoomId, type RoomId } from "../../shared/ids.ts";
import type { Moderation, ModerationAnswer, PersonSeen, Target } from "../identity/moderation.ts";
import {
  type App,
  type AppContext,
  type AskingParts,
  banSeen,
  browserOf,
  jsonOf,
  refusedBy,
} from "./asking.ts";
import type { Limits } from "./limits.ts";
import { refuse } from "./refusal.ts";

export interface ModerationRouteParts extends AskingParts {
  readonly moderation: Moderation;
  readonly limits: Limits;
  /** The store's time, in ms. */
  nowMs(): number;
}

const YEAR_MS = 365 * 24 * 60 * 60_000;
const Named = {
  account: z.string().max(256).optional(),
  identity: z.custom<IdentityId>(isIdentityId).optional(),
};
const LookRequest = z.strictObject(Named);
const BanRequest = z.strictObject({
  ...Named,
  reason: z.string().trim().min(1).max(200),
  forMs: z
    .int()
    .min(1)
    .max(10 * YEAR_MS)
    .nullable(),
});
const Room = z.custom<RoomId>(isRoomId);
const RoomQuery = z.strictObject({ room: Room });
const KickRequest = z.strictObject({ ...Named, room: Room, keepOut: z.boolean().optional() });
const RoleRequest = z.strictObject({ ...Named, role: z.enum(["player", "moderator", "admin"]) });

export function addModerationRoutes(app: App, parts: ModerationRouteParts): void {
  const { moderation, cookie, limits } = parts;
  const secretOf = (context: AppContext) => browserOf(context, cookie).cookie;
  app.use("/api/admin/*", async (context, next) => {
    const busy = await refusedBy(limits.lookUps, context, parts);
    return busy ?? next();
  });
  app.get("/api/admin/person", async (context) => {
    const query = LookRequest.safeParse(context.req.query());
    const target = query.success ? targetOf(query.data) : undefined;
    if (target === undefined) return refuse(context, "request-invalid");
    return answer(context, await moderation.look(secretOf(context), target), parts);
  });
  app.post("/api/admin/ban", async (context) => {
    const body = BanRequest.safeParse(await jsonOf(context));
    const target = body.success ? targetOf(body.data) : undefined;
    if (!body.success || target === undefined) return refuse(context, "request-invalid");
    return answer(context, await moderation.ban(secretOf(context), target, body.data), parts);
  });
  app.post("/api/admin/kick", async (context) => {
    const body = KickRequest.safeParse(await jsonOf(context));
    const target = body.success ? targetOf(body.data) : undefined;
    if (!body.success || target === undefined) return refuse(context, "request-invalid");
    const { room, keepOut = false } = body.data;
    const outcome = await moderation.putOut(secretOf(context), target, { room, keepOut });
    return answer(context, outcome, parts);
  });
  app.get("/api/admin/room", async (context) => {
    const query = RoomQuery.safeParse(context.req.query());
    if (!query.success) return refuse(context, "request-invalid");
    const outcome = await moderation.seatsIn(secretOf(context), query.data.room);
    if (outcome.kind === "refused") return refuse(context, outcome.reason);
    return context.json({ seats: outcome.outcome });
  });
  app.post("/api/admin/unban", async (context) => {
    const body = LookRequest.safeParse(await jsonOf(context));
    const target = body.success ? targetOf(body.data) : undefined;
    if (target === undefined) return refuse(context, "request-invalid");
    return answer(context, await moderation.unban(secretOf(context), target), parts);
  });
  app.post("/api/admin/role", async (context) => {
    const body = RoleRequest.safeParse(await jsonOf(context));
    const target = body.success ? targetOf(body.data) : undefined;
    if (!body.success || target === undefined) return refuse(context, "request-invalid");
    const { role } = body.data;
    return answer(context, await moderation.setRole(secretOf(context), target, role), parts);
  });
  app.get("/api/admin/audit", async (context) => {
    const outcome = await moderation.auditTail(secretOf(context));
    if (outcome.kind === "refused") return refuse(context, outcome.reason);
    const nowMs = parts.nowMs();
    const entries = outcome.outcome.map(({ atMs, ...entry }) => {
      return { ...entry, agoMs: Math.max(0, Math.round(nowMs - atMs)) };
    });
    return context.json({ entries });
  });
}

/** Either an account or an identity, not both. */
function targetOf({ account, identity }: z.infer<typeof LookRequest>): Target | undefined {
  if (account !== undefined) return identity === undefined ? { account } : undefined;
  return identity === undefined ? undefined : { identity };
}

function answer(
  context: AppContext,
  outcome: ModerationAnswer<PersonSeen>,
  { nowMs }: ModerationRouteParts,
): Response {
  if (outcome.kind === "refused") return refuse(context, outcome.reason);
  const { ban, ...person } = outcome.outcome;
  return context.json({
    person: { ...person, ...(ban === undefined ? {} : { ban: banSeen(ban, nowMs()) }) },
  });
}
