// Metrics: what is counted and measured, for whoever runs the server at night. The only importer of
// prom-client; it holds numbers and closed sets of words, never an id, a name or an address.

import { createServer, type Server } from "node:http";
import { AggregatorRegistry, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { NoticeMessage } from "../shared/protocol.ts";
import type { Reason } from "../shared/reasons.ts";
import type { Item } from "./node/item.ts";
import type { TakeOverCause } from "./room/claiming.ts";
import type { AnswerKind } from "./room/turn.ts";

type ItemKind = Item["kind"];

/** Counts what happened, under a word of a closed set. Costs an addition: it is read when asked for. */
export interface Tally<Word extends string> {
  add(word: Word, count?: number): void;
}

/** How many there are now. */
export interface Level {
  add(difference: number): void;
  set(count: number): void;
}

/** How many there are of each kind now, counted when asked for. */
export interface Census {
  /** Whom to ask; the newest counts. */
  ask(count: () => ReadonlyMap<string, number>): void;
}

/** How long something takes, in milliseconds. */
export interface Duration {
  observe(durationMs: number): void;
}

export interface Metrics {
  readonly connections: Level;
  /** Connections that asked to be admitted, by what became of that: "admitted", "held" or the reason. */
  readonly admissions: Tally<string>;
  readonly closings: Tally<Reason>;
  readonly refusals: Tally<Reason>;
  readonly identities: Tally<"guest">;
  readonly sessionsOpened: Tally<"guest" | "player" | "moderator" | "admin">;
  readonly touches: Tally<"touched" | "ended" | "revoked" | "lost" | "away">;
  /** By game. */
  readonly rooms: Census;
  readonly ticks: Tally<"on-time" | "late">;
  readonly tickMs: Duration;
  readonly appends: Tally<"appended" | "fenced" | "missing" | "behind" | "unknown">;
  readonly appendMs: Duration;
  readonly frames: Tally<"binary" | "json">;
  /** What a client got to catch up with. */
  readonly resumes: Tally<AnswerKind>;
  readonly snapshots: Tally<"kept" | "fenced" | "missing">;
  /** Rooms that came into this node's memory out of the store, by what for. */
  readonly takeOvers: Tally<TakeOverCause>;
  /** Rooms that could not be had, by the reason; "elsewhere" is another node's. */
  readonly takeOversFailed: Tally<Reason | "elsewhere">;
  readonly takeOverMs: Duration;
  readonly putAway: Tally<"parked" | "ended" | "forsaken">;
  /** Rooms that stood still because nobody knew what their log has, by why that was not known. */
  readonly standstills: Tally<"unknown" | "missing" | "behind">;
  readonly standstillMs: Duration;
  /** Rooms that stand still now, by game. */
  readonly roomsStill: Census;
  /** What rooms told connections beside the game. */
  readonly notices: Tally<NoticeMessage["kind"]>;
  /** Items between this node and others; "broken": something between two nodes was lost for good. */
  readonly relayed: Tally<`${"sent" | "heard"}-${ItemKind}` | "broken">;
  readonly relayedBytes: Tally<"sent" | "heard">;
  /** Nodes that live, by what this one knows. */
  readonly nodes: Level;
  /** Other nodes that ended; "left" if they said so. */
  readonly nodesDied: Tally<"died" | "left">;
  readonly storeChanges: Tally<"away" | "back">;
  /** What the store refused, by the first word of its answer. */
  readonly storeRefusals: Tally<string>;
  readonly requests: Tally<string>;
  /** Everything in the text format that Prometheus reads. */
  text(): Promise<string>;
  /** The same as plain values, to be summed over processes with `sumOfCounts`. */
  counts(): Promise<unknown>;
}

/** What the gate counts, and what the rooms of a node do. */
export type GateMetrics = Pick<Metrics, "closings" | "refusals" | "frames" | "resumes">;
export type RoomMetrics = Pick<
  Metrics,
  | ("ticks" | "tickMs" | "appends" | "appendMs" | "snapshots" | "notices" | "putAway")
  | ("takeOvers" | "takeOversFailed" | "takeOverMs" | "standstills" | "standstillMs")
>;
/** What a node among others counts. */
export type NodeMetrics = RoomMetrics &
  Pick<Metrics, "relayed" | "relayedBytes" | "nodes" | "nodesDied">;

/** From a fifth of a millisecond to a second and more: what a tick or an append may take. */
const DURATION_BUCKETS_MS = [0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];
/** What a person notices, up to a minute. */
const WAIT_BUCKETS_MS = [5, 10, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000];

/** What a process takes, and which build it runs. */
export interface OwnCost {
  readonly version: string;
  memoryBytes(): number;
  /** The longest wait of 99 in 100 turns of the event loop since it was asked last. */
  takeLagSeconds(): number;
}

/** With `own` also of the process itself, under the names that every dashboard knows. */
export function openMetrics(own?: OwnCost): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const tally = <Word extends string>(name: string, help: string): Tally<Word> => {
    const counted = new Map<string, number>();
    const collect = function collect(this: Counter<"kind">) {
      this.reset();
      for (const [kind, count] of counted) this.inc({ kind }, count);
    };
    new Counter({ name: named(name), help, labelNames: ["kind"], registers, collect });
    return { add: (word, count = 1) => void counted.set(word, (counted.get(word) ?? 0) + count) };
  };
  const census = (name: string, help: string): Census => {
    let count = (): ReadonlyMap<string, number> => new Map();
    const collect = function collect(this: Gauge<"kind">) {
      this.reset();
      for (const [kind, number] of count()) this.set({ kind }, number);
    };
    new Gauge({ name: named(name), help, labelNames: ["kind"], registers, collect });
    return {
      ask(asked) {
        count = asked;
      },
    };
  };
  const level = (name: string, help: string, aggregator: "sum" | "max" = "sum"): Level => {
    const gauge = new Gauge({ name: named(name), help, registers, aggregator });
    return { add: (difference) => gauge.inc(difference), set: (count) => gauge.set(count) };
  };
  const duration = (name: string, help: string, buckets = DURATION_BUCKETS_MS): Duration => {
    const histogram = new Histogram({ name: named(name), help, buckets, registers });
    return { observe: (durationMs) => histogram.observe(durationMs) };
  };
  if (own !== undefined) addOwnCost(own, registers);
  return {
    connections: level("connections", "Live connections"),
    admissions: tally("admissions_total", "Handshakes by outcome"),
    closings: tally("closings_total", "Connections ended by the server, by reason"),
    refusals: tally("refusals_total", "Messages refused, by reason"),
    identities: tally("identities_total", "Identities made, by role"),
    sessionsOpened: tally("sessions_opened_total", "Sessions opened, by role"),
    touches: tally("touches_total", "Session ends moved, by outcome"),
    rooms: census("rooms", "Rooms hosted here, by game"),
    ticks: tally("ticks_total", "Turns of rooms, by whether they came within a beat of their time"),
    tickMs: duration(
      "tick_ms",
      "Time one turn of a room takes, the mean of those that ran together",
    ),
    appends: tally("appends_total", "Log entries written, by outcome"),
    appendMs: duration("append_ms", "Time until an append is answered"),
    frames: tally("frames_total", "Frames for a connection, by form"),
    resumes: tally("resumes_total", "Answers to whoever came back, by kind"),
    snapshots: tally("snapshots_total", "Snapshots written, by outcome"),
    takeOvers: tally("take_overs_total", "Rooms loaded from the store, by what for"),
    takeOversFailed: tally("take_overs_failed_total", "Rooms that could not be had, by reason"),
    takeOverMs: duration("take_over_ms", "Time to read and claim a room", WAIT_BUCKETS_MS),
    putAway: tally("rooms_put_away_total", "Rooms put away, by how"),
    standstills: tally("standstills_total", "Rooms that stood still, by what of the log was wrong"),
    standstillMs: duration("standstill_ms", "Time a room stood still", WAIT_BUCKETS_MS),
    roomsStill: census("rooms_still", "Rooms that stand still now, by game"),
    notices: tally("notices_total", "Notices of rooms to connections, by kind"),
    relayed: tally("relayed_total", "Items between nodes, by direction and kind"),
    relayedBytes: tally("relayed_bytes_total", "Bytes between nodes, by direction"),
    nodes: level("nodes", "Nodes that live, as known here", "max"),
    nodesDied: tally("nodes_died_total", "Other nodes that this one saw end, by how"),
    storeChanges: tally("store_changes_total", "Times the store went away and came back"),
    storeRefusals: tally("store_refusals_total", "What the store refused, by its own word"),
    requests: tally("http_requests_total", "HTTP requests by class of status"),
    text: () => registry.metrics(),
    counts: () => registry.getMetricsAsJSON(),
  };
}

function addOwnCost(
  { version, memoryBytes, takeLagSeconds }: OwnCost,
  registers: Registry[],
): void {
  const gauge = (
    given: { readonly name: string; readonly help: string; readonly aggregator: "sum" | "max" },
    read: () => number,
  ) => {
    const collect = function collect(this: Gauge) {
      this.set(read());
    };
    new Gauge({ ...given, registers, collect });
  };
  // Of several processes each takes memory, and the one that is worst off counts.
  gauge(
    {
      name: "process_resident_memory_bytes",
      help: "Memory of the process",
      aggregator: "sum",
    },
    memoryBytes,
  );
  gauge(
    {
      name: "nodejs_eventloop_lag_p99_seconds",
      help: "99th percentile of what a turn of the event loop took since it was read last",
      aggregator: "max",
    },
    takeLagSeconds,
  );
  const labelNames = ["version", "node"];
  const help = "1, with the versions of Holdfast and Node.js";
  new Gauge({ name: named("build_info"), help, labelNames, registers, aggregator: "max" }).set(
    { version, node: process.version },
    1,
  );
}

const named = (name: string): string => `holdfast_${name}`;

/** The text for the counts of several processes of this build together. */
export function sumOfCounts(counts: readonly unknown[]): Promise<string> {
  // They come from `counts` of the same library, by way of JSON.
  return AggregatorRegistry.aggregate([...counts] as object[]).metrics();
}

export interface MetricsPort {
  readonly port: number;
  readonly metrics: Pick<Metrics, "text">;
}

/** Serves the metrics on loopback alone: they tell a stranger how busy the house is. */
export async function serveMetrics({ port, metrics }: MetricsPort): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { "Content-Type": "text/plain; version=0.0.4" }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((done, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", done);
  });
  return server;
}
