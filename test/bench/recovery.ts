// Recovery bench: how long it takes another node to carry on with all rooms of a host that was killed,
// for players whose own lines hold. From the kill to a command of each that took effect.

import { randomBytes } from "node:crypto";
import { join } from "../../client/join.ts";
import { startRedisServer } from "../contract/redisServer.ts";
import { LabServer } from "../live/lab.ts";
import { ledger } from "../live/ledger.ts";
import { median } from "./median.ts";

const ROOMS = 200;
/** What the log of a room holds beside its snapshot. */
const COMMITS = 20;

interface Recovered {
  readonly firstMs: number;
  readonly allMs: number;
}

async function recover(): Promise<Recovered> {
  const redis = await startRedisServer({ fsync: "always" });
  const SECRETS = `k1:${randomBytes(32).toString("base64")}`;
  const environment = { REDIS_URL: redis.url, SECRETS };
  const nodes: LabServer[] = [];
  try {
    const host = await LabServer.start({ environment });
    nodes.push(host);
    const other = await LabServer.start({ environment });
    nodes.push(other);
    const sitting = Array.from({ length: ROOMS }, () => sitElsewhere(host.url, other.url));
    const seats = await Promise.all(sitting);
    const beganMs = performance.now();
    const dying = host.signal("SIGKILL");
    const waits = await Promise.all(
      seats.map(async (seat) => {
        await transfer(seat, "after");
        return performance.now() - beganMs;
      }),
    );
    await dying;
    for (const seat of seats) seat.close();
    return { firstMs: Math.min(...waits), allMs: Math.max(...waits) };
  } finally {
    for (const node of nodes) await node.close();
    await redis.stop();
  }
}

/** A player of a room that is hosted by a node which the player has no line to. */
async function sitElsewhere(hostUrl: string, url: string) {
  const maker = await join({ url: hostUrl, game: ledger, name: "maker", create: "private" });
  const seat = await join({ url, game: ledger, name: "guest", code: maker.code });
  maker.close();
  for (let at = 0; at < COMMITS; at++) await transfer(seat, String(at));
  return seat;
}

async function transfer(
  seat: Awaited<ReturnType<typeof sitElsewhere>>,
  mark: string,
): Promise<void> {
  const { end } = await seat.send.transfer({ to: seat.index ?? 0, coins: 1, mark });
  if (end !== "applied") throw new Error(`a command ended as ${end}`);
}

/** Rows of the table: how many rooms, ms until the first and all of them are played, ms for each more. */
export async function recoveryBench({ rounds }: { readonly rounds: number }): Promise<string[]> {
  const measured: Recovered[] = [];
  for (let round = 0; round < rounds; round++) measured.push(await recover());
  const firstMs = median(measured.map((each) => each.firstMs));
  const allMs = median(measured.map((each) => each.allMs));
  const eachMs = ((allMs - firstMs) / (ROOMS - 1)).toFixed(1);
  return [`| ${ROOMS} rooms | ${firstMs.toFixed(0)} | ${allMs.toFixed(0)} | ${eachMs} |`];
}
