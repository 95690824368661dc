// Redis server: whether a Redis is fit to keep rooms, and what it does not survive, by what it says
// of itself. It changes no setting of a Redis that is somebody else's.

import { type RedisConnection, RedisRefusal } from "./redisConnection.ts";
import { listOf, textOf } from "./replies.ts";
import type { Topology } from "./shards.ts";

/** The relay between nodes publishes by shard, which came with this version. */
export const MAJOR_MIN = 7;

/** A Redis that would lose what it is given, or that was addressed wrongly; the operator must act. */
export class RedisUnfit extends Error {}

/** Throws RedisUnfit with a sentence for the operator if a server must not be used. */
export async function refuseUnfit(topology: Topology): Promise<void> {
  for (const connection of topology.connections) {
    const facts = await factsOf(connection);
    const version = facts.get("redis_version") ?? "0";
    if (Number.parseInt(version, 10) < MAJOR_MIN) {
      throw new RedisUnfit(`Redis ${MAJOR_MIN}.0 or newer is needed; this one is ${version}`);
    }
    const policy = facts.get("maxmemory_policy");
    if (facts.get("maxmemory") !== "0" && policy !== "noeviction") {
      throw new RedisUnfit(
        `this Redis forgets keys when it is full (maxmemory-policy ${policy}), and with them ` +
          "players' seats; set maxmemory-policy noeviction",
      );
    }
    if (facts.get("cluster_enabled") === "1" && !topology.isSplit) {
      throw new RedisUnfit("this Redis is part of a Cluster; use redis+cluster://host:port,…");
    }
  }
}

/** One line: versions, and what is lost by which failure. */
export async function describeRedis(topology: Topology, where: string): Promise<string> {
  const losses = new Set<string>();
  const versions = new Set<string>();
  for (const connection of topology.connections) {
    const facts = await factsOf(connection);
    versions.add(facts.get("redis_version") ?? "?");
    losses.add(await lossOf(connection, facts));
  }
  const [loss = "", ...others] = losses;
  const said = others.length === 0 ? loss : `its servers differ: ${[...losses].join(" / ")}`;
  return `Redis ${[...versions].join(", ")} at ${where}: ${said}`;
}

async function lossOf(
  connection: RedisConnection,
  facts: ReadonlyMap<string, string>,
): Promise<string> {
  if (facts.get("aof_enabled") !== "1") {
    return "does not survive its own end (append-only file off); nodes that live write back";
  }
  const failover =
    Number(facts.get("connected_slaves")) > 0 ? "; a fail-over may lose its last writes" : "";
  switch (await fsyncOf(connection)) {
    case "always":
      return `survives all but the loss of its disk (fsync always)${failover}`;
    case "everysec":
      return `may lose its last seconds when it is killed (fsync everysec)${failover}`;
    case "no":
      return `may lose what its system had not yet written (fsync no)${failover}`;
    default:
      return `survives its own restart; how much a kill loses is not known (fsync unknown)${failover}`;
  }
}

/** Undefined where reading the configuration is denied, as it should be for a server's user. */
async function fsyncOf(connection: RedisConnection): Promise<string | undefined> {
  try {
    const [, value] = listOf(await connection.call("CONFIG", "GET", "appendfsync"));
    return textOf(value);
  } catch (error) {
    if (error instanceof RedisRefusal) return undefined;
    throw error;
  }
}

async function factsOf(connection: RedisConnection): Promise<ReadonlyMap<string, string>> {
  const lines = textOf(await connection.call("INFO")).split("\r\n");
  return new Map(
    lines.flatMap((line) => {
      const colon = line.indexOf(":");
      return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1)] as const];
    }),
  );
}
