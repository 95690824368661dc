// Address: who is at the other end of a request, also behind proxies, and which addresses count as
// one. Pure text and sets of networks; it never decides what somebody may do.

import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv6, type Socket } from "node:net";

/** Whether only this machine can reach a server that listens on `host`. */
export function isLoopbackHost(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
}

/** Whether `text` is an address, or a network such as 10.0.0.0/8. */
export function isNetwork(text: string): boolean {
  const [address = "", prefix, ...rest] = text.split("/");
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  const bits = version === 6 ? 128 : 32;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
}

/** Networks in the form they are looked up in; each has passed `isNetwork`. */
export function networksOf(texts: readonly string[]): BlockList {
  const networks = new BlockList();
  for (const text of texts) {
    const [address = "", prefix] = text.split("/");
    if (prefix === undefined) networks.addAddress(address, familyOf(address));
    else networks.addSubnet(address, Number(prefix), familyOf(address));
  }
  return networks;
}

/**
 * The address of whoever sent a request: its socket's, unless that is a trusted proxy; then the
 * right-most address in X-Forwarded-For that is none. What stands left of it anybody can write.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trusted: BlockList,
): string {
  let address = plainAddress(peer ?? "");
  const hops = (forwardedFor ?? "").split(",").map((hop) => plainAddress(withoutPort(hop.trim())));
  while (isTrusted(address, trusted)) {
    const hop = hops.pop();
    if (hop === undefined || isIP(hop) === 0) break;
    address = hop;
  }
  return address;
}

/** What limits count by: an IPv4 address, or the /64 that one IPv6 subscriber has to himself. */
export function addressGroup(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array<string>(zeros).fill("0"), ...last];
  return `${groups.slice(0, 4).join(":")}::/64`;
}

/** How many households' worth whoever has a site of them is granted. */
export const SITE_HOUSEHOLDS = 20;

/**
 * The /48 around a /64 that limits count by: a tunnel for nothing gives one, and 65,536 households in it.
 * Undefined for anything else, such as an IPv4 address.
 */
export function siteOf(group: string): string | undefined {
  return group.endsWith("::/64") ? group.replace(/:[^:]*::\/64$/, "::/48") : undefined;
}

/** The address with what names one household cut off, for logs. */
export function coarseAddress(address: string): string {
  if (isIPv6(address)) return siteOf(addressGroup(address)) ?? "unknown";
  return isIP(address) === 4 ? address.replace(/\.\d+$/, ".0/24") : "unknown";
}

/** The other end of a socket, as networks are asked for it. */
export function peerOf({ remoteAddress }: Pick<Socket, "remoteAddress">) {
  const address = plainAddress(remoteAddress ?? "");
  return { address, family: familyOf(address) };
}

function isTrusted(address: string, trusted: BlockList): boolean {
  return isIP(address) !== 0 && trusted.check(address, familyOf(address));
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv6(address) ? "ipv6" : "ipv4";
}

/** Some proxies name the port too, and put what is IPv6 in brackets. */
function withoutPort(hop: string): string {
  const [, inBrackets, plain] = /^(?:\[([^\]]*)\]|([\d.]+))(?::\d{1,5})?$/.exec(hop) ?? [];
  return inBrackets ?? plain ?? hop;
}

/** One spelling of each address: no zone, an IPv4 one without its IPv6 mapping, IPv6 compressed. */
function plainAddress(text: string): string {
  const bare = text.replace(/%.*$/, "").toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare);
  if (mapped?.[1] !== undefined) return mapped[1];
  return isIPv6(bare) ? new URL(`http://[${bare}]`).hostname.slice(1, -1) : bare;
}

/** What limits count sockets by; undefined if by nothing. */
export interface SocketGroups {
  /** The other end of a socket; nothing for a proxy, which speaks for many. */
  ofPeer(socket: Pick<Socket, "remoteAddress">): string | undefined;
  /** Whoever sent a request, also behind a proxy. */
  ofSender(request: IncomingMessage): string | undefined;
}

export function socketGroups(
  trustedProxies: readonly string[],
  groupOf: (address: string) => string | undefined,
): SocketGroups {
  const trusted = networksOf(trustedProxies);
  const addressOf = addressReader(trustedProxies);
  return {
    ofPeer(socket) {
      const { address } = peerOf(socket);
      return isTrusted(address, trusted) ? undefined : groupOf(address);
    },
    ofSender: (request) => groupOf(addressOf(request)),
  };
}

/** Tells the address of whoever sent a request, for a server behind these proxies. */
export function addressReader(
  trustedProxies: readonly string[],
): (request: IncomingMessage) => string {
  const trusted = networksOf(trustedProxies);
  return ({ socket, headers }) => {
    const forwarded = headers["x-forwarded-for"];
    const text = Array.isArray(forwarded) ? forwarded.join(",") : forwarded;
    return clientAddress(socket.remoteAddress, text, trusted);
  };
}
