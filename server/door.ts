// Door: how connections come to this process: through a port of its own, or from a supervisor that
// holds the port for several. It opens and closes; who may come in is for others.

import type { Server as HttpServer } from "node:http";
import type { Clock } from "../shared/clock.ts";
import type { Config } from "./config.ts";
import { isLoopbackHost } from "./http/address.ts";
import { type Metrics, serveMetrics } from "./metrics.ts";
import type { Role } from "./node/role.ts";
import { serveAsWorker } from "./node/worker.ts";
import { CannotStart } from "./process.ts";

/** A server listens on these; no browser can open them. */
const EVERY_ADDRESS: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

export interface DoorParts {
  readonly http: HttpServer;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly config: Pick<Config, "host" | "port" | "metricsPort">;
  readonly role: Role["kind"];
}

export interface Door {
  /** Where players find the server. */
  readonly url: string;
  /** Whether all processes behind this door end together. */
  readonly allEnd: boolean;
  /** Takes nobody new, and leaves those alone who are here. */
  close(): void;
  /** Lets go of every port. */
  stop(): Promise<void>;
}

/** Rejects if a port cannot be had. */
export async function openDoor(parts: DoorParts): Promise<Door> {
  return parts.role === "worker" ? workerDoor(parts) : await ownDoor(parts);
}

function workerDoor({ http, metrics, clock, config }: DoorParts): Door {
  const worker = serveAsWorker({ http, clock, counts: () => metrics.counts() });
  return {
    url: urlOf(config.host, config.port),
    get allEnd() {
      return worker.isEnding;
    },
    close: () => worker.leave(),
    stop: () => stopped(http),
  };
}

async function ownDoor({ http, metrics, config }: DoorParts): Promise<Door> {
  const { host, port, metricsPort } = config;
  await new Promise<void>((resolve, reject) => {
    http.once("error", (cause) => reject(notOpened(cause, { host, port })));
    http.listen(port, host, () => resolve());
  });
  const address = http.address();
  const taken = typeof address === "object" && address !== null ? address.port : port;
  const counting =
    metricsPort === undefined ? undefined : serveMetrics({ port: metricsPort, metrics });
  const metricsServer = await counting?.catch(async (cause: unknown) => {
    await stopped(http);
    throw cause;
  });
  return {
    url: urlOf(host, taken),
    allEnd: false,
    close: () => void http.close(),
    async stop() {
      await stopped(http);
      if (metricsServer !== undefined) await stopped(metricsServer);
    },
  };
}

/** Why a port cannot be had, for an operator. */
export function notOpened(
  cause: NodeJS.ErrnoException,
  { host, port }: Pick<Config, "host" | "port">,
): Error {
  const remedies: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} is taken. End what listens there, or use another one: PORT=${port + 1} npm start`,
    EACCES: `Port ${port} may not be opened by this user. Use one above 1023, e.g. PORT=3000.`,
    EADDRNOTAVAIL: `${host} is no address of this machine. Use HOST=127.0.0.1, or 0.0.0.0 for all of them.`,
  };
  const remedy = remedies[cause.code ?? ""];
  return remedy === undefined ? cause : new CannotStart(remedy, { cause });
}

/** What a browser of this machine opens. */
export function urlOf(host: string, port: number): string {
  const isHere = isLoopbackHost(host) || EVERY_ADDRESS.has(host);
  const name = host.includes(":") ? `[${host}]` : host;
  return `http://${isHere ? "localhost" : name}:${port}`;
}

function stopped(server: HttpServer): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
