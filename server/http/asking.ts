// Asking: what every route takes from a request and puts into an answer: the browser behind it, its
// JSON, whether it asks too often, and what may be told of a session. It decides nothing else.

import type { HttpBindings } from "@hono/node-server";
import type { Context, Hono } from "hono";
import type { SessionSeen } from "../../shared/protocol.ts";
import type { Asker } from "../identity/accounts.ts";
import { isDeviceMark } from "../identity/devices.ts";
import type { Ban } from "../identity/record.ts";
import type { SignedIn } from "../session/browsers.ts";
import { deviceOf } from "../session/device.ts";
import type { SessionRecord } from "../session/record.ts";
import type { Browser } from "../session/signIn.ts";
import { TOKEN_LIFE_MS } from "../session/token.ts";
import type { IdentityCookie } from "./cookies.ts";
import type { Limit } from "./limits.ts";
import { refuse } from "./refusal.ts";

export type Environment = { Bindings: HttpBindings };
export type App = Hono<Environment>;
export type AppContext = Context<Environment>;

export interface AskingParts {
  readonly cookie: IdentityCookie;
  addressOf(context: AppContext): string;
  /** What limits count the sender by; undefined for who is exempt. */
  groupOf(context: AppContext): string | undefined;
}

export async function refusedBy(
  limit: Limit,
  context: AppContext,
  { groupOf }: Pick<AskingParts, "groupOf">,
): Promise<Response | undefined> {
  const group = groupOf(context);
  const retryInMs = group === undefined ? undefined : await limit(group);
  return retryInMs === undefined ? undefined : refuse(context, "too-many-requests", { retryInMs });
}

export function browserOf({ req }: AppContext, cookie: IdentityCookie): Browser {
  return { cookie: cookie.read(req.header("Cookie")), device: deviceOf(req.header("User-Agent")) };
}

export function askerOf(context: AppContext, { cookie, addressOf, groupOf }: AskingParts): Asker {
  const mark = cookie.readMark(context.req.header("Cookie"));
  return {
    ...browserOf(context, cookie),
    mark: isDeviceMark(mark) ? mark : undefined,
    address: addressOf(context),
    addressGroup: groupOf(context),
  };
}

/** The body as JSON; undefined if it is none. */
export async function jsonOf(context: AppContext): Promise<unknown> {
  try {
    return await context.req.json();
  } catch (cause) {
    // Not JSON is for the schema to refuse; a body that never came in full is another matter.
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

export function seen({ label, name, role }: SessionRecord, endsInMs: number): SessionSeen {
  return { label, name, role, endsInMs };
}

export function tokenReply({ session, token, endsInMs }: SignedIn) {
  return { session: seen(session, endsInMs), token, expiresInMs: TOKEN_LIFE_MS };
}

/** What somebody who is kept out may know of it. `endsInMs` is null if it has no end. */
export function banSeen({ reason, untilMs }: Ban, nowMs: number) {
  return { reason, endsInMs: untilMs === null ? null : Math.max(0, Math.round(untilMs - nowMs)) };
}
