// Free port: where a process of a test may listen. It holds the port no longer than it takes to find it.

import { once } from "node:events";
import { createServer } from "node:net";

/** A port nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port to be had");
  return address.port;
}
