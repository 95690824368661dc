// Line: one live socket as the gate's driver uses it: what can be said on it and how it ends. It
// knows nothing of rooms or sessions.

import type { JoinReply, ServerEvents } from "../../shared/protocol.ts";
import { REASONS, type Reason } from "../../shared/reasons.ts";
import { BODY, PACKET, type Written, writePacket } from "./packet.ts";
import {
  backlogBytes,
  type EngineConnection,
  type FramedMessage,
  untakenBytes,
  writeMessage,
} from "./pipe.ts";

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
    this.#say({ type: PACKET.event, nsp: "/", [BODY]: [name, ...message] });
  }

  /** Answers the event that asked for it under a number. */
  answer(id: number, reply: JoinReply): void {
    this.#say({ type: PACKET.acknowledgement, nsp: "/", id, [BODY]: [reply] });
  }

  refuse(reason: Reason, retryInMs: number | undefined): void {
    const retry = retryInMs === undefined ? {} : { retryInMs };
    const refusal = { reason, ...REASONS[reason], ...retry };
    const answer = { message: reason, [BODY]: refusal };
    this.#say({ type: PACKET.connectError, nsp: "/", [BODY]: answer });
  }

  close(): void {
    this.#connection.close();
  }

  terminate(): void {
    this.#connection.transport.socket?.terminate();
  }

  #say(packet: Written): void {
    this.#connection.write(writePacket(packet));
  }
}
