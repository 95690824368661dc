// What a page shows of others who lose their line, come back, or give up their seat.

import { expect, test } from "vitest";
import { Comings, GONE_MS, RETURNING_MS } from "../../client/app/line/comings.ts";
import type { SeatView } from "../../client/seat.ts";

const seat = (index: number, presence: SeatView["presence"], name = `p${index}`): SeatView => ({
  index,
  name,
  presence,
  cause: presence === "away" ? "disconnected" : "none",
  keptMs: presence === "away" ? 40_000 : undefined,
});

/** Looks at seats one moment after another; gives what is shown of the last. */
function shown(...moments: readonly (readonly [nowMs: number, ...seats: readonly SeatView[]])[]) {
  const comings = new Comings();
  const looks = moments.map(([nowMs, ...seats]) => comings.look(seats, nowMs));
  return looks.at(-1)?.map(({ index, name, state }) => [index, name, state].join(" "));
}

test("[A35] others are seen as away while their seat is kept, as back for a moment, and as gone for a little longer", () => {
  const [here, away] = [seat(1, "held"), seat(1, "away")];
  expect(shown([0, seat(0, "held"), here])).toEqual(["0 p0 here", "1 p1 here"]);
  expect(shown([0, here], [10, away])).toEqual(["1 p1 away"]);
  expect(shown([0, away], [10, here])).toEqual(["1 p1 returning"]);
  const back = [[0, away] as const, [10, here] as const];
  expect(shown(...back, [10 + RETURNING_MS - 1, here])).toEqual(["1 p1 returning"]);
  expect(shown(...back, [10 + RETURNING_MS, here])).toEqual(["1 p1 here"]);
  expect(shown(...back, [20, away])).toEqual(["1 p1 away"]);
  expect(shown([0, away], [10])).toEqual(["1 p1 gone"]);
  expect(shown([0, away], [10], [9 + GONE_MS])).toEqual(["1 p1 gone"]);
  expect(shown([0, away], [10], [10 + GONE_MS])).toEqual([]);
});

test("[A35] whoever takes the seat after somebody is not taken for them", () => {
  const next = seat(1, "held", "Eve");
  expect(shown([0, seat(1, "away")], [10, next])).toEqual(["1 Eve here"]);
  expect(shown([0, seat(1, "away")], [10], [20, next])).toEqual(["1 Eve here"]);
  expect(shown([0, seat(1, "away")], [10], [20, seat(1, "held")])).toEqual(["1 p1 here"]);
});
