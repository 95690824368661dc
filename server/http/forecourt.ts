// Forecourt: keeps one address from filling the server up with sockets that never say who they are. It
// sees sockets come and go and closes some; it reads nothing from them.

import type { Server } from "node:http";
import type { Socket } from "node:net";
import { CROWD_MAX, Crowd } from "./crowd.ts";

export interface Forecourt {
  /** Whoever is at the other end was let in: the socket counts no more. */
  letIn(socket: Socket): void;
}

/** Watches a server's sockets. `groupOf` tells what limits count a socket by; undefined if by nothing. */
export function watchForecourt(
  http: Server,
  groupOf: (socket: Socket) => string | undefined,
): Forecourt {
  const crowd = new Crowd<Socket>(CROWD_MAX);
  /** One for all sockets: it is told which has closed. */
  function closed(this: Socket): void {
    crowd.leave(this);
  }
  http.on("connection", (socket) => {
    const group = groupOf(socket);
    if (group === undefined) return;
    socket.on("close", closed);
    crowd.come(socket, group)?.destroy();
  });
  return {
    letIn(socket) {
      socket.off("close", closed);
      crowd.leave(socket);
    },
  };
}
