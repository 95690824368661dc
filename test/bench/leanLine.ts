// Lean line: the least WebSocket that our client can speak through, so that a crowd of them leaves the
// processor to the server. It trusts the server: it checks nothing and joins no fragments.

import { connect, type Socket } from "node:net";

/** Any sixteen bytes do; who checks the answer needs others each time. */
const KEY = "AAAAAAAAAAAAAAAAAAAAAA==";
const HEAD_ENDS = "\r\n\r\n";
/** A mask of zeros is a mask, and changes nothing. */
const ZERO_MASK = Buffer.alloc(4);
const FINAL = 0x80;
const TEXT = 1;
const BINARY = 2;
const MASKED = 0x80;
const LENGTH_IN_TWO_BYTES = 126;
const CLOSE = Buffer.from([FINAL | 8, MASKED, ...ZERO_MASK]);

export class LeanLine {
  binaryType: BinaryType = "arraybuffer";
  onopen: WebSocket["onopen"] = null;
  onclose: WebSocket["onclose"] = null;
  onmessage: WebSocket["onmessage"] = null;
  onerror: WebSocket["onerror"] = null;
  readonly #socket: Socket;
  #isOpen = false;
  #unread: Buffer = Buffer.alloc(0);

  /** `ended` is told when the socket is closed, by whomever. */
  constructor(address: string, ended: () => void) {
    const { hostname, port, pathname, search, host } = new URL(address);
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const head = [
      `GET ${pathname}${search} HTTP/1.1`,
      `Host: ${host}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${KEY}`,
    ];
    this.#socket.write(`${head.join("\r\n")}${HEAD_ENDS}`);
    this.#socket.on("data", (bytes) => this.#read(bytes));
    // What went wrong is told by the close that follows.
    this.#socket.on("error", () => undefined);
    this.#socket.on("close", () => {
      ended();
      this.onclose?.call(this as never, undefined as never);
    });
  }

  send(message: string | ArrayBufferLike | ArrayBufferView | Blob): void {
    const isText = typeof message === "string";
    const bytes = isText ? Buffer.from(message) : Buffer.from(message as Uint8Array);
    const isShort = bytes.length < LENGTH_IN_TWO_BYTES;
    const head = Buffer.alloc(isShort ? 2 : 4);
    head[0] = FINAL | (isText ? TEXT : BINARY);
    head[1] = MASKED | (isShort ? bytes.length : LENGTH_IN_TWO_BYTES);
    if (!isShort) head.writeUInt16BE(bytes.length, 2);
    this.#socket.write(Buffer.concat([head, ZERO_MASK, bytes]));
  }

  close(): void {
    if (this.#isOpen) this.#socket.end(CLOSE);
    else this.#socket.destroy();
  }

  /** Cuts the line without a word. */
  cut(): void {
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    let rest = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes]);
    if (!this.#isOpen) {
      const ends = rest.indexOf(HEAD_ENDS);
      this.#isOpen = ends >= 0 && rest.includes(" 101 ");
      rest = this.#isOpen ? rest.subarray(ends + HEAD_ENDS.length) : rest;
    }
    while (this.#isOpen && rest.length >= 2) {
      const short = rest.readUInt8(1);
      const headBytes = short < LENGTH_IN_TWO_BYTES ? 2 : 4;
      if (rest.length < headBytes) break;
      const ends = headBytes + (headBytes === 2 ? short : rest.readUInt16BE(2));
      if (rest.length < ends) break;
      this.#tell(rest.readUInt8(0) & 15, rest.subarray(headBytes, ends));
      rest = rest.subarray(ends);
    }
    this.#unread = rest;
  }

  #tell(kind: number, bytes: Buffer): void {
    if (kind !== TEXT && kind !== BINARY) return;
    const carried = kind === TEXT ? bytes.toString() : Uint8Array.from(bytes).buffer;
    this.onmessage?.call(this as never, { [MESSAGE]: carried } as never);
  }
}

/** What the platform calls a message's content. */
const MESSAGE = "data";
