// Harbour: pages with the real client library around a real room's machine, in virtual time. It
// stands in for the network and the gate between them, and spoils them as a test says.

import { Keepsake, type Kept, memoryStorage } from "../../client/keepsake.ts";
import type { SeatOf } from "../../client/seat.ts";
import type { RefusedError } from "../../client/session.ts";
import { Sitting } from "../../client/sitting.ts";
import type { ServerMessage, Socket, SocketOwner } from "../../client/socket.ts";
import { TakenSeat } from "../../client/takenSeat.ts";
import { readInput } from "../../server/gate/binaryInput.ts";
import type { RoomInput, Tell, TicketClaim } from "../../server/room/turn.ts";
import type { Line, Taker } from "../../server/testing/line.ts";
import { Table } from "../../server/testing/table.ts";
import type { VirtualClock } from "../../server/testing/virtualClock.ts";
import { assert } from "../../shared/assert.ts";
import { ByteWriter } from "../../shared/bytes.ts";
import type { Clock } from "../../shared/clock.ts";
import { HEARTBEAT_BYTE, lineTag } from "../../shared/frame.ts";
import { defineGame, json, many, oneOf, refuse, seatIndex, text, u8 } from "../../shared/game.ts";
import type { ConnectionId, IdentityId, PageId, SessionId } from "../../shared/ids.ts";
import { HEARTBEAT_TICKING_MS } from "../../shared/limits.ts";
import type {
  ClientEvents,
  Handshake,
  JoinReply,
  JoinRequest,
  NoticeMessage,
} from "../../shared/protocol.ts";
import { seededRandom } from "../../shared/random.ts";
import { REASONS } from "../../shared/reasons.ts";

/** Everybody writes lines into one book and hears of each once; nobody writes an empty one. */
export const logbook = defineGame({
  name: "logbook",
  version: 1,
  seats: { min: 1, max: 4 },
  tickHz: 20,
  records: {
    lines: many({ by: seatIndex, text: text(32) }),
    courses: many({ course: oneOf("n", "s") }),
  },
  commands: { write: { text: text(32) }, pin: { page: json(512) }, close: {} },
  inputs: { steer: { by: u8 } },
  events: { wrote: { text: text(32) } },
  rules: {
    tick: () => undefined,
    pin: () => undefined,
    close: (room) => room.end("the last page"),
    write(room, seat, { text: written }) {
      if (written === "") return refuse("empty-line");
      room.state.lines.add({ by: seat, text: written });
      return room.emit("wrote", { text: written });
    },
  },
});

export type LogbookSeat = SeatOf<typeof logbook>;

/**
 * - `fine`: everything arrives, after the latency
 * - `dark`: nothing arrives either way, and nobody is told; what is open stays so
 * - `refusing`: what is opened is closed at once
 */
export type Weather = "fine" | "dark" | "refusing";

interface Network {
  weather: Weather;
  latencyMs: number;
  readonly clock: VirtualClock;
  readonly sockets: Set<HarbourSocket>;
  /** How often pages said that somebody is there. */
  extended: number;
}

interface Visitor {
  readonly name: string;
  readonly network: Network;
}

class HarbourSocket implements Socket, Taker {
  connection: ConnectionId | undefined;
  /** What the page sends is lost from here on; what it is sent arrives. */
  isUnheard = false;
  readonly #line: Line;
  readonly #visitor: Visitor;
  #owner: SocketOwner | undefined;
  #page: PageId | undefined;
  #joins: ((answer: JoinReply) => void)[] = [];
  #attached = false;
  #shown: { readonly epoch: number; readonly version: number } | undefined;

  constructor(line: Line, visitor: Visitor, owner: SocketOwner) {
    this.#line = line;
    this.#visitor = visitor;
    this.#owner = owner;
    this.#network.sockets.add(this);
    // TCP and the upgrade take a round trip each before the handshake can leave.
    if (this.#network.weather === "refusing") this.#later(() => this.cut());
    else
      this.#travel(() => this.#travel(() => this.#travel(() => this.#travel(() => this.#open()))));
  }

  get #network(): Network {
    return this.#visitor.network;
  }

  #later(then: () => void): void {
    this.#network.clock.after(this.#network.latencyMs, then);
  }

  /** One way through the network: lost in the dark, at either end of the way. */
  #travel(arrive: () => void): void {
    if (this.#network.weather === "dark") return;
    this.#later(() => {
      if (this.#network.weather !== "dark") arrive();
    });
  }

  #open(): void {
    const handshake = this.#owner?.opened();
    if (handshake !== undefined) this.#travel(() => this.#admit(handshake));
  }

  #admit({ page, token, seats = [] }: Handshake): void {
    if (this.#owner === undefined) return;
    assert(token === "token" || seats.every(({ ticket }) => ticket !== undefined), "a credential");
    this.connection = this.#line.connect();
    this.#page = page as PageId;
    const session = {
      label: "l",
      name: this.#visitor.name,
      role: "guest" as const,
      endsInMs: 1_800_000,
    };
    this.#tell({
      name: "welcome",
      message: { protocol: 1, session, heartbeatMs: { ticking: 200, quiet: 2_000 } },
    });
    this.#beat();
    for (const { instance, bookmark, ticket, commands = [] } of seats) {
      const claim = ticket === undefined ? undefined : (JSON.parse(ticket) as TicketClaim);
      this.#line.post({
        kind: "resume",
        arrival: this.#arrival(),
        instance,
        bookmark,
        ticket: claim,
        commands,
      });
    }
  }

  #arrival() {
    const { name } = this.#visitor;
    assert(this.connection !== undefined && this.#page !== undefined, "an admitted connection");
    return {
      connection: this.connection,
      node: this.#line.node,
      identity: `identity${name}` as IdentityId,
      session: `session${name}` as SessionId,
      name,
      page: this.#page,
      frames: "binary" as const,
    };
  }

  /** The heartbeat of a gate: it waits for no room. */
  #beat(): void {
    this.#network.clock.after(HEARTBEAT_TICKING_MS, () => {
      if (this.connection === undefined) return;
      const writer = new ByteWriter();
      writer.u8(HEARTBEAT_BYTE);
      writer.varuint(this.#shown === undefined ? 0 : 1);
      if (this.#shown !== undefined) {
        writer.u32(lineTag(this.#line.room, this.#shown.epoch));
        writer.varuint(this.#shown.version);
      }
      this.#bytes(writer.finish());
      this.#beat();
    });
  }

  #tell(event: ServerMessage): void {
    // Sent as text, so that nobody shares an object with the other end.
    const text = JSON.stringify(event);
    this.#travel(() => {
      this.#owner?.heard();
      this.#owner?.event(JSON.parse(text) as ServerMessage);
    });
  }

  #bytes(bytes: Uint8Array): void {
    this.#travel(() => {
      this.#owner?.heard();
      this.#owner?.bytes(bytes);
    });
  }

  take(tells: readonly Tell[]): void {
    for (const tell of tells) this.#tellOf(tell);
  }

  #tellOf(tell: Tell): void {
    const { room } = this.#line;
    switch (tell.kind) {
      case "step":
      case "frame":
        this.#shown = tell.shown;
        return this.#bytes(tell.bytes);
      case "json":
        return;
      case "seated": {
        this.#attached = true;
        const ticket = tell.ticket === undefined ? {} : { ticket: JSON.stringify(tell.ticket) };
        const message = { ...tell.seated, ...ticket };
        if (tell.request === undefined) return this.#tell({ name: "seated", message });
        return this.#reply(tell.request, { seated: message });
      }
      case "refusal": {
        const { reason, request, seq } = tell;
        const refusal = {
          reason,
          next: REASONS[reason].next,
          room,
          ...(seq === undefined ? {} : { seq }),
        };
        if (request !== undefined) return this.#reply(request, { refusal });
        return this.#tell({ name: "refusal", message: refusal });
      }
      case "notice":
        return this.#tell({ name: "notice", message: tell.notice });
      case "moved":
        return this.#detach();
      case "detached": {
        this.#detach();
        const { reason } = tell;
        return this.#tell({
          name: "refusal",
          message: { reason, next: REASONS[reason].next, room },
        });
      }
    }
  }

  #detach(): void {
    this.#attached = false;
    this.#shown = undefined;
  }

  #reply(request: number, answer: JoinReply): void {
    const text = JSON.stringify(answer);
    this.#travel(() => {
      this.#owner?.heard();
      this.#joins[request]?.(JSON.parse(text) as JoinReply);
    });
  }

  /** What left before the page closed the connection arrives before its end does. */
  #post(input: (connection: ConnectionId) => RoomInput): void {
    const { connection } = this;
    if (this.isUnheard) return;
    this.#travel(() => {
      if (connection !== undefined) this.#line.post(input(connection));
    });
  }

  send<Name extends Exclude<keyof ClientEvents, "join">>(
    name: Name,
    ...sent: Parameters<ClientEvents[Name]>
  ): void {
    const message = structuredClone(sent[0]) as never;
    switch (name as keyof ClientEvents) {
      case "command": {
        const { instance, commands } = message as Parameters<ClientEvents["command"]>[0];
        return this.#post((connection) => ({ kind: "commands", connection, instance, commands }));
      }
      case "sync": {
        const { bookmark } = message as Parameters<ClientEvents["sync"]>[0];
        if (this.#attached)
          return this.#post((connection) => ({ kind: "sync", connection, bookmark }));
        const { room } = this.#line;
        return this.#travel(() =>
          this.#tell({ name: "refusal", message: { reason: "not-seated", next: "rejoin", room } }),
        );
      }
      case "leave": {
        const { instance } = message as Parameters<ClientEvents["leave"]>[0];
        return this.#post((connection) => ({ kind: "leave", connection, instance }));
      }
      case "extend":
        return this.#travel(() => {
          this.#network.extended += 1;
        });
      default:
        return;
    }
  }

  /** The gate says something in passing. */
  notify(message: NoticeMessage): void {
    this.#tell({ name: "notice", message });
  }

  join(request: JoinRequest, reply: (answer: JoinReply) => void): void {
    const number = this.#joins.push(reply) - 1;
    const { watch = false, bookmark } = request;
    this.#travel(() =>
      this.#line.post({ kind: "join", arrival: this.#arrival(), request: number, watch, bookmark }),
    );
  }

  write(bytes: Uint8Array): void {
    const read = readInput(bytes.slice(), logbook as never);
    assert(read !== undefined, "an input of the game");
    this.#post((connection) => ({ kind: "input", connection, ...read }));
  }

  /** The page closes it; the room learns of it if the network lets it. */
  close(): void {
    this.#owner = undefined;
    this.#network.sockets.delete(this);
    const { connection } = this;
    if (connection === undefined) return;
    if (this.#network.weather === "dark" || this.isUnheard) this.#line.silence(connection);
    else this.#later(() => this.#line.end(connection));
    this.connection = undefined;
  }

  /** The network ends it, and both ends know. */
  cut(): void {
    const owner = this.#owner;
    this.close();
    owner?.closed();
  }

  /** The host died; its gate too. */
  lost(): void {
    this.cut();
  }

  /** The gate forgets the seat of this connection and says nothing. */
  unlink(): void {
    if (this.connection !== undefined) this.#line.end(this.connection);
    this.#detach();
  }
}

/** One loaded page of a visitor. */
class HarbourPage {
  readonly sitting: Sitting;
  readonly seat: LogbookSeat;
  readonly statuses: string[] = [];
  readonly events: string[] = [];
  rollbacks = 0;
  /** Commands that had ended and were undone by rollbacks. */
  undone = 0;
  /** How many timers it has armed. */
  readonly armed: () => number;
  /** Why it never saw the room. */
  refused: string | undefined;

  constructor(sitting: Sitting, armed: () => number) {
    this.sitting = sitting;
    this.armed = armed;
    sitting.ready.catch((error: RefusedError) => {
      this.refused = error.reason;
    });
    this.seat = new TakenSeat(logbook, sitting);
    this.seat.on("status", ({ phase }) => this.statuses.push(phase));
    this.seat.on("event", ({ values }) => this.events.push(values.text));
    this.seat.on("rolledBack", ({ undone }) => {
      this.rollbacks += 1;
      this.undone += undone;
    });
  }

  get lines(): string[] {
    return [...this.seat.state.lines].map((line) => line.text);
  }
}

const STEP_MS = 5;
/** How late a page's timer may be after a sleep: what was left of it is waited for. */
const LATE_MS = 1_000;

export class Harbour {
  readonly table = new Table(logbook);
  readonly network: Network = {
    weather: "fine",
    latencyMs: 20,
    clock: this.table.clock,
    sockets: new Set(),
    extended: 0,
  };
  readonly #storages = new Map<string, ReturnType<typeof memoryStorage>>();
  readonly #random: () => number;
  /** Whether the machine of every page sleeps: no timer of theirs fires. */
  isAsleep = false;
  #pages = 0;

  constructor(seed = 1) {
    this.#random = seededRandom(seed);
  }

  /** Loads a page in a tab of a visitor; what the tab keeps outlives the page. */
  load(name: string, tab = name, request: { readonly watch?: true } = {}): HarbourPage {
    const storage = this.#storages.get(tab) ?? memoryStorage();
    this.#storages.set(tab, storage);
    const keepsake = new Keepsake(storage, "http://harbour", logbook.name);
    const armed = new Set<symbol>();
    return new HarbourPage(
      new Sitting({
        game: logbook as never,
        request,
        kept: keepsake.find({}) as Kept | undefined,
        keepsake,
        hold: undefined,
        holdName: (room) => room,
        world: {
          clock: countingClock(this.table.clock, armed, () => this.isAsleep),
          random: this.#random,
          pageName: () => `page-of-the-harbour-${++this.#pages}`,
          open: (owner) =>
            this.table.lines.add(
              (line) => new HarbourSocket(line, { name, network: this.network }, owner),
            ),
          token: () => Promise.resolve({ token: "token", expiresInMs: 90_000 }),
        },
      }),
      () => armed.size,
    );
  }

  /** A page that sits and sees the room. */
  async sitDown(name: string, tab = name): Promise<HarbourPage> {
    const page = this.load(name, tab);
    await this.until(() => page.seat.status.phase === "live" && page.seat.index !== undefined);
    await page.sitting.ready;
    return page;
  }

  /** The page is gone without a word; the browser closes its sockets. */
  unload(page: HarbourPage): void {
    page.sitting.driver.post({ kind: "close" });
  }

  cutAll(): void {
    for (const socket of [...this.network.sockets]) socket.cut();
  }

  /** Lets time pass, with the promises that settle meanwhile. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      this.table.pass(Math.min(STEP_MS, left));
      for (let n = 0; n < 4; n++) await Promise.resolve();
    }
  }

  /** Lets time pass until something holds; how long that took. */
  async until(holds: () => boolean, withinMs = 60_000): Promise<number> {
    let ms = 0;
    while (!holds()) {
      assert(ms < withinMs, `waited in vain for ${ms} ms`);
      await this.pass(STEP_MS);
      ms += STEP_MS;
    }
    return ms;
  }
}

/** The clock, with the timers that are armed through it; what falls due in a sleep is late after it. */
function countingClock(clock: Clock, armed: Set<symbol>, isAsleep: () => boolean): Clock {
  return {
    now: () => clock.now(),
    wallMs: () => clock.wallMs(),
    after(delayMs, callback) {
      const timer = Symbol("timer");
      armed.add(timer);
      const ring = () => {
        if (isAsleep()) {
          cancel = clock.after(LATE_MS, ring);
          return;
        }
        armed.delete(timer);
        callback();
      };
      let cancel = clock.after(delayMs, ring);
      return () => {
        armed.delete(timer);
        cancel();
      };
    },
  };
}
