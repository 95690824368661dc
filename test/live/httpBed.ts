// HTTP bed: the server's own HTTP part on a free port of loopback, over the in-process store, and a
// client that sends exactly the bytes it is told to.

import { type IncomingHttpHeaders, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";
import type { OutsideConfig } from "../../server/config.ts";
import { addressGroup } from "../../server/http/address.ts";
import { httpApp } from "../../server/http/app.ts";
import { createHttpServer } from "../../server/http/listen.ts";
import { readPages } from "../../server/http/pages.ts";
import { openLog } from "../../server/log.ts";
import { openMetrics } from "../../server/metrics.ts";
import { Lobby } from "../../server/room/lobby.ts";
import { openPeople } from "../../server/session/people.ts";
import { systemClock } from "../../shared/clock.ts";
import { adventure } from "../../shared/games/adventure/adventure.ts";
import { arena } from "../../shared/games/arena.ts";
import { nim } from "../../shared/games/nim.ts";
import type { NodeId } from "../../shared/ids.ts";
import { seededRandom } from "../../shared/random.ts";
import { CHEAP, leveredStore, SECRETS } from "../rules/peopleScene.ts";

export interface HttpBedOptions {
  readonly production?: boolean;
  readonly allowedOrigins?: readonly string[];
  readonly trustedProxies?: readonly string[];
  /** Folder of built pages; without one there are none. */
  readonly pages?: string;
  /** Whether loopback counts as an address like any other. */
  readonly limited?: boolean;
  readonly outside?: OutsideConfig;
}

/** Whoever makes one stops it. */
export async function httpBed(options: HttpBedOptions = {}) {
  const { production = false, allowedOrigins = [], trustedProxies = [] } = options;
  const clock = systemClock;
  const store = await leveredStore(clock);
  const metrics = openMetrics();
  const lines: string[] = [];
  const log = openLog({
    level: "debug",
    node: "bed",
    terminal: false,
    write: (line) => lines.push(line),
  });
  const groupOf = (address: string) => (options.limited ? addressGroup(address) : undefined);
  const people = await openPeople({
    ...{ store, clock, metrics, log, groupOf },
    node: "nodeoftest" as NodeId,
    random: seededRandom(1),
    config: { production, secrets: SECRETS, dataDirectory: "never used" },
    passwordCost: CHEAP,
    outside: options.outside,
    words: ["nim", "arena"],
  });
  const state = { isReady: true };
  const app = httpApp({
    ...{ store, clock, metrics, log, groupOf, trustedProxies },
    ...people,
    rooms: new Lobby({ store, clock, games: new Map() }),
    games: [nim, arena, adventure],
    pages: readPages(options.pages ?? "no such folder", { sourceMaps: !production }),
    origins: { allowed: new Set(allowedOrigins), ownHost: allowedOrigins.length === 0 },
    isReady: () => state.isReady,
  });
  const server = createHttpServer(app, { secure: production });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ people, store, lines, server, port, state, metrics },
    ask: (line: string, asked?: Asked) => ask(port, line, asked),
    stop: () => stop(server, people),
  };
}

export type Bed = Awaited<ReturnType<typeof httpBed>>;

const opened: Bed[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((bed) => bed.stop()));
});

/** A bed that stops with the test. */
export async function openBed(options?: HttpBedOptions): Promise<Bed> {
  const bed = await httpBed(options);
  opened.push(bed);
  return bed;
}

async function stop(server: Server, people: { stop(): Promise<void> }): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await people.stop();
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as it is if it is text. */
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  /** The body as JSON; undefined if it is none. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
  /** The value of the cookie that was set, if one was. */
  readonly cookie: string | undefined;
}

/** Asks with a method and a path, as "GET /healthz". */
export function ask(
  port: number,
  line: string,
  { headers = {}, body }: Asked = {},
): Promise<Answer> {
  const [method = "GET", path = "/"] = line.split(" ");
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const type = text === undefined ? {} : { "Content-Type": "application/json" };
  return new Promise((resolve, reject) => {
    const asking = request(
      { port, host: "127.0.0.1", method, path, headers: { ...type, ...headers }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const bytes = Buffer.concat(chunks);
          resolve(answerOf(response.statusCode ?? 0, response.headers, bytes));
        });
      },
    );
    asking.on("error", reject);
    asking.end(text);
  });
}

function answerOf(status: number, headers: IncomingHttpHeaders, bytes: Buffer): Answer {
  const text = bytes.toString("utf8");
  const isJson = headers["content-type"]?.startsWith("application/json") ?? false;
  const cookie = /^[^=]+=([^;]+)/.exec(headers["set-cookie"]?.[0] ?? "")?.[1];
  return { status, headers, bytes, text, json: isJson ? JSON.parse(text) : undefined, cookie };
}
