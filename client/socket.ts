// Socket: one connection to the server, as messages in the order they came. The only file that knows
// socket.io-client; it never reconnects and never reads what a message means.

import { io, WebSocket as SocketTransport } from "socket.io-client";
import type {
  ClientEvents,
  Handshake,
  JoinReply,
  JoinRequest,
  ServerEvents,
} from "../shared/protocol.ts";
import type { Refused } from "./linkState.ts";

/** An event of the server with what it carries. */
export type ServerMessage = {
  [Name in keyof ServerEvents]: {
    readonly name: Name;
    readonly message: Parameters<ServerEvents[Name]>[0];
  };
}[keyof ServerEvents];

/** What a connection tells its owner. After `closed` or `refused` it tells nothing more. */
export interface SocketOwner {
  /** Gives the handshake, at the moment it leaves. */
  opened(): Handshake;
  /** Anything at all came, be it a ping. */
  heard(): void;
  event(event: ServerMessage): void;
  /** A binary message: a frame or a heartbeat. */
  bytes(bytes: Uint8Array): void;
  /** The server does not admit the connection. */
  refused(refused: Refused): void;
  closed(): void;
}

/** The part of the platform's WebSocket that a stand-in for it must have. */
type Part = "binaryType" | "onopen" | "onclose" | "onmessage" | "onerror" | "send" | "close";
export type StandIn = new (url: string) => Pick<WebSocket, Part>;

export interface SocketOptions {
  /** Origin of the server. */
  readonly url: string;
  /** Stands in for the platform's WebSocket, e.g. to spoil the line on purpose. */
  readonly WebSocket?: StandIn | undefined;
}

type Sendable = Exclude<keyof ClientEvents, "join">;

export interface Socket {
  /** Sends an event, or drops it if the connection is not admitted. */
  send<Name extends Sendable>(name: Name, ...message: Parameters<ClientEvents[Name]>): void;
  join(request: JoinRequest, reply: (answer: JoinReply) => void): void;
  write(bytes: Uint8Array): void;
  close(): void;
}

/** Events that the server sends; a closed list, so that one the owner does not know is never passed on. */
const EVENTS = {
  welcome: true,
  seated: true,
  frame: true,
  heartbeat: true,
  notice: true,
  refusal: true,
  closing: true,
} as const satisfies Record<keyof ServerEvents, true>;

/** Event by which a binary message takes its place in the order of the text messages. */
const IN_TURN = "bytes";

/** Opens a connection. Nothing is told before this returns. */
export function openSocket(options: SocketOptions, owner: SocketOwner): Socket {
  let told: SocketOwner | undefined = owner;
  const end = (tell: (owner: SocketOwner) => void) => {
    const last = told;
    told = undefined;
    if (last !== undefined) tell(last);
  };
  const socket = io(options.url, {
    forceNew: true,
    reconnection: false,
    // Its owner gives it up long before.
    timeout: 60_000,
    transports: options.WebSocket === undefined ? ["websocket"] : [through(options.WebSocket)],
    auth: (send) => told !== undefined && send(told.opened() as unknown as Record<string, unknown>),
  });
  socket.on("connect_error", (error: Error & { readonly data?: Refused }) => {
    const refused = error.data;
    end((last) => (refused === undefined ? last.closed() : last.refused(refused)));
  });
  socket.on("disconnect", () => end((last) => last.closed()));
  for (const name of Object.keys(EVENTS)) {
    socket.on(name, (message) => told?.event({ name, message } as ServerMessage));
  }
  readBinary(socket.io.engine, socket, (bytes) => told?.bytes(bytes));
  socket.io.engine.on("packet", () => told?.heard());
  return {
    send: (name, ...message) => {
      if (socket.connected) socket.emit(name, ...message);
    },
    join: (request, reply) => {
      socket.emit("join", request, (answer: JoinReply) => {
        if (told !== undefined) reply(answer);
      });
    },
    write: (bytes) => {
      if (socket.connected) socket.io.engine.write(bytes as never);
    },
    close: () => {
      told = undefined;
      socket.disconnect();
    },
  };
}

type Connected = ReturnType<typeof io>;

/**
 * Takes binary messages off the engine, so that Socket.IO's parser, which knows binary only as parts
 * of its own events, never sees them. The parser delivers text a moment after it came; a binary
 * message sends a bare event through it in its place, so that none overtakes another.
 */
function readBinary(
  engine: Connected["io"]["engine"],
  socket: Connected,
  tell: (bytes: Uint8Array) => void,
): void {
  const waiting: Uint8Array[] = [];
  engine.binaryType = "arraybuffer";
  // Ours runs after Socket.IO's own listener, which by then listens for messages.
  engine.on("open", () => {
    const parsers = engine.listeners("data");
    engine.off("data");
    engine.on("data", (message: unknown) => {
      const isText = typeof message === "string";
      if (!isText) waiting.push(new Uint8Array(message as ArrayBuffer));
      for (const parse of parsers) parse(isText ? message : `2["${IN_TURN}"]`);
    });
  });
  socket.on(IN_TURN, () => {
    const bytes = waiting.shift();
    if (bytes !== undefined) tell(bytes);
  });
}

function through(WebSocket: StandIn) {
  return class extends SocketTransport {
    override createSocket(uri: string) {
      return new WebSocket(uri);
    }
  };
}
