// Bench: measures what the README's figures say, as ratios within one run, and prints its tables.
// Run by `npm run bench`; nothing here decides whether a test passes.

import { appendBench } from "./append.ts";
import { codecBench } from "./codec.ts";
import { gateCostBench } from "./gateCost.ts";
import { crowdBench, loadBench, relayBench } from "./load.ts";
import { memoryBench } from "./memory.ts";
import { nodesBench } from "./nodes.ts";
import { pipeBench } from "./pipe.ts";
import { recoveryBench } from "./recovery.ts";
import { resumeBench } from "./resume.ts";
import { signInsBench } from "./signIns.ts";
import { stormBench } from "./storm.ts";
import { touchesBench } from "./touches.ts";

const CLIENTS = 500;
const SECONDS = 10;
const ROUNDS = 3;
/** Both nodes, their Redis and their clients run beside each other. */
const RELAYED = 200;
const CROWDS = [200, 400, 800, 1_200, 1_600, 2_000];
const CROWD_SECONDS = 5;

function table(title: string, columns: readonly string[], rows: readonly string[]): void {
  const head = [`| ${columns.join(" | ")} |`, `|${columns.map(() => "---").join("|")}|`];
  process.stdout.write(`\n${title}\n\n${[...head, ...rows].join("\n")}\n`);
}

table(
  "Codec: the reference arena, 10 players and 100 things at 20 Hz",
  ["encoding", "bytes a tick", "time, ours = 1", "bytes to resume after 1 / 10 / 60 s"],
  codecBench(),
);
table("Coming back, on loopback", ["case", "p50 ms", "p99 ms"], await resumeBench({ cuts: 60 }));
table(
  "The gate: a command until the frame that confirms it, 200 rooms at 20 Hz, every append synced",
  ["share", "ms", "target"],
  await gateCostBench({ rooms: 200, seconds: 10 }),
);
table(
  "Sign-ins: ticks of an arena at 20 Hz while a crowd makes accounts with passwords",
  ["crowd", "ticks within 60 ms, %", "longest gap, ms", "the crowd"],
  await signInsBench({ crowd: 50 }),
);
table("Life signs", ["signs", "touches written to Redis", "target"], await touchesBench());
table(
  "The pipe: processor time to write one frame to one client, and to read one input of it",
  ["way", "frame out, bare ws = 1", "input in, bare ws = 1"],
  await pipeBench(),
);
table(
  `Server: processor time for a client and tick, ${CLIENTS} clients in rooms of 10 at 20 Hz`,
  [
    "server",
    "time, bare ws = 1",
    "frames a client and second",
    "bytes a client and second",
    "target",
  ],
  await loadBench({ count: CLIENTS, seconds: SECONDS, rounds: ROUNDS }),
);
table(
  "An append: one tick of 200 rooms, 200 bytes each, every append synced",
  ["way", "time in this process, plain = 1", "time in Redis, plain = 1", "ms for all 200"],
  await appendBench(),
);
table(
  `Two nodes against one: processor time of all nodes for a client and tick, ${RELAYED} clients`,
  ["nodes", "time, one node = 1", "frames a client and second", "99 of 100 frames within ms"],
  await relayBench({ count: RELAYED, seconds: SECONDS, rounds: ROUNDS }),
);
table(
  "Memory: bytes held for each seated connection from 500 to 2,500, garbage left out",
  ["server", "kB a connection", "plain = 1", "target"],
  await memoryBench(),
);
table(
  `Crowd: the most of ${CROWDS.join(", ")} clients whose ticks come within 60 ms, 99 of 100`,
  ["server", "clients", "target"],
  await crowdBench(CROWDS, CROWD_SECONDS),
);
table(
  "Three nodes on one Redis: how long players wait when the host of their room goes",
  ["what befell it", "median ms", "longest ms", "target"],
  await nodesBench({ times: 5 }),
);
table(
  "Recovery: a host is killed and another node, to which all players have their lines, carries on",
  ["its rooms", "ms until the first is played", "until all are", "for each more"],
  await recoveryBench({ rounds: ROUNDS }),
);
table(
  "Storm: every line cut at once, seconds until players see their room again, and a room beside them",
  ["who", "half of them", "all of them", "fewest ticks in a second", "target"],
  [
    await stormBench({ count: 500, game: "still", target: "≤ 1 s, ≥ 18" }),
    await stormBench({ count: 2_000, game: "still", target: "≤ 8 s, ≥ 18" }),
  ],
);
