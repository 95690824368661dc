// Free port: where a process of a test may listen. It holds the port no longer than it takes to find it.

import { once } from "node:events";
import { createServer } from "node:net";
import { jitterRandom } from "../../shared/random.ts";

/**
 * Below what Linux, macOS and Windows give to outgoing connections (from 32,768 on, RFC 6335 from 49,152): a
 * port of theirs may be some connection's own before the process that is to listen has begun.
 */
const PORTS = { first: 15_000, count: 17_000 };

/** A port nobody listened on a moment ago, never the same twice. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + Math.floor(jitterRandom() * PORTS.count);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

const given = new Set<number>();

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, "127.0.0.1");
  try {
    await once(probe, "listening");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") return false;
    throw error;
  }
  probe.close();
  await once(probe, "close");
  return true;
}
