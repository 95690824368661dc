// Attack wire: a WebSocket and a plain socket that send exactly what they are told, from any address
// of the loopback, so that an attacker is told from everybody else. They judge nothing.

import { type IncomingHttpHeaders, request } from "node:http";
import { connect, type Socket } from "node:net";
import { WebSocket } from "ws";
import { until } from "./lab.ts";

const CLOSE_MS_MAX = 30_000;

export interface WireOptions {
  /** The address that it comes from, e.g. `127.0.0.7`. */
  readonly from: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A WebSocket that speaks Engine.IO and Socket.IO by hand. */
export class Wire {
  readonly texts: string[] = [];
  readonly bytes: Buffer[] = [];
  readonly socket: WebSocket;
  closeCode: number | undefined;
  /** Status of the answer instead of a socket. */
  status: number | undefined;
  #acknowledged = 0;

  constructor(port: number, { from, query = "EIO=4&transport=websocket", headers }: WireOptions) {
    const url = `ws://127.0.0.1:${port}/socket.io/?${query}`;
    const options = { headers: { ...headers }, localAddress: from, perMessageDeflate: true };
    this.socket = new WebSocket(url, options);
    this.socket.on("message", (message: Buffer, isBinary) => {
      if (isBinary) this.bytes.push(message);
      else this.#heard(message.toString());
    });
    this.socket.on("close", (code) => {
      this.closeCode = code;
    });
    this.socket.on("unexpected-response", (_request, response) => {
      this.status = response.statusCode;
      response.resume();
      this.socket.terminate();
    });
    // What goes wrong shows in `closeCode` and `status`.
    this.socket.on("error", () => undefined);
  }

  /** Open, and told so by Engine.IO. */
  async opened(): Promise<this> {
    await until("the socket is open", () => this.texts.length > 0);
    return this;
  }

  /** A Socket.IO packet, without the digit of Engine.IO before it. */
  send(packet: string): this {
    return this.raw(`4${packet}`);
  }

  raw(message: string | Uint8Array): this {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(message);
    return this;
  }

  /** The network socket below, for what no WebSocket would send. */
  get below(): Socket {
    return Reflect.get(this.socket, "_socket") as Socket;
  }

  /** What came with each event of a name, newest last. */
  events(name: string): Readonly<Record<string, unknown>>[] {
    const head = `42["${name}",`;
    return this.texts
      .filter((text) => text.startsWith(head))
      .map((text) => (JSON.parse(text.slice(2)) as [string, Record<string, unknown>])[1]);
  }

  /** Sends an event that asks for an acknowledgement, and gives what it says. */
  async ask(name: string, body: unknown): Promise<Readonly<Record<string, unknown>>> {
    const head = `43${++this.#acknowledged}`;
    this.send(`2${this.#acknowledged}${JSON.stringify([name, body])}`);
    await until(
      `${name} is answered`,
      () => this.closeCode !== undefined || this.#answer(head) !== undefined,
    );
    const answer = this.#answer(head);
    if (answer === undefined) return { closed: this.ending };
    return (JSON.parse(answer.slice(head.length)) as Record<string, unknown>[])[0] ?? {};
  }

  #answer(head: string): string | undefined {
    return this.texts.find((text) => text.startsWith(`${head}[`));
  }

  /** Pings are answered as every client does, so that silence is never what ends it. */
  #heard(text: string): void {
    if (text === "2") this.raw("3");
    else this.texts.push(text);
  }

  /** How it ended, as words: a status, the reason that was said, or only the code; "open" if it has not. */
  get ending(): string {
    if (this.status !== undefined) return String(this.status);
    const refusal = this.texts.find((text) => text.startsWith("44"));
    if (refusal !== undefined) {
      const { message } = JSON.parse(refusal.slice(2)) as { message: string };
      return `refused: ${message}`;
    }
    const closing = this.events("closing").at(-1);
    if (closing !== undefined) return `closed: ${String(closing.reason)}`;
    return this.closeCode === undefined ? "open" : `cut: ${this.closeCode}`;
  }

  /** Waits until the server has ended it. */
  async ended(): Promise<string> {
    await until("the socket is closed", () => this.closeCode !== undefined, CLOSE_MS_MAX);
    return this.ending;
  }

  drop(): void {
    this.socket.terminate();
  }
}

/** Sends bytes over a plain socket; gives all that comes back until the server closes or answers. */
export function sendBytes(port: number, from: string, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", localAddress: from });
    let heard = "";
    const done = () => {
      socket.destroy();
      resolve(heard);
    };
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.toString("latin1");
      if (heard.includes("\r\n\r\n")) done();
    });
    socket.on("close", done);
    // The server may close while we still send: what it said counts.
    socket.on("error", done);
    socket.setTimeout(CLOSE_MS_MAX, () => reject(new Error(`no answer to ${bytes.length} bytes`)));
    socket.write(bytes);
  });
}

export interface Asked {
  readonly from: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as it is if it is text. */
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The reason of a refusal; empty if it is none. */
  readonly reason: string;
  /** `name=value` of the identity cookie, if one was set. */
  readonly cookie: string | undefined;
}

/** Asks with a method and a path, as "GET /healthz". */
export function ask(port: number, line: string, { from, headers, body }: Asked): Promise<Answer> {
  const [method = "GET", path = "/"] = line.split(" ");
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const type = text === undefined ? {} : { "Content-Type": "application/json" };
  const to = { port, host: "127.0.0.1", localAddress: from, agent: false, method, path };
  return new Promise((resolve, reject) => {
    const asking = request({ ...to, headers: { ...type, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const said = Buffer.concat(chunks).toString("utf8");
        const { statusCode: status = 0 } = response;
        const [cookie] = response.headers["set-cookie"] ?? [];
        resolve({
          ...{ status, headers: response.headers, text: said, reason: reasonIn(said) },
          cookie: cookie?.split(";")[0],
        });
      });
    });
    asking.on("error", reject);
    asking.end(text);
  });
}

function reasonIn(text: string): string {
  return /"reason":"([\w-]+)"/.exec(text)?.[1] ?? "";
}
