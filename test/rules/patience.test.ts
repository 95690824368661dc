// Patience: how long a start asks a store that is away, and when it does not ask again.
import { expect, test } from "vitest";
import { outlast } from "../../server/store/patience.ts";
import { StoreAway } from "../../server/store/store.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";

/** Something that is asked, `answer` by `answer`, over 20 s at most; gives what came of it, how often and when. */
async function asked(answer: (time: number) => string, forMs?: number) {
  const clock = new VirtualClock();
  const seen = { times: 0, outcome: "" };
  outlast(async () => answer(seen.times++), { clock, forMs }).then(
    (value) => Object.assign(seen, { outcome: `${value} at ${clock.now()}` }),
    (cause) => Object.assign(seen, { outcome: `${cause.message} at ${clock.now()}` }),
  );
  for (let step = 0; step < 2_000 && seen.outcome === ""; step++) {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    if (seen.outcome === "") clock.advance(10);
  }
  return seen;
}

function away(): never {
  throw new StoreAway("away");
}

test("[D158] a start outlasts a store that is away for less than 15 s, and nothing else that fails", async () => {
  const nth = (at: number) => (time: number) => (time < at ? away() : "there");
  expect(await asked(nth(0))).toEqual({ times: 1, outcome: "there at 0" });
  expect(await asked(nth(3))).toEqual({ times: 4, outcome: "there at 60" });
  expect((await asked(away)).outcome).toBe("away at 15000");
  expect((await asked(away, 300)).outcome).toBe("away at 300");
  const broken = (time: number) => {
    if (time < 2) return away();
    throw new Error("broken");
  };
  expect(await asked(broken)).toEqual({ times: 3, outcome: "broken at 40" });
});
