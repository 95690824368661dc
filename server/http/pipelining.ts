// Pipelining: ends a socket on which far more is asked than is answered. What waits there for an answer takes
// memory for as long as the other side likes. It reads no request and answers none.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Browsers and proxies have one answer at a time on its way over a socket; a program may ask ahead a little. */
export const UNANSWERED_MAX = 16;

/**
 * The same responses, counted on their socket while they are not over. Counted with the response itself, so
 * that no request can go without, whichever part of the server answers.
 */
export function withFewUnanswered(Plain: typeof ServerResponse): typeof ServerResponse {
  const unanswered = new WeakMap<Socket, number>();
  return class CountedResponse<
    Request extends IncomingMessage = IncomingMessage,
  > extends Plain<Request> {
    constructor(request: Request) {
      super(request);
      const { socket } = request;
      const count = (unanswered.get(socket) ?? 0) + 1;
      unanswered.set(socket, count);
      this.once("close", () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
      if (count > UNANSWERED_MAX) socket.destroy();
    }
  };
}
