// Table: one room of any game with virtual players around it, on a virtual clock, for tests: its
// host can be killed at any moment and loads again from what was logged. It has no socket and no store.

import { assert } from "../../shared/assert.ts";
import type { Game } from "../../shared/game.ts";
import type { IdentityId, NodeId, RoomId } from "../../shared/ids.ts";
import { SNAPSHOT_EVERY_ENTRIES } from "../../shared/limits.ts";
import type { Named } from "../../shared/rules.ts";
import type { Records } from "../../shared/schema.ts";
import type { RoomCore } from "../room/core.ts";
import { beginHosting } from "../room/loading.ts";
import { RoomMachine } from "../room/room.ts";
import { RoomFailure } from "../room/rules.ts";
import { savesUnderWay } from "../room/saving.ts";
import type { Errand, RoomInput, Tell, Turn } from "../room/turn.ts";
import { copyOf, type StateCopy } from "./copies.ts";
import { insistFine } from "./fine.ts";
import { insistAll } from "./invariants.ts";
import { firstCore, type LeftRoom, takenOver } from "./leftRoom.ts";
import { Lines } from "./lines.ts";
import { MemoryLog } from "./memoryLog.ts";
import { VirtualPlayer } from "./player.ts";
import { pure } from "./pure.ts";
import { type Run, watched } from "./runs.ts";
import { Saves } from "./saves.ts";
import type { CrashPoint, TableOptions } from "./tableOptions.ts";
import { VirtualClock } from "./virtualClock.ts";

/** Turns in a row without time passing; more is a page and a room that answer each other for ever. */
const TURNS_AT_ONCE_MAX = 1_000;

export class Table<
  R extends Records = Records,
  C extends Named = Named,
  I extends Named = Named,
  E extends Named = Named,
> {
  readonly clock: VirtualClock;
  readonly game: Game<R, C, I, E>;
  readonly log: MemoryLog;
  readonly lines: Lines;
  readonly saves: Saves;
  readonly #room: RoomId;
  /** What the room wanted done besides, oldest first. */
  readonly errands: Errand[] = [];
  /** Everything the room told, oldest first, whether or not it arrived. */
  readonly told: Tell[] = [];
  /** Commands that rules carried out, as far as the log has kept them. */
  runs: Run[] = [];
  /** Why the room was stopped, each time its rules failed. */
  readonly failures: RoomFailure[] = [];
  readonly #options: TableOptions;
  readonly #watched: Game;
  #machine: RoomMachine | undefined;
  #epoch: number;
  #hosts: number;
  #inbox: RoomInput[] = [];
  #urgent = false;
  #running = false;
  #holding = 0;
  #ranNow: Omit<Run, "version">[] = [];
  #crash: CrashPoint | undefined;
  #disarm: (() => void) | undefined;

  /** `left` is what `deploy` gives. */
  constructor(game: Game<R, C, I, E>, options: TableOptions = {}, left?: LeftRoom) {
    const { seed = 1, weather = () => 1 } = options;
    this.clock = left?.clock ?? new VirtualClock();
    this.saves = left?.saves ?? options.saves ?? new Saves();
    this.#room = left?.id ?? this.saves.nameRoom();
    this.#hosts = left?.hosts ?? 1;
    const node = () => this.node;
    const post = (input: RoomInput) => this.post(input);
    this.game = game;
    this.lines = new Lines({ room: this.#room, clock: this.clock, node, post }, weather);
    this.#options = options;
    this.#watched = watched(pure(game as unknown as Game), (seat, what) => {
      const { identity = "" } = this.machine.core.own.$seats.get(seat) ?? {};
      this.#ranNow.push({ identity, what });
    });
    const core = firstCore({ id: this.#room, game: this.#watched, seed, left });
    this.#epoch = left?.log.claim(this.clock.wallMs()) ?? this.clock.wallMs();
    const { bytes, version } = new RoomMachine(core).snapshot();
    this.log = new MemoryLog(bytes, { epoch: this.#epoch, version });
    if (left === undefined) this.#begin(core);
    else this.#load();
  }

  /** The room's machine, for a closer look. Loads the room if nobody hosts it. */
  get machine(): RoomMachine {
    if (this.#machine === undefined) this.#load();
    assert(this.#machine !== undefined, "a loaded room is hosted");
    return this.#machine;
  }

  /** What rules see, as it is now: a copy, which compares with plain objects and arrays of them. */
  get state(): StateCopy<R> {
    return copyOf(this.machine.core.state.gameFace) as StateCopy<R>;
  }

  get status(): "waiting" | "running" | "ended" {
    return this.machine.core.own.$room.status;
  }

  /** How a seat stands for everybody. */
  presenceOf(seat: number): "held" | "away" | "empty" {
    return this.machine.core.own.$seats.get(seat)?.presence ?? "empty";
  }

  get node(): NodeId {
    return `node${this.#hosts}` as NodeId;
  }

  /** Every page there has been, in the order in which they came. */
  get players(): readonly VirtualPlayer<R, C, I, E>[] {
    return this.lines.takers as VirtualPlayer<R, C, I, E>[];
  }

  /** Somebody comes to the table: a page, not yet connected. Names must differ. */
  player(name: string, frames: "binary" | "json" = "binary"): VirtualPlayer<R, C, I, E> {
    const identity = `identity${name.toLowerCase()}` as IdentityId;
    assert(!this.players.some((player) => player.name === name), `${name} is here already`);
    return this.lines.add((line) => new VirtualPlayer({ identity, name, frames }, this.game, line));
  }

  /** Lets time pass; whatever falls due meanwhile happens at its own moment. */
  pass(ms: number): void {
    this.clock.advance(ms);
  }

  /** The host does nothing for so long, as when it is stopped or waits for its log; then it goes on. */
  stall(ms: number): void {
    this.together(() => this.pass(ms));
  }

  /** All of these steps come before the room in one turn. */
  together(steps: () => void): void {
    this.#holding += 1;
    try {
      steps();
    } finally {
      this.#holding -= 1;
    }
    this.#settle();
  }

  /** Puts something before the room, e.g. a message that comes late or again. */
  post(input: RoomInput): void {
    const { ticking } = this.machine.core;
    this.#inbox.push(input);
    const waits = input.kind === "commands" || input.kind === "input" || input.kind === "gone";
    if (!waits || !ticking) this.#urgent = true;
    this.#settle();
  }

  /**
   * The host dies: its memory and every connection are gone. Another one loads the room from the log,
   * which may have lost its newest entries.
   */
  kill(how: { readonly losing?: number } = {}): void {
    if (how.losing !== undefined) this.log.lose(how.losing);
    this.runs = this.runs.filter(({ version }) => version <= this.log.top.version);
    this.#forget();
    this.lines.cutAll();
    this.#load();
  }

  /**
   * A newer build of the game takes the room over by its `migrate`, after a kill. This table is over, with
   * every page at it: its players come to the new one by `player(name).join()`.
   */
  deploy<R2 extends Records, C2 extends Named, I2 extends Named, E2 extends Named>(
    newer: Game<R2, C2, I2, E2>,
  ): Table<R2, C2, I2, E2> {
    this.#forget();
    this.lines.cutAll();
    const { clock, log, saves } = this;
    const left = { id: this.#room, clock, log, saves, hosts: this.#hosts };
    return new Table(newer, this.#options, left);
  }

  /** The host will die at that point of the next turn that writes something. */
  killAt(point: CrashPoint): void {
    this.#crash = point;
  }

  /**
   * Bad weather is over: everything arrives from here on, whoever waits for an answer asks again, and
   * everybody has what was lost before this returns.
   */
  calm(): void {
    this.lines.calm();
    for (const player of this.players) player.catchUp();
    this.pass(0);
  }

  /** Throws if anything does not hold that must hold at any time. */
  check(): void {
    insistAll(this as unknown as Table);
  }

  /** Runs turns until nothing waits that should not wait for the next tick. */
  #settle(): void {
    if (this.#running || this.#holding > 0) return;
    this.#running = true;
    try {
      for (let turns = 0; this.#urgent; turns++) {
        assert(turns < TURNS_AT_ONCE_MAX, "page and room answer each other for ever");
        this.#turn(this.machine);
      }
    } finally {
      this.#running = false;
    }
    this.#arm();
  }

  #turn(machine: RoomMachine): void {
    const inputs = this.#inbox;
    this.#inbox = [];
    this.#urgent = false;
    this.#ranNow = [];
    try {
      this.#commit(machine, machine.turn(inputs, this.clock.now()));
    } catch (cause) {
      if (!(cause instanceof RoomFailure)) throw cause;
      this.failures.push(cause);
      this.#stop(machine);
      if (!this.#options.mayFail) throw cause;
    }
  }

  /** Append, then tell: whatever is not in the log by then was never said. */
  #commit(machine: RoomMachine, { entry, tells, errands }: Turn): void {
    const crash = entry === undefined ? undefined : this.#crash;
    if (crash !== undefined) this.#crash = undefined;
    if (crash === "before-append") return this.kill();
    if (entry !== undefined) this.#append(machine, entry);
    if (crash === "before-telling") return this.kill();
    this.told.push(...tells);
    this.lines.deliver(tells);
    this.#run(machine, errands);
    if (!this.#options.mayFail) insistFine(this.game.name, errands);
  }

  #append(machine: RoomMachine, { version, bytes }: NonNullable<Turn["entry"]>): void {
    this.log.append(this.#epoch, version, bytes);
    for (const ran of this.#ranNow) this.runs.push({ version, ...ran });
    if (version % (this.#options.snapshotEvery ?? SNAPSHOT_EVERY_ENTRIES) !== 0) return;
    this.log.keepSnapshot({ epoch: this.#epoch, version }, machine.snapshot().bytes);
  }

  /** The rules failed: everybody is told, and whoever comes back has the room loaded anew. */
  #stop(machine: RoomMachine): void {
    this.#forget();
    const reason = "room-stopped";
    this.lines.deliver(machine.connections.map((to) => ({ kind: "detached", to, reason })));
  }

  #forget(): void {
    this.#disarm?.();
    this.#machine = undefined;
    this.#inbox = [];
    this.#urgent = false;
  }

  #load(): void {
    const core = takenOver(this.#room, this.#watched, this.log);
    this.#hosts += 1;
    this.#epoch = this.log.claim(this.clock.wallMs());
    this.#begin(core);
    this.post({ kind: "nodes", alive: [this.node] });
    this.#run(this.machine, savesUnderWay(core));
  }

  #run(machine: RoomMachine, errands: readonly Errand[]): void {
    this.errands.push(...errands);
    this.saves.run(errands, machine.core, (input) => {
      if (this.#machine === machine) this.post(input);
    });
  }

  #begin(core: RoomCore): void {
    core.history.begin(this.#epoch, core.version);
    beginHosting(core, this.clock.now());
    this.#machine = new RoomMachine(core);
    this.#arm();
  }

  /** One timer for the room's nearest deadline. */
  #arm(): void {
    this.#disarm?.();
    const nowMs = this.clock.now();
    const atMs = this.#machine?.deadlineMs(nowMs);
    if (atMs === undefined) return;
    this.#disarm = this.clock.after(atMs - nowMs, () => {
      this.#urgent = true;
      this.#settle();
    });
  }
}
