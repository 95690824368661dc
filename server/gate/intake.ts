// Intake: everything that one socket raises, led through the guard to its driver. Whatever comes, in
// whatever order, it throws nothing back at Socket.IO.

import type { ConnectionDriver } from "./connectionDriver.ts";
import { enter, greet, type LetIn } from "./greeting.ts";
import { Guard, type Verdict } from "./guard.ts";
import type { GateSocket, SocketLine } from "./line.ts";
import type { Packet } from "./packet.ts";
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

  /** A message before Socket.IO has seen it; gives the packet that Socket.IO is to dispatch, if any. */
  receive(message: unknown): Packet | undefined {
    let packet: Packet | undefined;
    this.driver.attempt(() => {
      const nowMs = this.#parts.clock.now();
      const verdict = this.#guard.message(message, nowMs);
      if (verdict.kind === "packet") packet = verdict.packet;
      this.#obey(verdict, nowMs);
    });
    return packet;
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
  connected(socket: GateSocket): void {
    const letIn = this.#letIn;
    this.#letIn = undefined;
    if (letIn === undefined) return;
    this.#listen(socket);
    this.driver.attempt(() => {
      this.#guard.admit();
      this.#line.socket = socket;
      enter(this.driver, letIn, { parts: this.#parts, requests: this.#requests });
    });
  }

  #listen(socket: GateSocket): void {
    socket.onAny((name: unknown, ...given: unknown[]) =>
      this.driver.attempt(() => this.#requests.event(name, given)),
    );
    // Socket.IO lets a client leave the namespace and keep the socket; here that is the end of it.
    socket.on("disconnect", () => this.#line.close());
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
