// Account routes: registering, signing in with a password, changing it. Every success sets a new
// cookie; what is refused says no more to a stranger than it must.

import { z } from "zod";
import type { AccountAnswer, Accounts } from "../identity/accounts.ts";
import { readName } from "../session/name.ts";
import type { OutsideIssuer } from "../session/outsideIssuer.ts";
import {
  type App,
  type AppContext,
  type AskingParts,
  askerOf,
  banSeen,
  jsonOf,
  refusedBy,
  tokenReply,
} from "./asking.ts";
import type { Limits } from "./limits.ts";
import { refuse } from "./refusal.ts";

export interface AccountRouteParts extends AskingParts {
  readonly accounts: Accounts;
  /** Who vouches for people besides us, if somebody does. */
  readonly outside: OutsideIssuer | undefined;
  readonly limits: Limits;
  /** The store's time, in ms. */
  nowMs(): number;
}

/** Far more than any password; the rule says how long one may be. */
const Text = z.string().max(1_024);
const RegisterRequest = z.strictObject({ name: z.unknown(), password: Text });
const SignInRequest = z.strictObject({ name: Text, password: Text });
const PasswordRequest = z.strictObject({ current: Text, password: Text });

export function addAccountRoutes(app: App, parts: AccountRouteParts): void {
  const { accounts, limits } = parts;
  addOutsideRoute(app, parts);
  app.post("/api/account/register", async (context) => {
    const body = RegisterRequest.safeParse(await jsonOf(context));
    if (!body.success) return refuse(context, "request-invalid");
    const name = readName(body.data.name);
    if (name === undefined) return refuse(context, "name-invalid");
    const busy = await refusedBy(limits.guests, context, parts);
    if (busy !== undefined) return busy;
    const asker = askerOf(context, parts);
    return answer(context, await accounts.register(name, body.data.password, asker), parts);
  });
  app.post("/api/account/sign-in", async (context) => {
    const body = SignInRequest.safeParse(await jsonOf(context));
    if (!body.success) return refuse(context, "request-invalid");
    const busy = await refusedBy(limits.lookUps, context, parts);
    if (busy !== undefined) return busy;
    const { name, password } = body.data;
    // A name that nobody can have is answered like one that nobody has.
    const asked = readName(name) ?? "";
    return answer(context, await accounts.signIn(asked, password, askerOf(context, parts)), parts);
  });
  app.post("/api/account/password", async (context) => {
    const body = PasswordRequest.safeParse(await jsonOf(context));
    if (!body.success) return refuse(context, "request-invalid");
    const busy = await refusedBy(limits.lookUps, context, parts);
    if (busy !== undefined) return busy;
    const { current, password } = body.data;
    const asker = askerOf(context, parts);
    return answer(context, await accounts.changePassword(current, password, asker), parts);
  });
}

/**
 * A token of the outside issuer in `Authorization: Bearer …` is as good as a password here. It can be shown
 * again and again, and each time something is kept and audited: that is limited as new guests are.
 */
function addOutsideRoute(app: App, parts: AccountRouteParts): void {
  const { accounts, limits, outside, nowMs } = parts;
  if (outside === undefined) return;
  app.post("/api/session/outside", async (context) => {
    const busy = await refusedBy(limits.guests, context, parts);
    if (busy !== undefined) return busy;
    const [, token] = /^Bearer ([\w.-]+)$/.exec(context.req.header("Authorization") ?? "") ?? [];
    const vouched = token === undefined ? undefined : outside.read(token, nowMs());
    if (vouched === undefined) return refuse(context, "token-invalid");
    return answer(context, await accounts.vouched(vouched, askerOf(context, parts)), parts);
  });
}

function answer(
  context: AppContext,
  outcome: AccountAnswer,
  { cookie, nowMs }: AccountRouteParts,
): Response {
  switch (outcome.kind) {
    case "refused": {
      const { reason, retryInMs } = outcome;
      return refuse(context, reason, retryInMs === undefined ? {} : { retryInMs });
    }
    case "banned":
      return refuse(context, "banned", { ban: banSeen(outcome.ban, nowMs()) });
    default:
      cookie.set(context, outcome.newCookie.secret, outcome.newCookie.lifeMs);
      cookie.setMark(context, outcome.mark);
      return context.json(tokenReply(outcome));
  }
}
