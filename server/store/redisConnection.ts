// Redis connection: one socket to one Redis server, over ioredis, with everything switched off that
// would send a command later or twice: an answer is this command's answer, or there is none.

import { Redis, type RedisOptions, ReplyError } from "ioredis";
import type { Clock } from "../../shared/clock.ts";
import type { ServerAddress } from "./redisUrl.ts";
import type { Reply } from "./replies.ts";
import type { Script } from "./scripts.ts";
import { StoreAway } from "./store.ts";

export type RedisArgument = string | number | Uint8Array;

/**
 * A connection that owes an answer for this long is given up and opened anew. Half the life of a
 * node's key: a node whose Redis is silent knows before others take it for dead.
 */
const SILENCE_MS_MAX = 2_000;

/** What an operator can do about a refusal; other refusals are answered by the server itself. */
const REMEDIES: Readonly<Record<string, string>> = {
  OOM: "Redis is full: raise its maxmemory or make room; rooms go on by themselves then",
  READONLY: "this Redis is a replica: lead REDIS_URL to the master, or wait for the fail-over",
  NOPERM: "give the user in REDIS_URL the rights that the README lists",
  MISCONF: "Redis cannot write its file: look at its disk and its log",
  NOREPLICAS: "fewer replicas follow than min-replicas-to-write asks for: look at them",
};

/** Redis answered with an error; whatever was asked was not done. */
export class RedisRefusal extends Error {
  /** The error's first word, such as MOVED, OOM or NOPERM. */
  readonly code: string;

  constructor(message: string) {
    const code = message.split(" ", 1)[0] ?? "";
    const remedy = REMEDIES[code];
    super(remedy === undefined ? message : `${message} (${remedy})`);
    this.code = code;
  }
}

/** What one run of a script is given. */
export interface ScriptCall {
  readonly keys: readonly string[];
  readonly args: readonly RedisArgument[];
}

export interface RedisConnectionOptions {
  /** Shows in Redis' list of clients. */
  readonly name: string;
  /** The connection was ready and is not, or was not and is. */
  readonly onChange?: () => void;
  /** Something was published on a channel that this connection subscribed to. */
  readonly onMessage?: (channel: string, message: Uint8Array) => void;
}

export class RedisConnection {
  readonly #redis: Redis;
  #trouble = "not connected yet";
  #wasReady = false;

  /** Connects at once, and again whenever the connection is lost, until it is closed. */
  constructor(address: ServerAddress, { name, onChange, onMessage }: RedisConnectionOptions) {
    const change = (isReady: boolean) => {
      if (this.#wasReady === isReady) return;
      this.#wasReady = isReady;
      onChange?.();
    };
    this.#redis = new Redis({
      ...optionsOf(address),
      connectionName: name,
      replyMapping: "legacy",
    })
      .on("error", (error: NodeJS.ErrnoException) => {
        // A host with several addresses fails with a list of errors and no message.
        this.#trouble = error.message || (error.code ?? error.name);
      })
      .on("ready", () => {
        this.#trouble = "the connection was closed";
        change(true);
      })
      .on("close", () => change(false));
    if (onMessage === undefined) return;
    this.#redis.on("smessageBuffer", (channel: Buffer, message: Buffer) =>
      onMessage(channel.toString(), message),
    );
  }

  /** Redis has loaded what it keeps and answers. */
  get isReady(): boolean {
    return this.#redis.status === "ready";
  }

  /** What went wrong last, for people. */
  get trouble(): string {
    return this.#trouble;
  }

  /** Rejects with StoreAway if it cannot be had within `SILENCE_MS_MAX`. */
  async untilReady(clock: Clock): Promise<void> {
    if (this.isReady) return;
    await new Promise<void>((resolve, reject) => {
      const cancel = clock.after(SILENCE_MS_MAX, () => {
        this.#redis.off("ready", done);
        reject(new StoreAway(`Redis is away: ${this.#trouble}`));
      });
      const done = () => {
        cancel();
        resolve();
      };
      this.#redis.once("ready", done);
    });
  }

  /** Rejects with RedisRefusal if Redis says no, with StoreAway if no answer came. */
  async call(command: string, ...parts: readonly RedisArgument[]): Promise<Reply> {
    try {
      // Binary replies have exactly the shapes of Reply: nothing here asks for maps or doubles.
      return (await this.#redis.callBuffer(command, parts.map(asArgument))) as Reply;
    } catch (error) {
      throw this.#failureOf(error);
    }
  }

  /** Runs a script by its name, sending its text where Redis does not know it. */
  async run(script: Script, { keys, args }: ScriptCall): Promise<Reply> {
    try {
      return await this.call("EVALSHA", script.sha1, keys.length, ...keys, ...args);
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return await this.#runText(script, { keys, args });
    }
  }

  /** Several runs of a script, sent in one piece. Each has its own reply or failure. */
  async runAll(
    script: Script,
    calls: readonly ScriptCall[],
  ): Promise<readonly (Reply | RedisRefusal | StoreAway)[]> {
    const pipeline = this.#redis.pipeline();
    for (const { keys, args } of calls) {
      const parts = [script.sha1, keys.length, ...keys, ...args];
      pipeline.callBuffer("EVALSHA", parts.map(asArgument));
    }
    const results = (await pipeline.exec()) ?? [];
    return await Promise.all(
      calls.map(async (call, at) => {
        const [error, reply] = results[at] ?? [new Error("no result")];
        if (!error) return reply as Reply;
        const failure = this.#failureOf(error);
        if (!isUnknownScript(failure)) return failure;
        return this.#runText(script, call).catch((refusal: RedisRefusal | StoreAway) => refusal);
      }),
    );
  }

  async #runText(script: Script, { keys, args }: ScriptCall): Promise<Reply> {
    return await this.call("EVAL", script.source, keys.length, ...keys, ...args);
  }

  #failureOf(error: unknown): RedisRefusal | StoreAway {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof ReplyError) return new RedisRefusal(message);
    // That it did not try again is so on purpose, and says nothing of what is wrong.
    const isGivenUp = error instanceof Error && error.name === "MaxRetriesPerRequestError";
    const why = isGivenUp ? this.#trouble : `${message} (${this.#trouble})`;
    return new StoreAway(`Redis gave no answer: ${why}`);
  }

  /** Lets go of the server and asks again which one it is: it is not what it was taken for. */
  reconnect(): void {
    if (this.isReady) this.#redis.disconnect(true);
  }

  /** Waits for the answers that are due, at most for `SILENCE_MS_MAX`, and lets go of the socket. */
  async close(): Promise<void> {
    if (this.isReady) {
      // Answers come in the order asked. That this one may not come changes nothing: it is over.
      await this.call("PING").catch(() => undefined);
    }
    const isOpen = ["connecting", "connect", "ready"].includes(this.#redis.status);
    const ended = isOpen && new Promise((done) => this.#redis.once("end", done));
    this.#redis.disconnect();
    await ended;
  }
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof RedisRefusal && error.code === "NOSCRIPT";
}

/** ioredis takes a bare Uint8Array for a list of numbers. */
function asArgument(part: RedisArgument): string | Buffer | number {
  return part instanceof Uint8Array
    ? Buffer.from(part.buffer, part.byteOffset, part.byteLength)
    : part;
}

function optionsOf(address: ServerAddress): RedisOptions {
  return {
    ...placeOf(address),
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.password === undefined ? {} : { password: address.password }),
    db: address.database,
    disableClientInfo: true,
    // Nothing waits here and is sent when the world has changed, and nothing is sent twice.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    socketTimeout: SILENCE_MS_MAX,
    connectTimeout: SILENCE_MS_MAX,
    disconnectTimeout: 500,
    maxLoadingRetryTime: 200,
    retryStrategy: (attempts) => Math.min(25 * 2 ** Math.min(attempts, 5), 500),
  };
}

function placeOf(address: ServerAddress): RedisOptions {
  const tls = address.tls ? { tls: {} } : {};
  switch (address.kind) {
    case "host":
      return { host: address.host, port: address.port, ...tls };
    case "socket":
      return { path: address.path };
    case "sentinel":
      return {
        sentinels: address.sentinels.map((sentinel) => ({ ...sentinel })),
        name: address.master,
        failoverDetector: true,
        sentinelRetryStrategy: (attempts) => Math.min(50 * attempts, 500),
        ...tls,
        ...(address.tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
      };
  }
}
