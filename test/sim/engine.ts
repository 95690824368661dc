// Engine: what stands between a line and the gate's own parts on a node: the little of Engine.IO and
// Socket.IO that a WebSocket meets. It hands text and bytes on; it judges nothing.

import type { Connections } from "../../server/gate/connections.ts";
import { Intake } from "../../server/gate/intake.ts";
import { type ClosableConnection, SocketLine } from "../../server/gate/line.ts";
import { BODY, type Connect, PACKET, writePacket } from "../../server/gate/packet.ts";
import type { GateParts } from "../../server/gate/ports.ts";
import type { Cancel } from "../../shared/clock.ts";
import { PING_INTERVAL_MS, PING_TIMEOUT_MS } from "../../shared/limits.ts";
import type { LineEnd, Message } from "./network.ts";

/** Engine.IO 4 marks each text with one of these. */
const ENGINE = { open: "0", close: "1", ping: "2", pong: "3", message: "4" } as const;

/** How long a socket that was closed here takes to be gone. */
const GOODBYE_MS = 20;

/** Who looks on. */
export interface EngineOwner {
  came(message: Message): void;
  /** Something is about to leave; false if its node has just died. */
  leaves(message: Message): boolean;
}

export class Engine {
  readonly #end: LineEnd;
  readonly #parts: GateParts;
  readonly #intake: Intake;
  readonly #line: SocketLine;
  readonly #owner: EngineOwner;
  #isClosed = false;
  #timer: Cancel | undefined;

  constructor(
    end: LineEnd,
    gate: { readonly parts: GateParts; readonly connections: Connections },
    owner: EngineOwner,
  ) {
    this.#end = end;
    this.#parts = gate.parts;
    this.#owner = owner;
    this.#line = new SocketLine(this.#connection());
    const driver = gate.connections.open(this.#line, "192.0.2.1");
    const request = {
      address: "192.0.2.1",
      origin: undefined,
      cookie: undefined,
      userAgent: undefined,
    };
    this.#intake = new Intake({ driver, line: this.#line, request }, gate.parts);
    end.owner = {
      message: (message) => this.#take(message),
      closed: () => this.#gone(),
    };
    this.#write(`${ENGINE.open}{}`);
    this.#ping();
  }

  /** What the gate's line holds of Engine.IO; no `_socket`, so that everything is written here. */
  #connection(): ClosableConnection {
    const end = this.#end;
    return {
      get readyState() {
        return end.isOpen ? "open" : "closed";
      },
      upgrading: false,
      writeBuffer: [],
      transport: {
        name: "websocket",
        socket: {
          readyState: 1,
          _socket: null,
          get bufferedAmount() {
            return end.untakenBytes;
          },
          terminate: () => this.#close(),
        },
      },
      write: (packet) => this.#write(typeof packet === "string" ? ENGINE.message + packet : packet),
      close: () => this.#close(),
    };
  }

  #write(message: Message): void {
    if (this.#isClosed || !this.#end.isOpen) return;
    if (this.#owner.leaves(message)) this.#end.send(message);
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#timer?.();
    this.#end.close();
    this.#parts.clock.after(GOODBYE_MS, () => this.#gone());
    this.#isClosed = true;
  }

  #gone(): void {
    this.#timer?.();
    this.#isClosed = true;
    this.#intake.cut();
    this.#intake.closed();
  }

  /** A pong in time brings the next ping; none ends the line. */
  #ping(): void {
    const { clock } = this.#parts;
    this.#timer?.();
    this.#timer = clock.after(PING_INTERVAL_MS, () => {
      this.#write(ENGINE.ping);
      this.#timer = clock.after(PING_TIMEOUT_MS, () => this.#close());
    });
  }

  #take(message: Message): void {
    this.#owner.came(message);
    if (typeof message !== "string") return void this.#intake.receive(message);
    if (message.startsWith(ENGINE.message)) return this.#packet(message.slice(1));
    if (message !== ENGINE.pong) return;
    this.#ping();
    this.#intake.control();
  }

  #packet(text: string): void {
    const connect = this.#intake.receive(text);
    if (connect !== undefined) this.#connect(connect);
  }

  #connect(packet: Connect): void {
    void this.#intake.greet(packet[BODY]).then((isLetIn) => {
      if (isLetIn && this.#end.isOpen) this.#admit();
    });
  }

  #admit(): void {
    const connected = { type: PACKET.connect, nsp: "/", [BODY]: { sid: "sid" } };
    this.#write(ENGINE.message + writePacket(connected));
    this.#intake.connected();
  }
}
