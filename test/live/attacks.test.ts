// Attacks: everything that somebody who knows this repository and none of its secrets would try
// against a running server, each with what is to come of it, while somebody else plays on.

import { afterAll, beforeAll, expect, test } from "vitest";
import { guessing, puttingOut, rights } from "./attackAccounts.ts";
import { type Attack, AttackBed } from "./attackBed.ts";
import { newestConnection, publishAll } from "./attackBus.ts";
import { begin, over, type Waiting } from "./attackCrowds.ts";
import { forgedTokens, stolenSeats, strangeHandshakes } from "./attackHandshakes.ts";
import { foreignPages, luringPages, strangeBodies, strangeRequests } from "./attackHttp.ts";
import { makeNoise } from "./attackNoise.ts";
import { floods, strangePackets } from "./attackPackets.ts";
import { damagedLists, damagedPeople, damagedRooms, leaveOrphan } from "./attackStorage.ts";

let bed: AttackBed;
let waiting: readonly Waiting[];

const seed = Number(process.env.ATTACK_SEED ?? Math.floor(Math.random() * 2 ** 32));

beforeAll(async () => {
  console.log(`attacks: ATTACK_SEED=${seed}`);
  bed = await AttackBed.start();
  waiting = await begin(bed);
});
afterAll(async () => {
  await bed.stop();
});

/** What the log calls what is damaged in the store: faults, which no stranger can cause. */
const FAULTS = [
  "connection-failed",
  "record-unreadable",
  "room-damaged",
  "room-not-loaded",
  "room-not-located",
  "request-failed",
];

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
  await bed.logged({ event: "connection-closed", reason: "handshake-invalid" });
});

test("[G82] what was stolen of somebody opens nothing beyond what it is", async () => {
  await all(stolenSeats);
  bed.logIsClean();
});

test("[G83] pages of other origins open no socket and change nothing", async () => {
  await all(foreignPages);
  await all(luringPages);
  await bed.logged({ event: "request-refused", reason: "origin-refused" });
  bed.logIsClean();
});

test("[G84] a request that nobody of ours sends is answered in few words, or not at all", async () => {
  await all(strangeRequests);
  await all(strangeBodies);
  await bed.logged({ event: "proxy-not-trusted" });
  bed.logIsClean();
});

test("[G85] a frame, packet or event that no client sends is refused or ends its sender", async () => {
  await all(strangePackets);
  await bed.logged({ event: "connection-closed", reason: "packet-invalid" });
  await bed.logged({ event: "connection-closed", reason: "packet-too-large" });
  await bed.logged({ event: "input_validation_fail" });
  bed.logIsClean();
});

test("[G86] whoever sends too much of anything is told so and put out", async () => {
  await all(floods);
  await bed.logged({ event: "connection-closed", reason: "too-many-packets" });
  await bed.logged({ event: "excess_rate_limit_exceeded" });
  bed.logIsClean();
});

test("[G87] guessing names and passwords is slow from wherever, and tells nothing", async () => {
  await all(guessing);
  await bed.logged({ event: "authn_login_fail" });
  await bed.logged({ event: "authn_login_lock" });
  bed.logIsClean();
});

test("[G88] nobody gets a right, a name or a session that was not given to him", async () => {
  await all(rights);
  await bed.logged({ event: "authz_fail", why: "admin needed" });
  await bed.logged({ event: "authz_fail", why: "stands as high" });
  bed.logIsClean();
});

test("[G89] whoever is put out is out within a second, whatever he still holds", async () => {
  // By the time that the next test looks at it, the server has come across it.
  await leaveOrphan(bed);
  await all(puttingOut);
});

test("[G90] what is damaged in the store is refused to whom it concerns, and nobody else notices", async () => {
  await all(damagedRooms);
  await all(damagedLists);
  await all(damagedPeople);
  for (const event of FAULTS) await bed.logged({ event });
});

test("[G91] what another node would never say is left out, and the rest is heard", async () => {
  const wire = await bed.admitted(await bed.guest());
  const heard = await publishAll(bed, await newestConnection(bed), seed);
  expect(heard).toBeGreaterThan(400);
  await bed.alive(`noise between nodes of seed ${seed}`);
  await bed.logged({ event: "relay-message-refused" });
  expect(await wire.ask("join", { game: "nim", shape: "00000000" })).toHaveProperty("refusal");
  wire.drop();
});

test("[G92] a hundred thousand random frames leave the server standing and others served", async () => {
  const connections = await makeNoise(bed, seed);
  expect(connections).toBe(500);
  await bed.alive(`noise of seed ${seed}`);
});

test("[G93] crowds that say nothing, never end or never read are put out, and cost others nothing", async () => {
  expect(await over(waiting)).toEqual([]);
  await bed.alive("a crowd");
  await bed.logged({ event: "connection-closed", reason: "reader-too-slow" });
  // Whatever came since the store was damaged is no fault of ours.
  bed.logIsClean([...FAULTS, "room-log-unreadable"]);
});
