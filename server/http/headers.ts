// Headers: what every response of the server says to browsers, whichever part of the server answers.
// Made with the response itself, so that no answer, not even to a broken request, can go without.

import { type IncomingMessage, ServerResponse } from "node:http";

/** Nothing but our own files runs, is shown in a frame, or is talked to. */
const POLICY = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
];

const HEADERS: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
};

const HSTS = "max-age=31536000";
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?$/i;

/** Older Safari does not take 'self' for the server's own sockets: they are named. */
function policyFor(host: string | undefined): string {
  const isPlain = host !== undefined && host.length <= 255 && HOST.test(host);
  const sockets = isPlain ? ` ws://${host} wss://${host}` : "";
  return [...POLICY, `connect-src 'self'${sockets}`].join("; ");
}

/** A response class for `http.createServer`. `secure` forbids browsers plain http from then on. */
export function responseWithHeaders(secure: boolean): typeof ServerResponse {
  return class GuardedResponse<
    Request extends IncomingMessage = IncomingMessage,
  > extends ServerResponse<Request> {
    constructor(request: Request) {
      super(request);
      for (const [name, value] of Object.entries(HEADERS)) this.setHeader(name, value);
      this.setHeader("Content-Security-Policy", policyFor(request.headers.host));
      if (secure) this.setHeader("Strict-Transport-Security", HSTS);
    }
  };
}
