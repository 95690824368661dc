// Socket: one connection to the server, as messages in the order they came. It speaks the part of
// Socket.IO's protocol that a WebSocket needs; it never reconnects and never reads what a message means.

import { fromJson } from "../shared/json.ts";
import type {
  ClientEvents,
  Handshake,
  JoinReply,
  JoinRequest,
  ServerEvents,
} from "../shared/protocol.ts";
import type { Refused } from "./linkState.ts";

/** Frames and heartbeats come as bytes to who asked for binary ones, as we do. */
type EventName = Exclude<keyof ServerEvents, "frame" | "heartbeat">;

/** An event of the server with what it carries. */
export type ServerMessage = {
  [Name in EventName]: {
    readonly name: Name;
    readonly message: Parameters<ServerEvents[Name]>[0];
  };
}[EventName];

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

type Part = "binaryType" | "onopen" | "onclose" | "onmessage" | "onerror" | "send" | "close";
/** The platform's WebSocket, or something that stands in for it, e.g. to spoil the line on purpose. */
export type WebSocketClass = new (url: string) => Pick<WebSocket, Part>;

type Sendable = Exclude<keyof ClientEvents, "join">;

export interface Socket {
  /** Sends an event, or drops it while the connection is not admitted. */
  send<Name extends Sendable>(name: Name, ...message: Parameters<ClientEvents[Name]>): void;
  join(request: JoinRequest, reply: (answer: JoinReply) => void): void;
  write(bytes: Uint8Array): void;
  /** Ends the connection; its owner is told nothing more. */
  close(): void;
}

/** The first digit is Engine.IO's, version 4, the second Socket.IO's, version 5, within its messages. */
const OPEN = "0";
const CLOSE = "1";
const PING = "2";
const PONG = "3";
const CONNECT = "40";
const DISCONNECT = "41";
const EVENT = "42";
const ACKNOWLEDGEMENT = "43";
const CONNECT_ERROR = "44";

/** A number that asks for or brings an acknowledgement, then JSON. */
const NUMBERED = /^(\d*)(.*)$/s;

/** Events that the server sends; one that is not named here is never passed on. */
const EVENTS: Readonly<Record<EventName, true>> = {
  welcome: true,
  seated: true,
  notice: true,
  refusal: true,
  closing: true,
};

/** The platform's own WebSocket; Node 20 has none and takes the one of the `ws` package. */
export async function platformWebSocket(): Promise<WebSocketClass> {
  if (typeof WebSocket === "function") return WebSocket;
  // A name that bundlers do not follow: browsers never come here.
  const library = "ws";
  const { WebSocket: Own } = (await import(/* @vite-ignore */ library)) as {
    WebSocket: WebSocketClass;
  };
  return Own;
}

/** Opens a connection to the server at an origin. Nothing is told before this returns. */
export function openSocket(origin: string, Line: WebSocketClass, owner: SocketOwner): Socket {
  return new WebSocketConnection(new Line(addressOf(origin)), owner);
}

const addressOf = (origin: string) =>
  `${origin.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket`;

class WebSocketConnection implements Socket {
  readonly #line: InstanceType<WebSocketClass>;
  /** Undefined once the connection has ended. */
  #owner: SocketOwner | undefined;
  #admitted = false;
  #replies: ((answer: JoinReply) => void)[] = [];

  constructor(line: InstanceType<WebSocketClass>, owner: SocketOwner) {
    this.#line = line;
    this.#owner = owner;
    line.binaryType = "arraybuffer";
    line.onmessage = (event) => this.#take(event.data);
    line.onclose = () => this.#end()?.closed();
    // What an error means is told by the close that follows it.
    line.onerror = () => undefined;
  }

  send<Name extends Sendable>(name: Name, ...message: Parameters<ClientEvents[Name]>): void {
    if (this.#admitted) this.#line.send(EVENT + JSON.stringify([name, ...message]));
  }

  join(request: JoinRequest, reply: (answer: JoinReply) => void): void {
    const number = this.#replies.push(reply) - 1;
    if (this.#admitted) this.#line.send(EVENT + number + JSON.stringify(["join", request]));
  }

  write(bytes: Uint8Array): void {
    if (this.#admitted) this.#line.send(bytes as Uint8Array<ArrayBuffer>);
  }

  close(): void {
    if (this.#admitted) this.#line.send(DISCONNECT);
    this.#end();
    this.#line.close();
  }

  /** The owner, for the last word to it. */
  #end(): SocketOwner | undefined {
    const owner = this.#owner;
    this.#owner = undefined;
    this.#admitted = false;
    return owner;
  }

  #take(message: unknown): void {
    const owner = this.#owner;
    if (owner === undefined) return;
    owner.heard();
    if (typeof message === "string") this.#takeText(owner, message);
    else owner.bytes(new Uint8Array(message as ArrayBuffer));
  }

  #takeText(owner: SocketOwner, text: string): void {
    if (text === PING) return this.#line.send(PONG);
    if (text === CLOSE) return this.#fail(owner);
    if (text.startsWith(OPEN)) return this.#line.send(CONNECT + JSON.stringify(owner.opened()));
    const [, number = "", json = ""] = NUMBERED.exec(text.slice(EVENT.length)) ?? [];
    const body = fromJson(json || "{}") as object | undefined;
    // Not what a server of this protocol sends: nothing after it can be trusted either.
    if (body === undefined) return this.#fail(owner);
    switch (text.slice(0, EVENT.length)) {
      case CONNECT:
        this.#admitted = true;
        return;
      case DISCONNECT:
        return this.#fail(owner);
      case EVENT: {
        const [name, carried] = body as [string, unknown];
        if (Object.hasOwn(EVENTS, name)) owner.event({ name, message: carried } as ServerMessage);
        return;
      }
      case ACKNOWLEDGEMENT:
        return this.#replies[Number(number)]?.((body as [JoinReply])[0]);
      case CONNECT_ERROR: {
        const refused = (body as Readonly<Record<string, Refused | undefined>>).data;
        if (refused === undefined) return this.#fail(owner);
        this.close();
        return owner.refused(refused);
      }
    }
  }

  #fail(owner: SocketOwner): void {
    this.close();
    owner.closed();
  }
}
