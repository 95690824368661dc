// Gate: the Socket.IO server on an HTTP server, assembled from its parts. The only importer of
// socket.io; it wires what that raises to drivers and decides nothing itself.

import { type Server as HttpServer, type IncomingMessage, ServerResponse } from "node:http";
import type { Socket as NetSocket } from "node:net";
import { Server, type ServerOptions, type Socket } from "socket.io";
import type { IdentityId, RoomId, SessionId } from "../../shared/ids.ts";
import {
  ADMISSION_MS_MAX,
  PACKET_BYTES_MAX,
  PING_INTERVAL_MS,
  PING_TIMEOUT_MS,
} from "../../shared/limits.ts";
import type { AlertTold, ServerEvents } from "../../shared/protocol.ts";
import { randomSecret } from "../../shared/random.ts";
import type { Reason } from "../../shared/reasons.ts";
import { coarseAddress } from "../http/address.ts";
import type { Tell } from "../room/turn.ts";
import { Connections } from "./connections.ts";
import { Intake } from "./intake.ts";
import { type ClosableConnection, SocketLine } from "./line.ts";
import { NoRooms } from "./noRooms.ts";
import { type OriginPolicy, originRefusal, toldOfOrigin } from "./origin.ts";
import type { Pacing } from "./pacing.ts";
import { type Packet, PacketEncoder } from "./packet.ts";
import { netSocketOf } from "./pipe.ts";
import type { GateParts, RequestSeen } from "./ports.ts";
import { type GateSocket, GateSocketServer } from "./webSocket.ts";

export interface GateOptions extends GateParts {
  /** Give it its own request listener before the gate: the gate passes on what is not for it. */
  readonly server: HttpServer;
  readonly origins: OriginPolicy;
  /** Address of whoever sent a request, also behind a trusted proxy. */
  addressOf(request: IncomingMessage): string;
  /** Whoever is at the other end of a socket was let in. */
  letIn?(socket: NetSocket): void;
}

export interface Gate {
  /** Sockets there are, admitted or not. */
  readonly connectionCount: number;
  /** Says on connections what a room wants said, in order. */
  tell(room: RoomId, tells: readonly Tell[]): void;
  /** Every room that some connection is in, or has asked for. */
  readonly rooms: ReadonlySet<RoomId>;
  /** Takes seats up again for whoever has one in a room that another host has now. */
  reseat(room: RoomId): void;
  /** Ends every connection of a session, saying why. */
  closeSession(session: SessionId, reason: Reason): void;
  /** Tells every connection of somebody of something unusual. */
  alert(identity: IdentityId, alert: AlertTold): void;
  /** Tells everybody that this server goes away soon, and when to come back: each within `spreadMs`. */
  drain(retryInMs: number, spreadMs?: number): void;
  /**
   * Ends every connection; tells each to come back at a moment of its own within `spreadMs`. Resolves when
   * all sockets are closed, two seconds later at most.
   */
  close(reason: Reason, spreadMs?: number): Promise<void>;
}

/** 144 random bits: Engine.IO's id opens the connection to whoever knows it. */
const ENGINE_ID_BYTES = 18;

const NO_HANDSHAKE = Object.freeze({ auth: {}, headers: {}, query: {} });

/** What is used of an Engine.IO connection and of the `ws` socket below it. */
type Opened = ClosableConnection & {
  request: IncomingMessage | null;
  readonly transport: { readonly socket: GateSocket };
};

type GateServer = Server<Record<string, never>, ServerEvents>;

export function createGate(options: GateOptions): Gate {
  const connections = new Connections(options);
  let arriving: Intake | undefined;
  let isClosing = false;

  /** Socket.IO makes one for each connection, right after `arriving` was set, and listens once. */
  class Decoder {
    readonly #intake = arriving;
    #decoded: ((packet: Packet) => void) | undefined;

    on(_event: "decoded", decoded: (packet: Packet) => void): void {
      this.#decoded = decoded;
    }

    add(message: unknown): void {
      const packet = this.#intake?.receive(message);
      if (packet !== undefined) this.#decoded?.(packet);
    }

    removeListener(): void {
      this.#decoded = undefined;
    }

    /** Engine.IO has given the connection up. */
    destroy(): void {
      this.#decoded = undefined;
      this.#intake?.cut();
    }
  }

  const io: GateServer = new Server(options.server, {
    parser: { Encoder: PacketEncoder, Decoder },
    adapter: NoRooms as unknown as ServerOptions["adapter"],
    wsEngine: GateSocketServer,
    transports: ["websocket"],
    allowUpgrades: false,
    allowEIO3: false,
    serveClient: false,
    maxHttpBufferSize: PACKET_BYTES_MAX,
    connectTimeout: ADMISSION_MS_MAX,
    pingInterval: PING_INTERVAL_MS,
    pingTimeout: PING_TIMEOUT_MS,
    perMessageDeflate: false,
    httpCompression: false,
  });
  io.engine.generateId = () => randomSecret(ENGINE_ID_BYTES);
  io.engine.use((request: IncomingMessage, response: unknown, next: (error?: Error) => void) => {
    const refusal = () => (isClosing || isRefused(request, options) ? new Error("out") : undefined);
    wait({ socket: request.socket, response }, connections.arrivals, () => next(refusal()));
  });
  // Before Socket.IO's own listener, which makes the decoder.
  io.engine.prependListener("connection", (connection: Opened) => {
    arriving = openIntake(connection, connections, options);
  });
  io.use((socket, next) => {
    const { auth } = socket.handshake;
    // It may hold a token and a whole outbox, and would stay as long as the socket.
    Object.assign(socket, { handshake: NO_HANDSHAKE });
    const letIn = connections.arrivals.turn().then(() => intakeOf(socket)?.greet(auth));
    letIn.then((isLetIn) => (isLetIn === true ? next() : next(new Error("refused"))), next);
  });
  io.on("connection", (socket) => {
    letIn(openedOf(socket), options);
    intakeOf(socket)?.connected();
  });

  return {
    get connectionCount() {
      return connections.size;
    },
    get rooms() {
      return connections.rooms;
    },
    tell: (room, tells) => connections.tell(room, tells),
    reseat: (room) => connections.reseat(room),
    closeSession: (session, reason) => connections.closeSession(session, reason),
    alert: (identity, alert) => connections.alert(identity, alert),
    drain: (retryInMs, spreadMs) => connections.drain(retryInMs, spreadMs),
    async close(reason, spreadMs) {
      isClosing = true;
      await connections.closeAll(reason, spreadMs);
      io.engine.close();
    },
  };
}

/** Judged for every request of the socket's path, before anything is made for it. */
function isRefused(request: IncomingMessage, { origins, log, addressOf }: GateOptions): boolean {
  const why = originRefusal(request.headers, request.url ?? "", origins);
  if (why === undefined) return false;
  const address = coarseAddress(addressOf(request));
  log.warn("request-refused", { ...toldOfOrigin(why, request.headers.origin), address });
  return true;
}

interface Asking {
  readonly socket: NetSocket;
  /** Node's own where no WebSocket is asked for. */
  readonly response: unknown;
}

/**
 * Nobody else listens to the socket meanwhile, and an error that nobody hears would end the process. What
 * asks for no WebSocket takes no turn from what does: one socket may send many such requests at once.
 */
function wait({ socket, response }: Asking, pacing: Pacing, goOn: () => void): void {
  if (response instanceof ServerResponse) return goOn();
  const ignore = () => undefined;
  socket.on("error", ignore);
  pacing.add(() => {
    socket.off("error", ignore);
    goOn();
  });
}

/** What is below a Socket.IO socket. */
function openedOf(socket: Socket): Opened {
  return socket.conn as unknown as Opened;
}

function intakeOf(socket: Socket): Intake | undefined {
  return openedOf(socket).transport.socket.intake;
}

function letIn(connection: Opened, options: GateOptions): void {
  const socket = netSocketOf(connection);
  if (socket !== undefined) options.letIn?.(socket);
}

/** Everything that a socket can raise goes to its intake from here on. */
function openIntake(connection: Opened, connections: Connections, options: GateOptions): Intake {
  const request = requestSeen(connection.request, options);
  const line = new SocketLine(connection);
  const driver = connections.open(line, request.address);
  const intake = new Intake({ driver, line, request }, options);
  const { socket } = connection.transport;
  socket.intake = intake;
  // Engine.IO leaves a listener on that was to ignore errors until there is a connection.
  for (const listener of socket.listeners("error"))
    if (listener.name === "onUpgradeError") socket.off("error", listener as () => void);
  // Below the libraries, whose share of an end is the larger one.
  const below = netSocketOf(connection);
  if (below !== undefined) connections.ends.pace(below);
  // The request and its headers would live as long as the connection.
  connection.request = null;
  return intake;
}

function requestSeen(request: IncomingMessage | null, options: GateOptions): RequestSeen {
  const { origin, cookie, "user-agent": userAgent } = request?.headers ?? {};
  const address = request === null ? "unknown" : options.addressOf(request);
  return { address, origin, cookie, userAgent };
}
