// Refusal: how a request that is not granted is answered: always the same JSON, always what to do
// next. It says nothing of how the server is made.

import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { REASONS, type Reason } from "../../shared/reasons.ts";

/** What is refused over HTTP, and the status that fits. */
const STATUSES = {
  "request-invalid": 400,
  "name-invalid": 400,
  "sign-in-needed": 401,
  "session-ended": 401,
  "origin-refused": 403,
  "not-found": 404,
  "game-unknown": 404,
  "packet-too-large": 413,
  "too-many-requests": 429,
  "server-fault": 500,
  "store-away": 503,
} as const satisfies Partial<Record<Reason, ContentfulStatusCode>>;

export interface RefusalExtras {
  /** If another than the reason's. */
  readonly status?: ContentfulStatusCode;
  readonly retryInMs?: number;
  /** Names the line of the log. */
  readonly incident?: string;
}

export function refuse(
  context: Context,
  reason: keyof typeof STATUSES,
  { status, retryInMs, incident }: RefusalExtras = {},
): Response {
  const { next, text: message } = REASONS[reason];
  if (retryInMs !== undefined) context.header("Retry-After", String(Math.ceil(retryInMs / 1_000)));
  const error = {
    ...{ reason, next, message },
    ...(retryInMs === undefined ? {} : { retryInMs }),
    ...(incident === undefined ? {} : { incident }),
  };
  return context.json({ error }, status ?? STATUSES[reason]);
}
