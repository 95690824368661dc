// Redis line: the way between a store and its Redis, over which a test holds requests or replies
// back, lets them go, or cuts what is open. It reads nothing of what passes.
import { once } from "node:events";
import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { SIGN_IN } from "./redisServer.ts";

type Direction = "requests" | "replies";

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** Bytes on their way that were held back. */
  readonly held: Record<Direction, Buffer[]>;
}

export class RedisLine {
  readonly port: number;
  readonly #listener: Server;
  readonly #pairs = new Set<Pair>();
  readonly #holds: Record<Direction, boolean> = { requests: false, replies: false };

  private constructor(port: number, listener: Server) {
    this.port = port;
    this.#listener = listener;
  }

  /** Opens a line to the Redis on that port. */
  static async open(redisPort: number): Promise<RedisLine> {
    const listener = createServer().listen(0, "127.0.0.1");
    await once(listener, "listening");
    const address = listener.address();
    if (address === null || typeof address === "string") throw new Error("no port to be had");
    const line = new RedisLine(address.port, listener);
    listener.on("connection", (client) => line.#join(client, redisPort));
    return line;
  }

  get url(): string {
    return `redis://${SIGN_IN}@127.0.0.1:${this.port}`;
  }

  /** Bytes held back so far. */
  heldBytes(direction: Direction): number {
    const lengths = [...this.#pairs].flatMap(({ held }) => held[direction].map((b) => b.length));
    return lengths.reduce((sum, length) => sum + length, 0);
  }

  hold(direction: Direction): void {
    this.#holds[direction] = true;
  }

  /** Delivers what was held, in order, and holds no more. */
  release(direction: Direction): void {
    this.#holds[direction] = false;
    for (const { client, server, held } of this.#pairs) {
      const to = direction === "requests" ? server : client;
      for (const bytes of held[direction].splice(0)) to.write(bytes);
    }
  }

  /** Forgets what was held, as if it had been lost on the way, and holds no more. */
  drop(direction: Direction): void {
    for (const { held } of this.#pairs) held[direction].splice(0);
    this.release(direction);
  }

  /** Cuts the store's ends. What was held of its requests may still be released. */
  cut(): void {
    for (const { client } of this.#pairs) client.destroy();
  }

  async close(): Promise<void> {
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
    this.#listener.close();
    await once(this.#listener, "close");
  }

  #join(client: Socket, redisPort: number): void {
    const server = dial(redisPort, "127.0.0.1");
    const pair: Pair = { client, server, held: { requests: [], replies: [] } };
    this.#pairs.add(pair);
    this.#carry(pair, "requests");
    this.#carry(pair, "replies");
    server.once("close", () => {
      this.#pairs.delete(pair);
      client.destroy();
    });
    client.once("close", () => {
      if (pair.held.requests.length === 0) server.destroy();
    });
    // Cut lines are what this is for; the closing that follows says enough.
    for (const socket of [client, server]) socket.on("error", () => undefined);
  }

  #carry({ client, server, held }: Pair, direction: Direction): void {
    const [from, to] = direction === "requests" ? [client, server] : [server, client];
    from.on("data", (bytes: Buffer) => {
      if (this.#holds[direction]) held[direction].push(bytes);
      else to.write(bytes);
    });
  }
}
