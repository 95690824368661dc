// Intake: everything that one socket raises, led through the guard to its driver. Whatever comes, in
// whatever order, it throws nothing back at Socket.IO.

import type { JoinReply } from "../../shared/protocol.ts";
import type { ConnectionDriver } from "./connectionDriver.ts";
import { enter, greet, type LetIn } from "./greeting.ts";
import { Guard, type Verdict } from "./guard.ts";
import type { SocketLine } from "./line.ts";
import { BODY, type Connect, PACKET, type Packet } from "./packet.ts";
import type { GateParts, RequestSeen } from "./ports.ts";
import { Requests } from "./requests.ts";

const ALIVE = { kind: "alive" } as const;

interface Opening {
  readonly driver: ConnectionDriver;
  readonly line: SocketLine;
  readonly request: RequestSeen;
}

export class Intake {
  readonly driver: ConnectionDriver;
  readonly #line: SocketLine;
  readonly #parts: GateParts;
  readonly #guard: Guard;
  readonly #requests: Requests;
  /** Until somebody was let in or not; neither is to stay as long as the socket. */
  #request: RequestSeen | undefined;
  #letIn: LetIn | undefined;

  constructor({ driver, line, request }: Opening, parts: GateParts) {
    this.driver = driver;
    this.#request = request;
    this.#line = line;
    this.#parts = parts;
    this.#guard = new Guard(parts.clock.now());
    this.#requests = new Requests(driver, parts);
  }

  /** A message before Socket.IO has seen it, which is left only the CONNECT that this gives back. */
  receive(message: unknown): Connect | undefined {
    let connect: Connect | undefined;
    this.driver.attempt(() => {
      const nowMs = this.#parts.clock.now();
      const verdict = this.#guard.message(message, nowMs);
      this.#obey(verdict, nowMs);
      if (verdict.kind === "packet") connect = this.#take(verdict.packet);
    });
    return connect;
  }

  /** A pong of Engine.IO, or a ping or pong of the WebSocket. */
  control(): void {
    this.driver.attempt(() => {
      const nowMs = this.#parts.clock.now();
      this.#obey(this.#guard.control(nowMs), nowMs);
    });
  }

  /** Whether whoever sent a CONNECT with this `auth` may come in. Never rejects. */
  async greet(auth: unknown): Promise<boolean> {
    const request = this.#request;
    this.#request = undefined;
    if (request === undefined) return false;
    this.#letIn = await greet(this.driver, { auth, request }, this.#parts);
    return this.#letIn !== undefined;
  }

  /** Socket.IO has connected whoever was let in. */
  connected(): void {
    const letIn = this.#letIn;
    this.#letIn = undefined;
    if (letIn === undefined) return;
    this.driver.attempt(() => {
      this.#guard.admit();
      enter(this.driver, letIn, { parts: this.#parts, requests: this.#requests });
    });
  }

  /** Engine.IO gave the connection up: no pong came, or an end of it was closed. */
  cut(): void {
    this.driver.attempt(() => this.driver.step({ kind: "cut" }));
  }

  closed(): void {
    this.driver.attempt(() => this.driver.step({ kind: "closed" }));
  }

  /** The socket broke; `ws` names what the other side did wrong and has closed it already. */
  broken(code: unknown): void {
    if (typeof code !== "string" || !code.startsWith("WS_ERR_")) return;
    const tooLarge = code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
    const reason = tooLarge ? "packet-too-large" : "packet-invalid";
    this.driver.attempt(() => this.driver.brokenOff({ reason, why: code }));
  }

  #take(packet: Packet): Connect | undefined {
    switch (packet.type) {
      case PACKET.connect:
        return packet;
      case PACKET.disconnect:
        // Socket.IO lets a client leave the namespace and keep the socket; here that is the end of it.
        this.#line.close();
        return undefined;
      case PACKET.event: {
        const { id } = packet;
        const answer =
          id === undefined ? undefined : (reply: JoinReply) => this.#line.answer(id, reply);
        const [name, ...given] = packet[BODY];
        this.#requests.event(name, given, answer);
        return undefined;
      }
    }
  }

  #obey(verdict: Verdict, nowMs: number): void {
    switch (verdict.kind) {
      case "input":
        this.driver.step(ALIVE, nowMs);
        return this.#requests.input(verdict.bytes, nowMs);
      case "packet":
      case "passed":
        return this.driver.step(ALIVE, nowMs);
      case "dropped":
        if (!verdict.strike) return;
        return this.driver.step({ kind: "strike", reason: "too-many-packets", why: "messages" });
      case "broken":
        return this.driver.step({ kind: "end", reason: verdict.reason, why: verdict.why });
    }
  }
}
