// Redis server: a real redis-server for tests, alone or as a Cluster, on free ports of the loopback
// with a folder of its own. It can be frozen, killed and started again; it is ended by its handle.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "./freePort.ts";
import { until } from "./until.ts";

export interface RedisServerOptions {
  /** The append-only file; none if not given. */
  readonly fsync?: "always" | "everysec" | "no";
  /** More settings, as on the command line: `["--maxmemory", "1mb"]`. */
  readonly settings?: readonly string[];
}

/**
 * What a production server's user may do in Redis, and nothing else: its own keys and channels, and
 * no command that reads or harms what is not its own.
 */
const ACL_RULES = [
  ...["~hf:*", "&hf:*", "resetchannels", "&hf:*", "-@all", "+@read", "+@write", "+@connection"],
  ...["+@pubsub", "-@dangerous", "-@admin", "+eval", "+evalsha", "+info", "+time"],
  "+cluster|slots",
] as const;

const [NAME, PASSWORD] = ["holdfast", "limited"] as const;

/** Every redis-server of the tests has a user with these rights, and the product signs in as that one. */
export const USER = ["--user", NAME, "on", `>${PASSWORD}`, ...ACL_RULES] as const;
export const SIGN_IN = `${NAME}:${PASSWORD}`;

/**
 * Nobody comes in without a name. The rights stay: while Redis loads its append-only file it runs each
 * transaction in it as this user, and leaves out, with a line in its log, what that one may not do.
 */
export const DEFAULT_OFF = ["--user", "default", "off", "~*", "&*", "+@all"] as const;

const started = new Set<RedisServer>();

/** Stops every server that still runs: a test that failed did not come to stopping its own. */
export async function stopServers(): Promise<void> {
  await Promise.all([...started].map((server) => server.stop()));
}

export class RedisServer {
  readonly port: number;
  readonly directory: string;
  readonly #settings: readonly string[];
  #process: ChildProcess | undefined;

  constructor(port: number, directory: string, settings: readonly string[]) {
    this.port = port;
    this.directory = directory;
    this.#settings = settings;
  }

  /** For a server of the product, which signs in as the user that has no more rights than it needs. */
  get url(): string {
    return `redis://${SIGN_IN}@127.0.0.1:${this.port}`;
  }

  /** For whoever may do everything. */
  get operatorUrl(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it, again on the same port and folder if it ran before, and waits until it has loaded. */
  async start(): Promise<void> {
    await this.launch();
    await until(`the Redis on port ${this.port} answers`, async () =>
      this.command("PING").then(
        () => true,
        () => false,
      ),
    );
  }

  /** Starts it and does not wait. */
  async launch(): Promise<void> {
    const child = spawn("redis-server", [...this.#settings], {
      cwd: this.directory,
      stdio: "ignore",
    });
    this.#process = child;
    started.add(this);
    await once(child, "spawn");
  }

  /** Asks as an operator would, over a connection of its own; as the product where nobody else comes in. */
  async command(...words: readonly (string | number)[]): Promise<unknown> {
    const [name = "", ...args] = words;
    const operator = new Redis({
      port: this.port,
      host: "127.0.0.1",
      lazyConnect: true,
      ...(DEFAULT_OFF.every((word) => this.#settings.includes(word))
        ? { username: NAME, password: PASSWORD }
        : {}),
      // An operator sees a server that loads as well.
      enableReadyCheck: false,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
    });
    // Why it cannot be reached comes with the answer.
    operator.on("error", () => undefined);
    try {
      await operator.connect();
      return await operator.call(String(name), ...args);
    } finally {
      operator.disconnect();
    }
  }

  /** Stops it in the middle of whatever it does: it keeps its sockets and answers nothing. */
  freeze(): void {
    this.#process?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#process?.kill("SIGCONT");
  }

  /** kill -9: what is not on the disk is gone. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  async stop(): Promise<void> {
    await this.kill();
    started.delete(this);
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** A redis-server that answers. */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const server = await newServer(options.settings ?? [], options.fsync);
  await server.start();
  return server;
}

async function newServer(
  settings: readonly string[],
  fsync: RedisServerOptions["fsync"],
): Promise<RedisServer> {
  const port = await freePort();
  return new RedisServer(port, await mkdtemp(join(tmpdir(), "redis-")), [
    ...["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--logfile", "redis.log"],
    ...USER,
    ...(fsync === undefined ? [] : ["--appendonly", "yes", "--appendfsync", fsync]),
    ...settings,
  ]);
}

export interface RedisCluster {
  readonly masters: readonly RedisServer[];
  readonly replicas: readonly RedisServer[];
  readonly url: string;
  stop(): Promise<void>;
}

const SLOT_COUNT = 16_384;

/** A Cluster of three masters that serves every slot; with `replicas`, one for each of so many masters. */
export async function startRedisCluster(replicaCount = 0): Promise<RedisCluster> {
  const servers = await Promise.all(
    Array.from({ length: 3 + replicaCount }, async () => {
      const busPort = await freePort();
      return startRedisServer({
        settings: [
          ...["--cluster-enabled", "yes", "--cluster-port", String(busPort)],
          ...["--cluster-node-timeout", "1000", "--cluster-require-full-coverage", "no"],
          ...["--cluster-replica-validity-factor", "0", "--repl-diskless-sync-delay", "0"],
        ],
      });
    }),
  );
  const masters = servers.slice(0, 3);
  const replicas = servers.slice(3);
  await joinCluster(masters, replicas);
  return {
    masters,
    replicas,
    url: `redis+cluster://${SIGN_IN}@${masters.map(({ port }) => `127.0.0.1:${port}`).join(",")}`,
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

async function joinCluster(
  masters: readonly RedisServer[],
  replicas: readonly RedisServer[],
): Promise<void> {
  const servers = [...masters, ...replicas];
  const share = Math.ceil(SLOT_COUNT / masters.length);
  for (const [index, master] of masters.entries()) {
    const last = Math.min((index + 1) * share, SLOT_COUNT) - 1;
    await master.command("CLUSTER", "ADDSLOTSRANGE", index * share, last);
    await master.command("CLUSTER", "SET-CONFIG-EPOCH", index + 1);
  }
  for (const server of servers.slice(1)) {
    const busPort = await busPortOf(server);
    await masters[0]?.command("CLUSTER", "MEET", "127.0.0.1", server.port, busPort);
  }
  await until("all servers of the Cluster know each other", async () => {
    const known = await Promise.all(servers.map((server) => server.command("CLUSTER", "NODES")));
    return known.every((nodes) => String(nodes).trim().split("\n").length === servers.length);
  });
  for (const [index, replica] of replicas.entries()) {
    const master = await masters[index]?.command("CLUSTER", "MYID");
    await replica.command("CLUSTER", "REPLICATE", String(master));
  }
  await until("the Cluster serves every slot, and its replicas follow", async () => {
    const states = await Promise.all(masters.map((server) => server.command("CLUSTER", "INFO")));
    const links = await Promise.all(
      replicas.map((server) => server.command("INFO", "replication")),
    );
    return (
      states.every((state) =>
        /cluster_state:ok[\s\S]*cluster_slots_ok:16384/.test(String(state)),
      ) && links.every((link) => String(link).includes("master_link_status:up"))
    );
  });
}

export interface RedisSentinel {
  readonly master: RedisServer;
  readonly replica: RedisServer;
  readonly url: string;
  stop(): Promise<void>;
}

/** A master and its replica, watched by a Sentinel that promotes the replica when the master ends. */
export async function startRedisSentinel(): Promise<RedisSentinel> {
  const master = await startRedisServer();
  const replica = await startRedisServer({
    settings: ["--replicaof", `127.0.0.1 ${master.port}`, "--repl-diskless-sync-delay", "0"],
  });
  await until("the replica follows", async () =>
    String(await replica.command("INFO", "replication")).includes("master_link_status:up"),
  );
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), "redis-"));
  const settings = [
    ...[`port ${port}`, "bind 127.0.0.1", `sentinel monitor holdfast 127.0.0.1 ${master.port} 1`],
    ...["sentinel down-after-milliseconds holdfast 300", "sentinel failover-timeout holdfast 2000"],
  ];
  await writeFile(join(directory, "sentinel.conf"), `${settings.join("\n")}\n`);
  const sentinel = new RedisServer(port, directory, ["sentinel.conf", "--sentinel"]);
  await sentinel.start();
  await until("the Sentinel knows the replica", async () => {
    const replicas = (await sentinel.command("SENTINEL", "REPLICAS", "holdfast")) as unknown[];
    return replicas.length === 1;
  });
  return {
    master,
    replica,
    url: `redis+sentinel://${SIGN_IN}@127.0.0.1:${port}/holdfast`,
    stop: async () => {
      await Promise.all([sentinel, replica, master].map((server) => server.stop()));
    },
  };
}

async function busPortOf(server: RedisServer): Promise<number> {
  const [, port] = (await server.command("CONFIG", "GET", "cluster-port")) as string[];
  return Number(port);
}
