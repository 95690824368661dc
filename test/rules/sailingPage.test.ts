// How ships are drawn: one's own at once and where the server will put it, others smoothly and where
// they were a moment ago, over lines with delay, jitter and silence.

import { expect, test } from "vitest";
import { Track } from "../../client/app/arena/interpolation.ts";
import { Lead } from "../../client/app/arena/lead.ts";
import { RoomClock, slewed } from "../../client/app/arena/roomClock.ts";
import { TICK_MS } from "../../shared/games/arenaMotion.ts";
import { OPEN } from "./arenaScene.ts";
import { SailingPage } from "./sailingPage.ts";

const SETTLED_MS = 3_000;

/** Both ships in open water, circling; the player changes course seven times a second. */
function circling(roundTripMs: number, jitterMs: number): SailingPage {
  const page = new SailingPage({ roundTripMs, jitterMs });
  page.scene.put(0, OPEN);
  page.scene.put(1, { x: OPEN.x - 100, y: OPEN.y });
  page.helmAt = (ms) => ({
    heading: (Math.floor(ms / 130) * 9) % 256,
    thrust: Math.floor(ms / 700) % 4 === 3 ? 0 : 10,
  });
  page.otherAt = (ms) => ({ heading: 255 - ((Math.floor(ms / 50) * 3) % 256), thrust: 8 });
  return page;
}

function quantile(values: readonly number[], part: number): number {
  return (
    values.toSorted((one, other) => one - other)[Math.floor(values.length * part)] ?? Number.NaN
  );
}

test("[A1] one's own ship answers the helm in the very next picture", () => {
  const page = new SailingPage({ roundTripMs: 400, jitterMs: 0 });
  page.scene.put(0, OPEN);
  page.run(SETTLED_MS);
  page.helmAt = () => ({ heading: 64, thrust: 10 });
  page.run(20);
  const [before, after] = page.drawn.slice(-3).flatMap(({ own }, at) => (at === 1 ? [] : [own]));
  expect(after?.course).toBeGreaterThan(before?.course ?? Number.NaN);
});

test.for([
  [0, 0],
  [2, 0],
  [50, 5],
  [150, 30],
  [300, 100],
] as const)(
  "[A2] one's own ship is drawn where the server will put it, at %s ms ± %s",
  ([roundTripMs, jitterMs]) => {
    const page = circling(roundTripMs, jitterMs);
    page.run(15_000);
    const errors = page.errors("own", SETTLED_MS);
    expect(errors.length).toBeGreaterThan(1_000);
    expect(quantile(errors, 0.5)).toBeLessThan(3);
    expect(quantile(errors, 0.99)).toBeLessThan(8);
    // At full speed a ship sails 2.6 units between two pictures.
    expect(page.largestStep("own", SETTLED_MS)).toBeLessThan(4);
  },
);

test("[A3] a ship that is put elsewhere is drawn there at once", () => {
  const page = circling(150, 0);
  page.run(SETTLED_MS);
  const place = { x: OPEN.x + 300, y: OPEN.y + 60 };
  page.scene.commit(() => Object.assign(page.scene.ship(0), { ...place, vx: 0, vy: 0 }));
  page.run(200);
  const own = page.drawn.at(-1)?.own ?? { x: 0, y: 0 };
  expect(Math.hypot(own.x - place.x, own.y - place.y)).toBeLessThan(100);
  expect(page.drawn.some(({ own: { x } }) => x > OPEN.x + 120 && x < OPEN.x + 260)).toBe(false);
});

test("[A4] without news a ship is sailed on for a second and a half, then waits", () => {
  const page = new SailingPage({ roundTripMs: 100, jitterMs: 0 });
  page.scene.put(0, OPEN);
  page.helmAt = () => ({ heading: 128, thrust: 10 });
  page.run(SETTLED_MS);
  page.isSilent = true;
  page.run(2_000);
  const [one, other] = [page.drawn.at(-40)?.own, page.drawn.at(-1)?.own];
  expect(one?.x).toBeCloseTo(other?.x ?? Number.NaN, 4);
  page.isSilent = false;
  page.run(2_000);
  const errors = page.errors("own", SETTLED_MS + 3_000);
  expect(quantile(errors, 0.99)).toBeLessThan(8);
});

test.for([
  [2, 0],
  [150, 30],
  [300, 100],
] as const)(
  "[A5] others are drawn where they were, smoothly, at %s ms ± %s",
  ([roundTripMs, jitterMs]) => {
    const page = circling(roundTripMs, jitterMs);
    page.run(15_000);
    expect(quantile(page.errors("other", SETTLED_MS), 0.99)).toBeLessThan(1);
    expect(page.largestStep("other", SETTLED_MS)).toBeLessThan(4);
  },
);

test("[A6] others are drawn further behind on a line with more jitter", () => {
  const [calm, rough] = [5, 120].map((jitterMs) => {
    const page = circling(100, jitterMs);
    page.run(10_000);
    return page.clock.delayMs(TICK_MS);
  });
  expect(calm).toBeLessThan(110);
  expect(rough).toBeGreaterThan((calm ?? 0) + 25);
  expect(rough).toBeLessThanOrEqual(350);
});

test("[A7] between two places a ship turns the short way, and it does not sail where it was put", () => {
  const track = new Track();
  track.add(0, { x: 0, y: 0, course: 6.2 });
  track.add(50, { x: 10, y: 0, course: 0.1 });
  expect(track.at(25)?.x).toBe(5);
  expect(track.at(25)?.course).toBeGreaterThan(6.2);
  track.add(100, { x: 900, y: 0, course: 0.1 });
  expect(track.at(75)?.x).toBe(10);
  expect(track.at(100)?.x).toBe(900);
});

test("[A7] a ship of which nothing is told sails on for a moment only", () => {
  const track = new Track();
  expect(track.at(0)).toBeUndefined();
  track.add(0, { x: 0, y: 0, course: 0 });
  track.add(50, { x: 10, y: 0, course: 0 });
  expect(track.at(100)?.x).toBeCloseTo(20);
  expect(track.at(5_000)?.x).toBeCloseTo(40);
});

test("[A8] the shown clock never runs more than a tenth fast or slow, and jumps over a pause", () => {
  const clock = new RoomClock();
  clock.arrived(1_000, 0);
  expect(clock.at(0)).toBe(1_000);
  for (let at = 1; at <= 40; at++) clock.arrived(1_000 + at * 50 + 120, at * 50);
  const passed = clock.at(100) - 1_000;
  expect(passed).toBeGreaterThan(100);
  expect(passed).toBeLessThanOrEqual(110.001);
  clock.arrived(1_200, 5_000);
  expect(clock.at(5_000)).toBe(1_200);
  expect(slewed(0, 100, 10)).toBeLessThanOrEqual(1);
  expect(slewed(0, 1_000, 10)).toBe(1_000);
});

test("[A9] the lead grows while inputs come too late, and does not know inputs of another page", () => {
  const lead = new Lead();
  expect(lead.at(0, 100)).toBe(100);
  for (let input = 1; input <= 20; input++) {
    lead.sent(input, input * 500);
    lead.seen(input, input * 500 + 2 * TICK_MS);
  }
  lead.seen(500, 0);
  expect(lead.at(60_000, 100)).toBeGreaterThan(150);
});
