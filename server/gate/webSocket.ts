// Web socket: ws as the gate has it: what comes over a socket is told to the gate first, by the socket
// itself, so that no socket carries listeners for it. It judges nothing.

import { type ServerOptions, WebSocket, WebSocketServer } from "ws";
import type { Intake } from "./intake.ts";

/** Engine.IO's first characters of a text that carries a message, or bytes as base64. */
const CARRYING = new Set(["4".charCodeAt(0), "b".charCodeAt(0)]);

export class GateSocket extends WebSocket {
  /** Set once Engine.IO has made a connection of the socket. */
  intake: Intake | undefined;

  /**
   * Bytes stop here: Engine.IO and Socket.IO would do nothing with them but pass them on, synchronously,
   * for more than reading them costs. An error is told before Engine.IO makes one end of all of them.
   */
  override emit(name: string | symbol, ...given: unknown[]): boolean {
    const { intake } = this;
    if (intake === undefined) return super.emit(name, ...given);
    if (name === "message") {
      const [message, isBinary] = given;
      if (isBinary === true) {
        intake.receive(message);
        return true;
      }
      if (!CARRYING.has((message as Uint8Array)[0] ?? 0)) intake.control();
    } else if (name === "ping" || name === "pong") intake.control();
    else if (name === "error") intake.broken((given[0] as { readonly code?: unknown }).code);
    const isHeard = super.emit(name, ...given);
    if (name === "close") intake.closed();
    return isHeard;
  }
}

/**
 * What Engine.IO is given to make sockets with. Its own `ws` lets a client that sends pings and never reads
 * fill the memory with pongs.
 */
export class GateSocketServer extends WebSocketServer<typeof GateSocket> {
  constructor(options: ServerOptions<typeof GateSocket>) {
    super({ ...options, WebSocket: GateSocket });
  }
}
