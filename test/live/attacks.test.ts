// Attacks: everything that somebody who knows this repository and none of its secrets would try
// against a running server, each with what is to come of it, while somebody else plays on.

import { afterAll, beforeAll, expect, test } from "vitest";
import { type Attack, AttackBed } from "./attackBed.ts";
import { forgedTokens, stolenSeats, strangeHandshakes } from "./attackHandshakes.ts";
import { foreignPages, strangeBodies, strangeRequests } from "./attackHttp.ts";
import { floods, strangePackets } from "./attackPackets.ts";
import { damagedLists, damagedPeople, damagedRooms } from "./attackStorage.ts";

let bed: AttackBed;

beforeAll(async () => {
  bed = await AttackBed.start();
});
afterAll(() => bed.stop());

/** Runs each attack; says of all of them at once what came of it. */
async function all(attacks: readonly Attack[]): Promise<void> {
  const outcomes: Record<string, string> = {};
  for (const { what, run } of attacks) {
    outcomes[what] = await run(bed).catch(String);
    await bed.alive(what);
  }
  const expected = attacks.map(({ what, expected: outcome }) => [what, outcome]);
  expect(outcomes).toEqual(Object.fromEntries(expected));
}

test("[G80] a token that is forged, altered or spelled otherwise lets nobody in", async () => {
  await all(forgedTokens);
});

test("[G81] a handshake that is none, or names what cannot be, is refused with its reason", async () => {
  await all(strangeHandshakes);
});

test("[G82] what was stolen of somebody opens nothing beyond what it is", async () => {
  await all(stolenSeats);
  bed.logIsClean();
});

test("[G83] pages of other origins open no socket and change nothing", async () => {
  await all(foreignPages);
  bed.logIsClean();
});

test("[G84] a request that nobody of ours sends is answered in few words, or not at all", async () => {
  await all(strangeRequests);
  await all(strangeBodies);
  bed.logIsClean();
});

test("[G85] a frame, packet or event that no client sends is refused or ends its sender", async () => {
  await all(strangePackets);
});

test("[G86] whoever sends too much of anything is told so and put out", async () => {
  await all(floods);
  bed.logIsClean();
});

test("[G90] what is damaged in the store is refused to whom it concerns, and nobody else notices", async () => {
  await all(damagedRooms);
  await all(damagedLists);
  await all(damagedPeople);
});
