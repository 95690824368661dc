// HTTP refusal: what a request that is not granted is answered, as the browser gets it.

import { Hono } from "hono";
import { expect, test } from "vitest";
import { refuse } from "../../server/http/refusal.ts";
import { REASONS, type Reason } from "../../shared/reasons.ts";

test("[W44] whoever is refused over HTTP and may try again is told when, and nobody else", async () => {
  for (const [reason, { next }] of Object.entries(REASONS)) {
    const app = new Hono().get("/", (context) => refuse(context, reason as Reason));
    const answer = await app.request("/");
    const { error } = (await answer.json()) as { readonly error: object };
    const told = next === "retry" ? 1_000 : undefined;
    expect(error, reason).toEqual({
      ...{ reason, next, message: expect.any(String) },
      ...(told === undefined ? {} : { retryInMs: told }),
    });
    expect(answer.headers.get("retry-after")).toBe(told === undefined ? null : "1");
  }
  const later = new Hono().get("/", (context) =>
    refuse(context, "store-away", { retryInMs: 4_200 }),
  );
  const answer = await later.request("/");
  expect(answer.headers.get("retry-after")).toBe("5");
  expect(await answer.json()).toMatchObject({ error: { retryInMs: 4_200 } });
});
