// Gate scene: the gate's drivers on a virtual clock, with lines and rooms that note what is written
// and posted instead of doing anything.

import type { ConnectionDriver } from "../../server/gate/connectionDriver.ts";
import { Connections } from "../../server/gate/connections.ts";
import { enter, type LetIn } from "../../server/gate/greeting.ts";
import type { Line } from "../../server/gate/line.ts";
import type { FramedMessage } from "../../server/gate/pipe.ts";
import type { Admitted, GateParts, Refused, Rooms } from "../../server/gate/ports.ts";
import { Requests } from "../../server/gate/requests.ts";
import type { LogFields } from "../../server/log.ts";
import { openMetrics } from "../../server/metrics.ts";
import type { RoomInput, Tell } from "../../server/room/turn.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import { ANSWER_BYTE, STEP_BYTE } from "../../shared/frame.ts";
import { defineGame, type Game, u8 } from "../../shared/game.ts";
import type {
  ConnectionId,
  IdentityId,
  NodeId,
  PageId,
  RoomId,
  SessionId,
} from "../../shared/ids.ts";
import type { SeatResume, ServerEvents } from "../../shared/protocol.ts";
import type { Reason } from "../../shared/reasons.ts";

const plain = { version: 1, seats: { min: 1, max: 2 }, records: {}, rules: {} } as const;
/** Ticks and takes an input. */
export const pond: Game = defineGame({
  ...plain,
  name: "pond",
  tickHz: 20,
  inputs: { steer: { dx: u8 } },
});
/** Moves by commands alone. */
export const nook: Game = defineGame({
  ...plain,
  name: "nook",
  seats: { min: 1, max: 2, idleMs: 600_000 },
});

export const POND = "pond00000001" as RoomId;
export const NOOK = "nook00000001" as RoomId;
export const EPOCH = 7_000;

/** A line that keeps what is said on it, and as much untaken as a test wants. */
class NotedLine implements Line {
  backlogBytes = 0;

  get untakenBytes(): number {
    return this.backlogBytes;
  }

  readonly said: (readonly [name: string, ...message: unknown[]])[] = [];

  write({ bytes }: FramedMessage): void {
    this.said.push(["bytes", ...bytes]);
  }

  emit<Name extends keyof ServerEvents>(
    name: Name,
    ...message: Parameters<ServerEvents[Name]>
  ): void {
    this.said.push([name, ...message]);
  }

  refuse(reason: Reason): void {
    this.said.push(["refused", reason]);
  }

  close(): void {
    this.said.push(["close"]);
  }

  terminate(): void {
    this.said.push(["terminate"]);
  }

  /** What was said since the last time of asking, by name. */
  take(): string[] {
    return this.said.splice(0).map(([name]) => name);
  }
}

export const admittedAnn: Admitted = {
  kind: "admitted",
  identity: "identity0001" as IdentityId,
  session: "session00001" as SessionId,
  revision: 1,
  ...{ name: "Ann", label: "label", role: "guest", endsInMs: 24 * 3_600_000 },
};

interface Comer {
  readonly frames?: "binary" | "json";
  readonly token?: undefined;
  readonly seats?: readonly SeatResume[];
}

export interface Seatable {
  readonly driver: ConnectionDriver;
  readonly line: NotedLine;
  readonly requests: Requests;
}

export class GateScene {
  readonly clock = new VirtualClock();
  readonly posts: { readonly room: RoomId; readonly input: RoomInput }[] = [];
  readonly touches: SessionId[] = [];
  /** Connections that the admission was told are over. */
  readonly left: ConnectionId[] = [];
  readonly faults: (LogFields | undefined)[] = [];
  readonly audited: (readonly [string, object])[] = [];
  readonly games = new Map<RoomId, Game>([
    [POND, pond],
    [NOOK, nook],
  ]);
  /** What the next search for a room comes to. */
  find: Rooms["find"] = async ({ room }) => ({ kind: "room", room: (room ?? POND) as RoomId });
  /** What a room does with a post besides being noted. */
  onPost: (room: RoomId, input: RoomInput) => void = () => undefined;
  readonly connections: Connections;
  readonly parts: GateParts;

  /** Parts that a test wants to be real. */
  constructor(given: Partial<GateParts> = {}) {
    this.parts = {
      node: "node00000001" as NodeId,
      clock: this.clock,
      metrics: openMetrics(),
      log: {
        note: () => undefined,
        warn: () => undefined,
        fault: (_event, fields) => this.faults.push(fields),
      },
      admission: {
        admit: async () => ({ kind: "refused", reason: "token-invalid" }),
        left: (connection) => this.left.push(connection),
      },
      rooms: {
        find: (...asked) => this.find(...asked),
        post: (room, input) => {
          this.posts.push({ room, input });
          this.onPost(room, input);
        },
        gameOf: (room) => this.games.get(room),
      },
      tickets: {
        read: (text) => {
          const [room, session] = text.split(".");
          if (room === undefined || session === undefined) return undefined;
          const claim = { seat: 0, family: 1, generation: 1 };
          return { room: room as RoomId, session: session as SessionId, claim };
        },
        write: ({ room, session }) => `${room}.${session}`,
      },
      touches: { touch: (session) => void this.touches.push(session) },
      audit: { noteSparingly: (...noted) => this.audited.push(noted) > 0 },
      ...given,
    };
    this.connections = new Connections(this.parts);
  }

  /** Somebody on a connection of their own, admitted and welcomed. */
  admit(given: Comer = {}, as = admittedAnn): Seatable {
    return this.#enter(given, as);
  }

  /** Somebody whose ticket is good while the store is away; `verdict` is what it says later. */
  hold(given: Comer, verdict: Promise<Admitted | Refused>): Seatable {
    return this.#enter(given, { kind: "held", verdict: () => verdict });
  }

  #enter(given: Comer, as: LetIn["as"]): Seatable {
    const line = new NotedLine();
    const driver = this.connections.open(line, "192.0.2.1");
    const requests = new Requests(driver, this.parts);
    const { frames = "binary", seats = [] } = given;
    const token = "token" in given ? {} : { token: "a.b.c" };
    const page = "page-0123456789ab" as PageId;
    const greeting = {
      protocol: 1,
      page,
      frames,
      ...token,
      seats: seats.map((seat) => ({ ...seat, room: seat.room as RoomId })),
    };
    enter(driver, { greeting, as }, { parts: this.parts, requests });
    return { driver, line, requests };
  }

  /** The room seats a connection, and writes it a whole view. */
  seat({ driver }: Seatable, room: RoomId, request?: number): void {
    driver.rooms.ask(room, this.games.get(room)?.shape ?? "");
    this.tell(room, seatedTell(driver.id, room, request));
    this.tell(room, this.answer(driver.id, 1));
  }

  tell(room: RoomId, ...tells: readonly Tell[]): void {
    this.connections.tell(room, tells);
  }

  step(version: number, ...to: readonly ConnectionId[]): Tell {
    return {
      kind: "step",
      to,
      bytes: Uint8Array.of(STEP_BYTE, version),
      shown: { epoch: EPOCH, version },
    };
  }

  answer(to: ConnectionId, version: number): Tell {
    return {
      kind: "frame",
      to,
      bytes: Uint8Array.of(ANSWER_BYTE, version),
      shown: { epoch: EPOCH, version },
    };
  }

  /** Posts of one kind since the last time of asking, for whichever room. */
  takePosts<Kind extends RoomInput["kind"]>(kind: Kind): Extract<RoomInput, { kind: Kind }>[] {
    type Wanted = Extract<RoomInput, { kind: Kind }>;
    const all = this.posts.splice(0);
    return all.flatMap(({ input }) => (input.kind === kind ? [input as Wanted] : []));
  }
}

export function seatedTell(to: ConnectionId, room: RoomId, request?: number): Tell {
  return {
    kind: "seated",
    to,
    request,
    seated: { room, game: "pond", seat: 0, instance: [EPOCH, 1], code: "abcdef", applied: 0 },
    ticket: { seat: 0, family: 1, generation: 1 },
    session: "session00001" as SessionId,
  };
}
