// Line: one live socket as the gate's driver uses it: what can be said on it and how it ends. It
// knows Socket.IO by type only, and nothing of rooms or sessions.

import type { Socket } from "socket.io";
import type { ServerEvents } from "../../shared/protocol.ts";
import { REASONS, type Reason } from "../../shared/reasons.ts";
import { BODY, PACKET, writePacket } from "./packet.ts";
import {
  backlogBytes,
  type EngineConnection,
  type FramedMessage,
  untakenBytes,
  writeMessage,
} from "./pipe.ts";

/** A Socket.IO socket whose client listens to our events; what it sends is read by `parseEvent`. */
export type GateSocket = Socket<Record<string, never>, ServerEvents>;

export interface Line {
  /** Bytes that the system was offered and did not take: right after a write, what the socket lags. */
  readonly untakenBytes: number;
  /** Those, and bytes that are to be offered once a write is done; a moment later that is a lag, too. */
  readonly backlogBytes: number;
  write(message: FramedMessage): void;
  emit<Name extends keyof ServerEvents>(
    name: Name,
    ...message: Parameters<ServerEvents[Name]>
  ): void;
  /** Answers the CONNECT of somebody who is not let in. */
  refuse(reason: Reason, retryInMs: number | undefined): void;
  /** Sends what is written and says goodbye; the other side may take its time. */
  close(): void;
  /** Drops the socket at once. */
  terminate(): void;
}

/** What is used of an Engine.IO connection besides writing. */
export interface ClosableConnection extends EngineConnection {
  close(): void;
  readonly transport: EngineConnection["transport"] & {
    readonly socket?: { terminate(): void };
  };
}

export class SocketLine implements Line {
  readonly #connection: ClosableConnection;
  /** Set once Socket.IO has connected it; until then nothing can be emitted. */
  socket: GateSocket | undefined;

  constructor(connection: ClosableConnection) {
    this.#connection = connection;
  }

  get untakenBytes(): number {
    return untakenBytes(this.#connection);
  }

  get backlogBytes(): number {
    return backlogBytes(this.#connection);
  }

  write(message: FramedMessage): void {
    writeMessage(this.#connection, message);
  }

  emit<Name extends keyof ServerEvents>(
    name: Name,
    ...message: Parameters<ServerEvents[Name]>
  ): void {
    this.socket?.emit(name, ...message);
  }

  refuse(reason: Reason, retryInMs: number | undefined): void {
    const retry = retryInMs === undefined ? {} : { retryInMs };
    const refusal = { reason, ...REASONS[reason], ...retry };
    const answer = { message: reason, [BODY]: refusal };
    this.#connection.write(writePacket({ type: PACKET.connectError, nsp: "/", [BODY]: answer }));
  }

  close(): void {
    this.#connection.close();
  }

  terminate(): void {
    this.#connection.transport.socket?.terminate();
  }
}
