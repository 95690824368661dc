// Strange proxy: notices that requests come through a proxy that TRUST_PROXY does not name, and says so
// once. It changes nothing about how a request is treated.

import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import type { Log } from "../log.ts";
import { networksOf, peerOf } from "./address.ts";

/** This machine, and networks that no player comes from over the Internet (RFC 6890). */
const NEAR = networksOf([
  ...["127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"],
  ...["::1", "fc00::/7", "fe80::/10"],
]);

/** Whether whoever is at the other end is on this machine or one beside it. */
export function isNear(socket: Pick<Socket, "remoteAddress">): boolean {
  const { address, family } = peerOf(socket);
  return NEAR.check(address, family);
}

/**
 * Watches a server's requests until the first that was forwarded by somebody near whom nobody named. Only
 * for production: elsewhere loopback is exempt from all that addresses are counted for.
 */
export function watchProxies(
  http: Server,
  { trustedProxies, log }: { readonly trustedProxies: readonly string[]; readonly log: Log },
): void {
  const trusted = networksOf(trustedProxies);
  function look({ socket, headers }: IncomingMessage): void {
    if (headers["x-forwarded-for"] === undefined) return;
    const { address, family } = peerOf(socket);
    if (trusted.check(address, family) || !isNear(socket)) return;
    http.off("request", look);
    log.warn("proxy-not-trusted", { remedy: remedyOf(address) });
  }
  http.on("request", look);
}

function remedyOf(address: string): string {
  return (
    `Players come through a proxy at ${address}, and all count as one address: a crowd of them is ` +
    `refused. Name it, if it is yours: TRUST_PROXY=${address}`
  );
}
