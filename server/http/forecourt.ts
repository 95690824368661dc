// Forecourt: keeps one address from filling the server up with sockets that never say who they are. It
// sees sockets come and go and closes some; it reads nothing from them.

import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { SocketGroups } from "./address.ts";
import { CROWD_MAX, Crowd } from "./crowd.ts";

export interface Forecourt {
  /** Whoever is at the other end was let in: the socket counts no more. */
  letIn(socket: Socket): void;
}

/** Watches a server's sockets. A proxy's count from when they are somebody's: as WebSockets. */
export function watchForecourt(http: Server, groups: SocketGroups): Forecourt {
  const crowd = new Crowd<Socket>(CROWD_MAX);
  /** One for all sockets: it is told which has closed. */
  function closed(this: Socket): void {
    crowd.leave(this);
  }
  function come(socket: Socket, group: string | undefined): void {
    if (group === undefined) return;
    socket.on("close", closed);
    crowd.come(socket, group)?.destroy();
  }
  http.on("connection", (socket) => come(socket, groups.ofPeer(socket)));
  http.on("upgrade", (request) => {
    const { socket } = request;
    if (groups.ofPeer(socket) === undefined) come(socket, groups.ofSender(request));
  });
  return {
    letIn(socket) {
      socket.off("close", closed);
      crowd.leave(socket);
    },
  };
}
