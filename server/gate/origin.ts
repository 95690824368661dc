// Origin: whether the page behind a request may use the socket, judged by its headers and its URL.
// Asked for every request of the socket's path; it proves nobody's identity.

import type { IncomingHttpHeaders } from "node:http";

export interface OriginPolicy {
  /** Exact origins, as `https://play.example.org`. */
  readonly allowed: ReadonlySet<string>;
  /** Whether pages served under the very name this server is reached by may, too. */
  readonly ownHost: boolean;
}

export type OriginRefusal =
  | "origin-not-allowed"
  | "page-without-origin"
  | "cookie-without-origin"
  | "query-not-allowed";

/** All that a WebSocket handshake needs: no token, no `j` of JSONP, no `sid` that opens somebody's session. */
const QUERY_KEYS: ReadonlySet<string> = new Set(["EIO", "transport", "t"]);

const ALLOWING = "if its players are yours, name the page's origin in ALLOWED_ORIGINS";

/** What a browser says of requests that no other site caused. */
const OWN_SITE: ReadonlySet<string> = new Set(["same-origin", "none"]);

/**
 * Why a request is refused; undefined if it is not. A browser names its page's origin in every
 * WebSocket handshake, so a request without one comes from a program: those have no use for cookies.
 */
export function originRefusal(
  headers: IncomingHttpHeaders,
  url: string,
  policy: OriginPolicy,
): OriginRefusal | undefined {
  const query = new URLSearchParams(url.split("?").slice(1).join("?"));
  for (const key of query.keys()) if (!QUERY_KEYS.has(key)) return "query-not-allowed";
  const { origin, host, cookie } = headers;
  if (origin !== undefined) {
    if (policy.allowed.has(origin)) return undefined;
    return policy.ownHost && isOwnHost(origin, host) ? undefined : "origin-not-allowed";
  }
  const site = headers["sec-fetch-site"];
  if (site !== undefined && !(typeof site === "string" && OWN_SITE.has(site))) {
    return "page-without-origin";
  }
  return cookie === undefined ? undefined : "cookie-without-origin";
}

/** What the log says of it: an operator who meant that page to be served reads how. */
export function toldOfOrigin(why: OriginRefusal, origin = "none") {
  return {
    reason: "origin-refused",
    cause: `${why}: ${origin}`,
    remedy: why === "origin-not-allowed" ? ALLOWING : undefined,
  } as const;
}

/** Compares name and port only: behind a proxy that ends TLS the scheme is not known here. */
function isOwnHost(origin: string, host: string | undefined): boolean {
  if (host === undefined || !/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false;
  const { host: originHost, origin: plain } = new URL(origin);
  return plain === origin && originHost === host.toLowerCase();
}
