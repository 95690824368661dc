// Proxy: a TCP line between a client and a server that a test can delay, cut, black-hole or leave
// half open. It moves bytes; it never looks into them.

import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export type Direction = "up" | "down";

interface Line {
  readonly client: Socket;
  readonly server: Socket;
}

export class TcpProxy {
  readonly #server: Server;
  readonly #lines = new Set<Line>();
  /** Where new lines lead. */
  targetPort: number;
  /** Bytes of each direction are swallowed while it is in here; both ends believe the line is fine. */
  readonly #swallowed = new Set<Direction>();
  /** Whether new lines are refused at once. */
  refusing = false;
  /** One-way delay of every chunk, in ms. */
  delayMs = 0;
  /** The next lines are cut after this many bytes to the client; undefined for never. */
  cutAfterBytes: number | undefined;
  /** Lines that were opened through it. */
  lineCount = 0;

  private constructor(server: Server, targetPort: number) {
    this.#server = server;
    this.targetPort = targetPort;
  }

  static async open(targetPort: number): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server, targetPort);
    server.on("connection", (client) => proxy.#accept(client));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Ends every line with a FIN to both ends. */
  cut(): void {
    for (const { client, server } of this.#lines) {
      client.end();
      server.end();
    }
  }

  /** Ends every line with a RST to both ends. */
  reset(): void {
    for (const { client, server } of this.#lines) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /** Swallows bytes of one or both directions; nobody is told. */
  swallow(...directions: readonly Direction[]): void {
    for (const direction of directions) this.#swallowed.add(direction);
  }

  /** Lets new bytes through again. Lines that lost some are of no use any more and are cut. */
  heal(): void {
    const lossy = this.#swallowed.size > 0;
    this.#swallowed.clear();
    this.refusing = false;
    this.cutAfterBytes = undefined;
    if (lossy) this.reset();
  }

  async close(): Promise<void> {
    this.reset();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(client: Socket): void {
    if (this.refusing) {
      client.resetAndDestroy();
      return;
    }
    this.lineCount++;
    const server = connect(this.targetPort, "127.0.0.1");
    const line = { client, server };
    this.#lines.add(line);
    let leftBytes = this.cutAfterBytes ?? Number.POSITIVE_INFINITY;
    this.#pipe(line, "up", (chunk) => chunk);
    this.#pipe(line, "down", (chunk) => {
      const passed = chunk.subarray(0, leftBytes);
      leftBytes -= passed.length;
      if (leftBytes > 0) return passed;
      client.end(passed);
      server.destroy();
      return Buffer.alloc(0);
    });
    for (const end of [client, server]) {
      end.setNoDelay(true);
      end.on("error", () => end.destroy());
      // One end may outlive the other: what its bytes were swallowed of is not told that it has gone.
      end.on("close", () => {
        if (client.destroyed && server.destroyed) this.#lines.delete(line);
      });
    }
  }

  #pipe(line: Line, direction: Direction, pass: (chunk: Buffer) => Buffer): void {
    const [from, to] = direction === "up" ? [line.client, line.server] : [line.server, line.client];
    from.on("data", (chunk: Buffer) => {
      void this.#deliver(() => {
        const passed = pass(chunk);
        if (passed.length > 0 && to.writable && !this.#swallowed.has(direction)) to.write(passed);
      });
    });
    from.on("end", () => {
      void this.#deliver(() => {
        if (!this.#swallowed.has(direction)) to.end();
      });
    });
    from.on("close", () => {
      if (!this.#swallowed.has(direction)) to.destroy();
    });
  }

  async #deliver(act: () => void): Promise<void> {
    if (this.delayMs > 0) await sleep(this.delayMs);
    act();
  }
}
