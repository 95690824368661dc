// What a page says of its line: faces by trouble and time, the light, the homecoming, and what
// becomes of a command that did not take effect.

import { expect, test } from "vitest";
import { problemOf } from "../../client/app/act.ts";
import { faceOf, lightOf, overOf, ROOM_OVER } from "../../client/app/line/faces.ts";
import { homecomingText, type Tally } from "../../client/app/line/homecoming.ts";
import { LineWatch } from "../../client/app/line/lineWatch.ts";
import { clockText, texts } from "../../client/app/texts.ts";
import type { SeatStatus } from "../../client/seat.ts";
import { REASONS } from "../../shared/reasons.ts";

const reconnecting = (keptMs: number | undefined): SeatStatus => ({
  phase: "reconnecting",
  attempt: 3,
  keptMs,
  nextTryMs: 200,
  isUpdating: false,
});

const STATUSES: readonly SeatStatus[] = [
  { phase: "connecting" },
  { phase: "shaky" },
  { phase: "paused" },
  reconnecting(60_000),
];

test("[A10] trouble of less than a second shows in the light alone", () => {
  for (const status of STATUSES) expect(faceOf(status, 999)).toEqual({ kind: "calm" });
  expect(faceOf({ phase: "live" }, 0)).toEqual({ kind: "calm" });
});

test("[A11] trouble of one to three seconds shows a banner", () => {
  for (const status of STATUSES) {
    expect([faceOf(status, 1_000).kind, faceOf(status, 2_999).kind]).toEqual(["banner", "banner"]);
  }
});

test("[A12] longer trouble says how long the seat is kept, which attempt this is, and what to do", () => {
  expect(faceOf(reconnecting(57_000), 3_000)).toMatchObject({
    kind: "overlay",
    kept: "Your seat is kept for 0:57",
    attempt: "Attempt 3",
    remedy: "try-now",
  });
  expect(faceOf(reconnecting(0), 90_000)).toMatchObject({ kept: texts.faces.keptOver });
  expect(faceOf(reconnecting(undefined), 3_000)).toMatchObject({ kept: undefined });
  expect(faceOf({ phase: "paused" }, 3_000)).toMatchObject({ kind: "overlay", remedy: undefined });
  expect([1, 1_000, 59_001, 61_000].map(clockText)).toEqual(["0:01", "0:01", "1:00", "1:01"]);
});

test("[A13] a seat that is elsewhere or over says so at once, with the way on", () => {
  expect(faceOf({ phase: "elsewhere" }, 0)).toMatchObject({ remedy: "take-back" });
  const remedies = Object.entries(REASONS).map(([reason, { next, text }]) => {
    const face = faceOf({ phase: "over", reason, next, text }, 0);
    return face.kind === "overlay" ? face.remedy : undefined;
  });
  expect(new Set(remedies)).toEqual(
    new Set(["try-again", "join-again", "sign-in", "renew", "home"]),
  );
  expect(ROOM_OVER).toMatchObject({ kind: "overlay", remedy: "home" });
  const full = { reason: "room-full", ...REASONS["room-full"] };
  expect(overOf(full)).toMatchObject({ title: texts.faces.over, remedy: "join-again" });
  // Who never sat there does not join again.
  expect(overOf(full, "at-door")).toMatchObject({
    title: texts.faces.refused,
    remedy: "try-again",
  });
  expect(overOf(full, "may-watch")).toMatchObject({ title: texts.faces.refused, remedy: "watch" });
  // A room that is not there is not there the second time.
  const unknown = { reason: "room-unknown", ...REASONS["room-unknown"] };
  expect(overOf(unknown, "at-door")).toMatchObject({ remedy: "home" });
});

test("[A27] a server that is being updated is told from a network that is away, and a page of another version can only go on by being loaded anew", () => {
  const away = reconnecting(57_000);
  expect(faceOf(away, 3_000)).toMatchObject({ title: texts.faces.reconnecting });
  expect(faceOf({ ...away, isUpdating: true } as SeatStatus, 3_000)).toMatchObject({
    title: texts.faces.updating,
    remedy: "try-now",
  });
  for (const reason of ["wrong-version", "protocol-unknown"] as const) {
    expect(overOf({ reason, ...REASONS[reason] }, "at-door")).toMatchObject({
      title: texts.faces.updating,
      remedy: "renew",
    });
  }
});

test("[A14] nobody is asked to load the page again", () => {
  const said = [...STATUSES, { phase: "elsewhere" } as const].flatMap((status) =>
    [0, 1_500, 10_000].map((troubledMs) => faceOf(status, troubledMs)),
  );
  const ends = Object.entries(REASONS).map(([reason, { next, text }]) =>
    faceOf({ phase: "over", reason, next, text }, 0),
  );
  const shown = JSON.stringify([...said, ...ends, texts.toasts, texts.faces]);
  expect(shown).not.toMatch(/refresh|reload|load (it|the page) (again|anew)/i);
});

test("[A15] the light has a word for every phase and calls a slow line slow", () => {
  const words = [...STATUSES, { phase: "elsewhere" } as const].map(
    (each) => lightOf(each, 50).word,
  );
  expect(new Set(words).size).toBe(5);
  expect(words.every((word) => word.length > 3)).toBe(true);
  expect(lightOf({ phase: "live" }, 40)).toEqual({ tone: "good", word: "Live" });
  expect(lightOf({ phase: "live" }, 400).tone).toBe("fair");
});

test("[A16] whoever is back learns what became of the moves made meanwhile", () => {
  const told = (tally: Tally, underWay: number) => homecomingText("Back", tally, underWay);
  expect(told({ confirmed: 2, refused: 0, lost: 0 }, 0)).toBe("Back — 2 moves confirmed");
  expect(told({ confirmed: 1, refused: 1, lost: 2 }, 1)).toBe(
    "Back — 1 move confirmed, 1 refused, 2 not made, 1 on the way",
  );
  expect(told({ confirmed: 0, refused: 0, lost: 0 }, 0)).toBe("Back");
});

/** A line watch whose seat and clock the test moves. */
function watched() {
  const seat = {
    status: { phase: "live" } as SeatStatus,
    pending: [] as { seq: number }[],
    index: 0 as number | undefined,
  };
  const time = { nowMs: 0 };
  const watch = new LineWatch(seat as never, { now: () => time.nowMs });
  const after = (ms: number, status: SeatStatus) => {
    time.nowMs += ms;
    seat.status = status;
    return watch.look();
  };
  return { seat, watch, after };
}

const LIVE: SeatStatus = { phase: "live" };

test("[A17] the homecoming is told once, when the moves have ended, and not for a hiccup", () => {
  const { seat, watch, after } = watched();
  expect(after(0, reconnecting(60_000))).toBeUndefined();
  watch.ended({ end: "applied" });
  expect(after(400, LIVE)).toBeUndefined();
  expect(after(100, reconnecting(60_000))).toBeUndefined();
  expect(after(2_000, reconnecting(58_000))).toBeUndefined();
  expect(watch.troubledMs).toBe(2_000);
  seat.pending = [{ seq: 1 }, { seq: 2 }];
  expect(after(500, LIVE)).toBeUndefined();
  expect(watch.troubledMs).toBe(0);
  watch.ended({ end: "applied" });
  watch.ended({ end: "applied" });
  seat.pending = [];
  expect(after(50, LIVE)).toBe("Back in your seat after 3 s — 2 moves confirmed");
  expect(after(50, LIVE)).toBeUndefined();
  watch.ended({ end: "applied" });
  seat.index = undefined;
  after(50, { phase: "shaky" });
  expect(after(5_000, LIVE)).toBe("Back after 5 s");
});

test("[A17] a homecoming does not wait for ever for moves under way", () => {
  const { seat, after } = watched();
  seat.pending = [{ seq: 1 }];
  after(0, reconnecting(60_000));
  expect(after(3_000, LIVE)).toBeUndefined();
  expect(after(1_500, LIVE)).toBe("Back in your seat after 3 s — 1 on the way");
});

test("[A18] a command that did not take effect is explained, others need no words", () => {
  expect(problemOf({ end: "applied" })).toBeUndefined();
  expect(problemOf({ end: "cancelled" })).toBeUndefined();
  expect(problemOf({ end: "refused", reason: "not-your-turn", text: "x" })).toBe(
    "It is not your turn.",
  );
  expect(problemOf({ end: "refused", reason: "rule-failed", text: "Nothing was changed." })).toBe(
    "Nothing was changed.",
  );
  expect(problemOf({ end: "expired" })).toBe(texts.toasts.expired);
});
