// Gate bed: a real gate on a loopback port with rooms, admission and touches that only note what they
// are asked and answer as a test says, and clients that speak the wire by hand.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket } from "ws";
import { createGate, type Gate } from "../../server/gate/gate.ts";
import type { Admission, GateParts, RequestSeen, Rooms } from "../../server/gate/ports.ts";
import type { LogFields } from "../../server/log.ts";
import { openMetrics } from "../../server/metrics.ts";
import type { RoomInput } from "../../server/room/turn.ts";
import { ByteWriter } from "../../shared/bytes.ts";
import { type Clock, systemClock } from "../../shared/clock.ts";
import { encodeAnswer, encodeStep, lineTag } from "../../shared/frame.ts";
import { defineGame, int, one, u32 } from "../../shared/game.ts";
import type { ConnectionId, IdentityId, NodeId, RoomId, SessionId } from "../../shared/ids.ts";
import type { Handshake } from "../../shared/protocol.ts";
import { until } from "../contract/until.ts";

/** A game that ticks and takes an input, for rooms that play nothing. */
export const pond = defineGame({
  name: "pond",
  version: 1,
  seats: { min: 1, max: 8 },
  tickHz: 20,
  records: { water: one({ level: u32 }) },
  inputs: { steer: { dx: int(-1, 1), dy: int(-1, 1) } },
  rules: {},
});

export const ROOM = "pond0000000001" as RoomId;
export const EPOCH = 1_700_000_000_000;
const TOKEN = "aaaa.bbbb.cccc";
const NODE = "node00000001" as NodeId;

type Logged = { readonly event: string; readonly fields: LogFields | undefined };
type Posted = { readonly room: RoomId; readonly input: RoomInput };

export interface BedOptions {
  readonly clock?: Clock;
  readonly admit?: Admission["admit"];
  readonly find?: Rooms["find"];
  readonly endsInMs?: number;
}

/** A clock on which everything the gate waits for comes sooner. */
export function hurried(factor: number): Clock {
  return {
    now: () => systemClock.now() * factor,
    wallMs: () => systemClock.wallMs(),
    after: (delayMs, callback) => systemClock.after(delayMs / factor, callback),
  };
}

export class GateBed {
  readonly posts: Posted[] = [];
  readonly touches: SessionId[] = [];
  readonly logged: Logged[] = [];
  readonly requests: RequestSeen[] = [];
  /** Ports of the other ends that the gate let in. */
  readonly letIn: (number | undefined)[] = [];
  readonly gate: Gate;
  readonly #server: Server;
  #version = 0;

  private constructor(server: Server, options: BedOptions) {
    this.#server = server;
    const admit: Admission["admit"] =
      options.admit ??
      (async ({ token }) =>
        token === undefined || token === TOKEN
          ? this.admitted("identity0001", options.endsInMs ?? 3_600_000)
          : { kind: "refused", reason: "token-invalid" });
    const parts: GateParts = {
      node: NODE,
      clock: options.clock ?? systemClock,
      metrics: openMetrics(),
      log: {
        note: (event, fields) => this.logged.push({ event, fields }),
        warn: (event, fields) => this.logged.push({ event, fields }),
        fault: (event, fields) => this.logged.push({ event, fields }),
      },
      admission: {
        admit: (handshake, request) => {
          this.requests.push(request);
          return admit(handshake, request);
        },
        left: () => undefined,
      },
      rooms: {
        find:
          options.find ?? (async ({ room }) => ({ kind: "room", room: (room ?? ROOM) as RoomId })),
        post: (room, input) => this.#post(room, input),
        gameOf: () => pond,
      },
      tickets: {
        read: (text) => {
          const [room, session, seat, family, generation] = text.split(".");
          return {
            room: room as RoomId,
            session: session as SessionId,
            claim: { seat: Number(seat), family: Number(family), generation: Number(generation) },
          };
        },
        write: ({ room, session, claim }) =>
          [room, session, claim.seat, claim.family, claim.generation].join("."),
      },
      touches: { touch: (session) => void this.touches.push(session) },
    };
    this.gate = createGate({
      ...parts,
      server,
      origins: { allowed: new Set(["https://play.example.org"]), ownHost: true },
      addressOf: (request) => request.socket.remoteAddress ?? "unknown",
      letIn: ({ remotePort }) => this.letIn.push(remotePort),
    });
  }

  static async start(options: BedOptions = {}): Promise<GateBed> {
    const server = createServer((_request, response) => response.writeHead(404).end());
    const bed = new GateBed(server, options);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return bed;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** TCP connections that the server still holds. */
  async socketCount(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#server.getConnections((error, count) =>
        error === null ? resolve(count) : reject(error),
      ),
    );
  }

  /** Posts of one kind, oldest first. */
  posted<Kind extends RoomInput["kind"]>(kind: Kind): Extract<RoomInput, { kind: Kind }>[] {
    type Wanted = Extract<RoomInput, { kind: Kind }>;
    return this.posts.flatMap(({ input }) => (input.kind === kind ? [input as Wanted] : []));
  }

  admitted(identity: string, endsInMs: number): Awaited<ReturnType<Admission["admit"]>> {
    return {
      kind: "admitted",
      identity: identity as IdentityId,
      session: `session${identity.slice(-4)}` as SessionId,
      revision: 1,
      label: "label",
      name: "Ann",
      role: "guest",
      endsInMs,
    };
  }

  async stop(): Promise<void> {
    await this.gate.close("server-draining");
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  /** Bytes of the next step, and the bookmark it leads to. */
  nextStep(): { readonly bytes: Uint8Array; readonly shown: { epoch: number; version: number } } {
    const version = ++this.#version;
    const writer = new ByteWriter();
    const tag = lineTag(ROOM, EPOCH);
    encodeStep(writer, pond, {
      tag,
      base: version - 1,
      version,
      timeMs: 0,
      changes: [],
      events: [],
    });
    return { bytes: writer.finish(), shown: { epoch: EPOCH, version } };
  }

  /** A step with so many bytes more than its own; no client that decodes it would take them. */
  nextBulkyStep(byteCount: number): ReturnType<GateBed["nextStep"]> {
    const { bytes, shown } = this.nextStep();
    return { bytes: Buffer.concat([bytes, Buffer.alloc(byteCount, 7)]), shown };
  }

  answer(to: ConnectionId, base: number | undefined): void {
    const writer = new ByteWriter();
    const shown = { epoch: EPOCH, version: this.#version };
    const rest = { timeMs: 0, changes: [], events: [], acknowledged: undefined };
    encodeAnswer(writer, pond, { kind: "answer", room: ROOM, ...shown, base, ...rest });
    this.gate.tell(ROOM, [{ kind: "frame", to, bytes: writer.finish(), shown }]);
  }

  /** Seats whoever asks at once, and answers with a whole view. */
  #post(room: RoomId, input: RoomInput): void {
    this.posts.push({ room, input });
    if (input.kind !== "join" && input.kind !== "resume") return;
    const { connection: to, session, frames } = input.arrival;
    const seated = {
      room,
      game: "pond",
      seat: 0,
      instance: [EPOCH, 1],
      code: "abcdef",
      applied: 0,
    };
    const ticket = { seat: 0, family: 1, generation: 1 };
    const request = input.kind === "join" ? input.request : undefined;
    this.gate.tell(room, [
      { kind: "seated", to, request, seated: { ...seated, instance: [EPOCH, 1] }, ticket, session },
    ]);
    if (frames === "binary") return this.answer(to, undefined);
    const shown = { epoch: EPOCH, version: this.#version };
    const frame = { room, ...shown, full: true as const, timeMs: 0, changes: {}, events: [] };
    this.gate.tell(room, [{ kind: "json", to, shown, frame }]);
  }
}

export const HANDSHAKE: Handshake = {
  protocol: 1,
  page: "page-0123456789ab",
  frames: "binary",
  token: TOKEN,
};

export interface RawOptions {
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client that speaks Engine.IO and Socket.IO by hand, so that it can do what no client should. */
export class RawClient {
  readonly socket: WebSocket;
  readonly texts: string[] = [];
  readonly bytes: Buffer[] = [];
  closed: { readonly code: number } | undefined;
  /** Status of the answer instead of a socket. */
  status: number | undefined;

  constructor(bed: GateBed, options: RawOptions = {}) {
    const query = options.query ?? "EIO=4&transport=websocket";
    this.socket = new WebSocket(`ws://127.0.0.1:${bed.port}/socket.io/?${query}`, {
      headers: { ...options.headers },
      perMessageDeflate: true,
    });
    this.socket.on("message", (message: Buffer, isBinary) => {
      if (isBinary) this.bytes.push(message);
      else this.texts.push(message.toString());
    });
    this.socket.on("close", (code) => {
      this.closed = { code };
    });
    this.socket.on("unexpected-response", (_request, response) => {
      this.status = response.statusCode;
      response.resume();
      this.socket.terminate();
    });
    // What goes wrong shows in `closed` and `status`.
    this.socket.on("error", () => undefined);
  }

  /** Opened, admitted and, if asked, seated in the room. */
  static async admitted(bed: GateBed, seated = false): Promise<RawClient> {
    const client = new RawClient(bed);
    await client.opened();
    client.connect();
    await until("it is welcome", () => client.events("welcome").length > 0);
    if (!seated) return client;
    client.send(`20["join",{"game":"pond","shape":"${pond.shape}"}]`);
    await until("it is seated", () => client.texts.some((text) => text.startsWith("430[")));
    await until("it has a frame", () => client.bytes.length > 0);
    return client;
  }

  async opened(): Promise<void> {
    await until("the socket is open", () => this.texts.length > 0);
  }

  connect(handshake: unknown = HANDSHAKE): void {
    this.socket.send(`40${JSON.stringify(handshake)}`);
  }

  /** A Socket.IO packet without the digit of Engine.IO before it. */
  send(packet: string): void {
    this.socket.send(`4${packet}`);
  }

  /** What came with each event of a name. */
  events(name: string): Readonly<Record<string, unknown>>[] {
    const head = `42["${name}",`;
    return this.texts
      .filter((text) => text.startsWith(head))
      .map((text) => (JSON.parse(text.slice(2)) as [string, Record<string, unknown>])[1]);
  }

  /** What the CONNECT was refused with. */
  get refusal(): Readonly<Record<string, unknown>> | undefined {
    const text = this.texts.find((each) => each.startsWith("44"));
    if (text === undefined) return undefined;
    return (JSON.parse(text.slice(2)) as Record<"data", Record<string, unknown>>).data;
  }

  async ended(withinMs?: number): Promise<void> {
    await until("the socket is closed", () => this.closed !== undefined, withinMs);
  }

  drop(): void {
    this.socket.terminate();
  }
}
