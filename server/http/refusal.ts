// Refusal: how a request that is not granted is answered: always the same JSON, always what to do
// next. It says nothing of how the server is made.

import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { REASONS, type Reason } from "../../shared/reasons.ts";

/** What is refused over HTTP, and the status that fits. */
const STATUSES = {
  "request-invalid": 400,
  "name-invalid": 400,
  "password-invalid": 400,
  "password-common": 400,
  "sign-in-needed": 401,
  "sign-in-failed": 401,
  "token-invalid": 401,
  "session-ended": 401,
  "origin-refused": 403,
  "not-allowed": 403,
  "password-needed": 403,
  banned: 403,
  "not-found": 404,
  "game-unknown": 404,
  "room-unknown": 404,
  "name-taken": 409,
  "packet-too-large": 413,
  "too-many-requests": 429,
  "attempts-too-many": 429,
  "server-fault": 500,
  "server-busy": 503,
  "store-away": 503,
} as const satisfies Partial<Record<Reason, ContentfulStatusCode>>;

/** Whoever may try again and is not told when. */
const RETRY_MS = 1_000;

function statusOf(reason: Reason): ContentfulStatusCode {
  return Object.hasOwn(STATUSES, reason) ? STATUSES[reason as keyof typeof STATUSES] : 400;
}

export interface RefusalExtras {
  /** If another than the reason's. */
  readonly status?: ContentfulStatusCode;
  readonly retryInMs?: number;
  /** Names the line of the log. */
  readonly incident?: string;
  /** Why somebody is kept out, and for how long yet. */
  readonly ban?: { readonly reason: string; readonly endsInMs: number | null };
}

export function refuse(
  context: Context,
  reason: Reason,
  { status, incident, ban, ...extras }: RefusalExtras = {},
): Response {
  const { next, text: message } = REASONS[reason];
  const retryInMs = extras.retryInMs ?? (next === "retry" ? RETRY_MS : undefined);
  if (retryInMs !== undefined) context.header("Retry-After", String(Math.ceil(retryInMs / 1_000)));
  const error = {
    reason,
    next,
    message,
    ...(retryInMs === undefined ? {} : { retryInMs }),
    ...(incident === undefined ? {} : { incident }),
    ...(ban === undefined ? {} : { ban }),
  };
  return context.json({ error }, status ?? statusOf(reason));
}
