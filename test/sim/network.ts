// Network: lines between pages and nodes, as TCP makes them: in order, late, silent, cut or held back.
// It carries copies of what is sent and never looks inside.

import type { Life, World } from "./world.ts";

export type Message = string | Uint8Array;

/** What one side of a line is told. After `closed` it is told nothing more. */
export interface LineOwner {
  message(message: Message): void;
  closed(): void;
}

/** What lies between a device and the nodes. All lines of the device share it. */
export interface Path {
  /** Every message takes so long, and up to `jitterMs` more. */
  delayMs: number;
  jitterMs: number;
  /** What a line takes a second, at most. */
  bytesPerS: number;
  isOffline: boolean;
}

/**
 * - `flowing`: what is sent arrives
 * - `held`: it waits, and arrives when the line flows again
 * - `silent`: it is lost, and nobody is told
 */
type Flow = "flowing" | "held" | "silent";

/** What a system takes off its process although the other side takes nothing. */
const KERNEL_BYTES = 1_024;

/** One end of a line, as its process holds it. */
export class LineEnd {
  readonly life: Life;
  owner: LineOwner | undefined;
  other: LineEnd | undefined;
  readonly #world: World;
  readonly #path: Path;
  #flow: Flow = "flowing";
  /** What has come as far as the place where the line is held. */
  #waiting: (() => void)[] = [];
  /** Bytes of what was sent here and has not arrived. */
  #travellingBytes = 0;
  #lastMs = 0;
  #isOpen = true;
  /** Messages that still pass before the line is cut; undefined for any number. */
  #passesLeft: number | undefined;

  constructor(life: Life, world: World, path: Path) {
    this.life = life;
    this.#world = world;
    this.#path = path;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Bytes that the system here was offered and did not take. */
  get untakenBytes(): number {
    return Math.max(0, this.#travellingBytes - KERNEL_BYTES);
  }

  send(message: Message): void {
    if (!this.#isOpen || this.life.isDead) return;
    const copy = typeof message === "string" ? message : new Uint8Array(message);
    this.#travellingBytes += copy.length;
    this.#carry(copy.length, () => {
      this.#travellingBytes -= copy.length;
      if (this.#mayPass()) this.other?.owner?.message(copy);
    });
  }

  /** Says goodbye after what was sent; the other side is told when that has come. */
  close(): void {
    if (!this.#isOpen || this.life.isDead) return;
    this.#isOpen = false;
    this.owner = undefined;
    this.#carry(0, () => this.other?.ended());
  }

  /** What is sent from here waits until the line flows again. */
  hold(): void {
    if (this.#flow === "flowing") this.#flow = "held";
  }

  flow(): void {
    if (this.#flow !== "held") return;
    this.#flow = "flowing";
    for (const arrive of this.#waiting.splice(0)) this.#arrive(arrive);
  }

  /** Nothing that was or is sent from here arrives any more, and nobody is told. */
  silence(): void {
    this.#flow = "silent";
    this.#waiting = [];
  }

  /** The line is cut once so many messages more have come from here. */
  cutAfter(count: number): void {
    this.#passesLeft = count;
  }

  /** The system of this side learns that the line is gone. */
  ended(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const { owner } = this;
    this.owner = undefined;
    owner?.closed();
  }

  #mayPass(): boolean {
    if (this.#passesLeft === undefined) return true;
    this.#passesLeft -= 1;
    if (this.#passesLeft >= 0) return true;
    this.ended();
    this.other?.ended();
    return false;
  }

  #carry(byteCount: number, arrive: () => void): void {
    const { delayMs, jitterMs, bytesPerS } = this.#path;
    const atMs = this.#world.nowMs + delayMs + this.#world.random() * jitterMs;
    // Nothing overtakes on one line.
    this.#lastMs = Math.max(this.#lastMs, atMs) + (1_000 * byteCount) / bytesPerS;
    this.#world.plan(this.#lastMs - this.#world.nowMs, this.#world.nature, () => {
      if (this.#flow === "flowing") this.#arrive(arrive);
      if (this.#flow === "held") this.#waiting.push(arrive);
    });
  }

  /** A frozen process finds it when it goes on; a dead one never does. */
  #arrive(arrive: () => void): void {
    const life = this.other?.life;
    if (life !== undefined) this.#world.plan(0, life, arrive);
  }
}

/** A line, as fate sees it. */
export interface Line {
  readonly path: Path;
  readonly client: LineEnd;
  readonly server: LineEnd;
}

/** What takes connections: a node. */
export interface Listener {
  readonly life: Life;
  accept(end: LineEnd): void;
}

export class Network {
  readonly #world: World;
  /** Whoever takes connections now: the address of pages leads to one of them. */
  #listeners: Listener[] = [];
  #lines: Line[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** Lines that may still carry something. */
  get lines(): readonly Line[] {
    this.#lines = this.#lines.filter(({ client, server }) => client.isOpen || server.isOpen);
    return this.#lines;
  }

  listen(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** A process takes no new connection from here on. */
  close(life: Life): void {
    this.#listeners = this.#listeners.filter((listener) => listener.life !== life);
  }

  /** Opens a line. Whoever dials is told by the first message, or by `closed` if nobody listens. */
  dial(life: Life, path: Path, owner: LineOwner): LineEnd {
    const [only] = this.#listeners;
    const listener = this.#listeners.length < 2 ? only : this.#world.pick(this.#listeners);
    const client = new LineEnd(life, this.#world, path);
    const server = new LineEnd(listener?.life ?? this.#world.nature, this.#world, path);
    client.owner = owner;
    client.other = server;
    server.other = client;
    this.#lines.push({ path, client, server });
    this.#world.plan(path.delayMs, this.#world.nature, () => {
      if (path.isOffline || !client.isOpen) return;
      if (listener === undefined || listener.life.isDead)
        return this.#world.plan(path.delayMs, life, () => client.ended());
      // A frozen node's system still answers; the node finds the line when it goes on.
      return this.#world.plan(0, server.life, () => listener.accept(server));
    });
    return client;
  }

  /** A device loses its network: whatever it says or is told waits. */
  goOffline(path: Path): void {
    path.isOffline = true;
    for (const line of this.lines) {
      if (line.path !== path) continue;
      line.client.hold();
      line.server.hold();
    }
  }

  /** It is back, on the same network or on another one, where no older line leads. */
  goOnline(path: Path, network: "same" | "other"): void {
    path.isOffline = false;
    for (const line of this.lines) {
      if (line.path !== path) continue;
      for (const end of [line.client, line.server]) {
        if (network === "same") end.flow();
        else end.silence();
      }
    }
  }

  /** A process died: its system says goodbye on every line, or nobody does. */
  died(life: Life, how: "told" | "silent"): void {
    for (const { client, server } of this.lines) {
      for (const end of [client, server]) {
        const { other } = end;
        if (end.life !== life || other === undefined) continue;
        if (how === "silent") end.silence();
        else this.#world.plan(1, other.life, () => other.ended());
      }
    }
  }
}
