// Node: one server process of the simulated world: the real rooms, gate and people over a faulty
// store, alone or a real node among others, from its start to its death. It adds nothing to them but
// the ground they stand on.

import { Connections } from "../../server/gate/connections.ts";
import type { GateParts } from "../../server/gate/ports.ts";
import { type Log, silentLog } from "../../server/log.ts";
import { type Metrics, openMetrics } from "../../server/metrics.ts";
import { type DrainedGate, moveConnections } from "../../server/node/drain.ts";
import { Node } from "../../server/node/node.ts";
import { Rooms, type RoomsParts } from "../../server/room/rooms.ts";
import { openPeople, type People } from "../../server/session/people.ts";
import { type Store, StoreAway } from "../../server/store/store.ts";
import type { NodeId } from "../../shared/ids.ts";
import type { Effects } from "./effects.ts";
import { Engine } from "./engine.ts";
import type { FaultyStore } from "./faultyStore.ts";
import type { History, PageSeen } from "./history.ts";
import { textOfMessage } from "./messageText.ts";
import type { LineEnd, Message, Network } from "./network.ts";
import { Life, type World } from "./world.ts";

export interface NodeGround {
  readonly world: World;
  readonly network: Network;
  readonly store: FaultyStore;
  readonly history: History;
  readonly effects: Effects;
  /** Where it runs, if it is a node among others; undefined for one that has all rooms to itself. */
  readonly place: string | undefined;
  /** Whether the process of a place is known to have ended, seen from another place. */
  hasEnded(place: string, own: string): boolean;
  /** Whose page a process is. */
  pageOf(life: Life): PageSeen | undefined;
}

/** What somebody gets who asks the node who they are. */
export type DeskAnswer =
  | {
      readonly kind: "token";
      readonly token: string;
      readonly expiresInMs: number;
      readonly cookie: string | undefined;
    }
  | { readonly kind: "stranger" | "away" };

const TOKEN_LIFE_MS = 90_000;
const WALL_SKEW_MS_MAX = 3_600_000;
const DRAIN_SPREAD_MS = 500;

/** Counted by nobody: one for all runs. */
const metrics: Metrics = openMetrics();
const config = {
  production: false,
  dataDirectory: "unused",
  secrets: [{ kid: "sim", bytes: new Uint8Array(32).fill(7) }],
};

export class SimNode {
  readonly id: NodeId;
  readonly life: Life;
  readonly #ground: NodeGround;
  readonly #store: Store;
  #people: People | undefined;
  #rooms: Rooms | undefined;
  #among: Node | undefined;
  #connections: Connections | undefined;
  #gate: GateParts | undefined;
  /** Effects that still happen before it dies; undefined for any number. */
  #effectsLeft: number | undefined;
  /** How its system says goodbye when it dies in the midst of an effect. */
  #dying: "told" | "silent" = "told";

  constructor(number: number, ground: NodeGround) {
    const { world, store } = ground;
    this.id = `node${String(number).padStart(6, "0")}` as NodeId;
    const skewMs = world.chance(0.3) ? world.int(-WALL_SKEW_MS_MAX, WALL_SKEW_MS_MAX) : 0;
    this.life = new Life(world, this.id, skewMs);
    this.#ground = ground;
    this.#store = store.as(this.life);
  }

  get rooms(): Rooms | undefined {
    return this.#rooms;
  }

  get connectionCount(): number {
    return this.#connections?.size ?? 0;
  }

  /** Starts as the server does; then it may be given connections. False if the store was away: start another. */
  async start(): Promise<boolean> {
    const { world } = this.#ground;
    const { clock } = this.life;
    const { random } = world;
    const log = this.#log();
    try {
      const people = await openPeople({
        ...{ node: this.id, store: this.#store, clock, config, log, metrics, random },
        groupOf: () => undefined,
      });
      this.#people = people;
      const among = this.#openAmong(log);
      const rooms = among?.rooms ?? new Rooms({ ...this.#roomsParts(log), ...this.#alone() });
      this.#among = among;
      this.#rooms = rooms;
      this.#gate = {
        ...{ node: this.id, clock, log, metrics, rooms: among?.router ?? rooms },
        admission: people.admission,
        tickets: people.tickets,
        touches: people.sessions,
      };
      const connections = new Connections(this.#gate);
      this.#connections = connections;
      people.sessions.onEnd((session, reason) => connections.closeSession(session, reason));
      among?.router.open(connections);
      people.sessions.onRevoke((session) => among?.endSession(session, "session-revoked"));
      await (among ?? rooms).start();
    } catch (cause) {
      if (!(cause instanceof StoreAway)) throw cause;
      this.die("told");
      return false;
    }
    return true;
  }

  /** Takes a connection. */
  accept(end: LineEnd): void {
    const { history, pageOf } = this.#ground;
    const page = end.other === undefined ? undefined : pageOf(end.other.life);
    const connections = this.#connections;
    if (page === undefined || connections === undefined || this.#gate === undefined) return;
    const gate = { parts: this.#gate, connections };
    new Engine(end, gate, {
      came: (message) => this.#note(`${page.name} says`, message),
      leaves: (message) => {
        if (!this.effect()) return false;
        const copy = typeof message === "string" ? message : new Uint8Array(message);
        history.written.push({ order: history.next(), page, message: copy });
        this.#note(`tells ${page.name}`, copy);
        return true;
      },
    });
  }

  /** Tells players to come back, writes what is not written, and ends. */
  async stop(): Promise<void> {
    const connections = this.#connections;
    this.#ground.network.close(this.life);
    if (connections === undefined) return this.die("told");
    if (this.#among !== undefined && (await this.#among.drain()))
      await moveConnections(this.#drained(connections), this.life.clock);
    else connections.drain(DRAIN_SPREAD_MS);
    await connections.closeAll("server-draining");
    await (this.#among ?? this.#rooms)?.stop();
    await this.#people?.stop();
    this.die("told");
  }

  /** Its memory is gone from here on. */
  die(how: "told" | "silent"): void {
    if (this.life.isDead) return;
    const { network, history } = this.#ground;
    history.note(this.id, `dies, ${how}`);
    this.life.kill();
    network.died(this.life, how);
    network.close(this.life);
  }

  /** It dies after so many more effects, in the midst of whatever it does then. */
  dieAfter(effects: number, how: "told" | "silent"): void {
    this.#effectsLeft = effects;
    this.#dying = how;
  }

  /** What HTTP would answer to whoever asks for a token. */
  async desk(cookie: string | undefined, guest: string | undefined): Promise<DeskAnswer> {
    const { signIn } = this.#people ?? {};
    if (signIn === undefined) return { kind: "away" };
    try {
      const browser = { cookie, device: "a device" };
      const known = await signIn.token(browser);
      if (known !== undefined)
        return { kind: "token", token: known.token, expiresInMs: TOKEN_LIFE_MS, cookie };
      if (guest === undefined) return { kind: "stranger" };
      const { token, newCookie } = await signIn.guest(guest, browser);
      return { kind: "token", token, expiresInMs: TOKEN_LIFE_MS, cookie: newCookie?.secret };
    } catch (cause) {
      if (cause instanceof StoreAway) return { kind: "away" };
      throw cause;
    }
  }

  /** Something of it is about to reach the world; false if it dies of it. */
  effect(): boolean {
    this.#ground.effects.about(this.life, "tells a page");
    if (this.#effectsLeft !== undefined) {
      this.#effectsLeft -= 1;
      if (this.#effectsLeft < 0) this.die(this.#dying);
    }
    return this.life.isAlive;
  }

  #openAmong(log: Log): Node | undefined {
    const { place, hasEnded } = this.#ground;
    if (place === undefined) return undefined;
    return new Node({
      ...{ ...this.#roomsParts(log), place, bus: this.#store.nodes, metrics },
      mayNameCode: async () => undefined,
      hasEnded: (other) => hasEnded(other, place),
    });
  }

  #alone(): Pick<RoomsParts, "deliver"> {
    return { deliver: (room, tells) => this.#connections?.tell(room, tells) };
  }

  #roomsParts(log: Log): Omit<RoomsParts, "deliver"> {
    const { world, history } = this.#ground;
    const { clock } = this.life;
    return {
      ...{ node: this.id, store: this.#store, clock, log, metrics },
      games: new Map([[history.game.name, history.game]]),
      mayCreate: async () => undefined,
      // Rules here do not loop, and a real guard costs more than everything else.
      guard: (work) => {
        work();
        return "done";
      },
      seed: () => world.int(0, 2 ** 32 - 1),
      defer: (callback) => void world.plan(0, this.life, callback),
    };
  }

  /** Its connections as a drain sees them; who comes back when is drawn from the seed. */
  #drained(connections: Connections): DrainedGate {
    const { world } = this.#ground;
    return {
      get connectionCount() {
        return connections.size;
      },
      drain: (retryInMs, spreadMs) => connections.drain(retryInMs + world.int(0, spreadMs)),
    };
  }

  #note(what: string, message: Message): void {
    const { history } = this.#ground;
    history.note(this.id, () => `${what}: ${textOfMessage(history.game, message)}`);
  }

  #log(): Log {
    const { history } = this.#ground;
    return {
      ...silentLog,
      note: (event, fields) => history.note(this.id, `${event} ${fields?.reason ?? ""}`),
      warn: (event, fields) =>
        history.note(this.id, `${event} ${fields?.reason ?? ""} ${fields?.cause ?? ""}`),
      fault: (event, fields) => {
        if (this.life.isDead) return;
        history.note(this.id, `FAULT ${event} ${String(fields?.cause)}`);
        history.faults.push({ order: history.next(), event, cause: fields?.cause });
      },
    };
  }
}
