// Attachment: which of two connections carries a seat when both were answered.

import { expect, test } from "vitest";
import type { Attachment } from "../../shared/protocol.ts";
import { type LinkBench, seatedLink } from "./linkBench.ts";

/** Two attempts whose handshakes have left, oldest first. */
function twoAttempts(): { readonly link: LinkBench; readonly attempts: readonly [number, number] } {
  const link = seatedLink();
  link.close(link.carrier);
  const first = link.newest;
  link.until("open");
  const attempts = [first, link.newest] as const;
  for (const connection of attempts)
    link.take({ kind: "opened", connection }, { kind: "welcome", connection });
  return { link, attempts };
}

test("[C100] of two answers for a seat the one with the higher attachment counts, whichever comes first", () => {
  const answer = (connection: number, attachment: Attachment) =>
    ({ kind: "seated", connection, ticket: "ticket-3", watching: false, attachment }) as const;
  for (const [older, newer] of [
    [
      [7, 2],
      [7, 3],
    ],
    [
      [7, 9],
      [8, 1],
    ],
  ] as const) {
    const crossed = twoAttempts();
    const [one, other] = crossed.attempts;
    crossed.link.take(answer(other, newer), answer(one, older));
    expect(crossed.link.carrier).toBe(other);
    expect(crossed.link.dropped).toContain(one);

    const inOrder = twoAttempts();
    const [first, second] = inOrder.attempts;
    inOrder.link.take(answer(first, older), answer(second, newer));
    expect(inOrder.link.carrier).toBe(second);
    expect(inOrder.link.dropped).toContain(first);
  }
});
