// Sweep test: nodes die at the boundaries of what they do in one scripted world: some of them in every
// run, others each time. All of them are played by hand.
import { expect, test } from "vitest";
import { jitterRandom } from "../../shared/random.ts";
import { boundariesOf, playScript, reportsAt } from "./sweep.ts";

const PLAYED = 40;

test("[V13] the script has nodes do everything that a host does for its rooms", async () => {
  const { effects, broken } = await playScript();
  expect(broken).toEqual([]);
  const done = new Set(effects.map((effect) => effect.slice(effect.indexOf(" ") + 1)));
  const hosting = [
    "createRoom",
    "append",
    "listRoom",
    "linkSeat",
    "loadRoom",
    "claimRoom",
    "replaceShelf",
  ];
  for (const method of hosting) expect(done).toContain(`asks ${method}`);
  for (const telling of ["tells a page", "publishes"]) expect(done).toContain(telling);
});

test("[V13] wherever a node dies between two of its effects, everything holds", async () => {
  const { effects } = await playScript();
  const all = boundariesOf(effects);
  const step = Math.ceil(all.length / PLAYED);
  const from = Math.floor(jitterRandom() * step);
  const picked = all.filter((_, at) => at % step === from);
  expect(picked.length).toBeGreaterThan(PLAYED / 2);
  expect(await reportsAt(picked, effects)).toEqual([]);
});

test("[V13] a node dies where it is to: before an effect it is not done, after it nothing more is", async () => {
  const { effects } = await playScript();
  const effect = effects.findIndex((name) => name.endsWith("asks append")) + 1;
  for (const side of ["before", "after"] as const) {
    const { effects: swept } = await playScript({ effect, side });
    const [host] = (effects[effect - 1] ?? "").split(" ");
    expect(swept.slice(0, effect)).toEqual(effects.slice(0, effect));
    expect(swept.slice(effect).filter((name) => name.startsWith(`${host} `))).toEqual([]);
  }
});
