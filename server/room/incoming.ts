// Incoming rooms: those on their way into this node's memory, claimed out of the store or made anew, and
// what waits for them meanwhile. Whether a room may come, and what becomes of it then, others know.

import { type Clock, pause } from "../../shared/clock.ts";
import type { Game } from "../../shared/game.ts";
import type { NodeId, RoomId } from "../../shared/ids.ts";
import { randomCode } from "../../shared/random.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { RoomStore } from "../store/store.ts";
import { UnderWay } from "../underWay.ts";
import { Anterooms } from "./anterooms.ts";
import type { Claimed, Claiming, TakeOverCause } from "./claiming.ts";
import type { RoomCore } from "./core.ts";
import type { Errands } from "./errands.ts";
import type { Host } from "./host.ts";
import type { HostedRoom } from "./hosted.ts";
import { beginHosting, newRoom } from "./loading.ts";
import type { Neighbours } from "./neighbours.ts";
import { RoomMachine } from "./room.ts";
import type { Trials } from "./trials.ts";
import type { RoomInput } from "./turn.ts";

export interface IncomingParts {
  readonly node: NodeId;
  readonly store: RoomStore;
  readonly clock: Pick<Clock, "now" | "after">;
  readonly claiming: Claiming;
  readonly trials: Trials;
  readonly host: Host;
  readonly errands: Errands;
  readonly neighbours: Neighbours | undefined;
  /** A seed for a new room's generator, a whole number. */
  seed(): number;
  /** Takes what waited for a room that has come. */
  post(room: RoomId, input: RoomInput): void;
  /** Takes what waited for a room that does not come. */
  refuse(room: RoomId, input: RoomInput, reason: Reason): void;
}

const ROOM_ID_LENGTH = 14;
const CODE_LENGTH = 6;

/** How often a room on trial is looked at, and how often at most: a first entry takes a beat and an append. */
const TRIAL_LOOK_MS = 5;
const TRIAL_LOOKS_MAX = 200;

const STOPPED: Claimed = { kind: "refused", reason: "server-draining" };

export class IncomingRooms {
  readonly #parts: IncomingParts;
  /** Inputs for rooms that are being loaded. */
  readonly #loading = new Anterooms();
  /** Rooms that are being loaded or made. */
  readonly #coming = new UnderWay();
  #isStopped = false;

  constructor(parts: IncomingParts) {
    this.#parts = parts;
  }

  /** Whether the room is being loaded. */
  has(room: RoomId): boolean {
    return this.#loading.has(room);
  }

  /** Keeps an input for a room that is being loaded; false if it is not. */
  keep(room: RoomId, input: RoomInput): boolean {
    if (!this.#loading.has(room)) return false;
    if (!this.#loading.put(room, input)) this.#parts.refuse(room, input, "server-busy");
    return true;
  }

  /** Loads a room that is not in memory, for what waits for it; gives what came of that. Never rejects. */
  load(room: RoomId, cause: TakeOverCause, ...first: readonly RoomInput[]): Promise<Claimed> {
    this.#loading.open(room, ...first);
    return this.#coming.add(this.#load(room, cause));
  }

  /** Makes a room that nobody has entered yet. Rejects with StoreAway. */
  create(game: Game, open: "listed" | "private"): Promise<RoomId> {
    return this.#coming.add(this.#create(game, open));
  }

  /** Nothing is loaded any more; resolves when what is on its way has come. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#coming.over();
  }

  async #load(room: RoomId, cause: TakeOverCause): Promise<Claimed> {
    const { claiming, neighbours, post, refuse } = this.#parts;
    const claimed = this.#isStopped ? STOPPED : await claiming.claim(room, cause);
    const inputs = this.#loading.close(room);
    if (claimed.kind === "elsewhere") neighbours?.elsewhere(room, claimed.host, inputs);
    if (claimed.kind === "claimed")
      void this.#endTrial(this.#begin(claimed.core, claimed.epoch), claimed.core.version);
    else this.#parts.trials.over(room);
    for (const waited of inputs) {
      if (claimed.kind === "claimed") post(room, waited);
      if (claimed.kind === "refused") refuse(room, waited, claimed.reason);
    }
    return claimed;
  }

  /** Lets the next room on trial be taken over once this one has written something, or cannot. */
  async #endTrial(hosted: HostedRoom, claimedVersion: number): Promise<void> {
    const { clock, host, trials } = this.#parts;
    const isWaited = () =>
      !this.#isStopped &&
      trials.has(hosted.id) &&
      host.get(hosted.id) === hosted &&
      (hosted.phase.kind !== "idle" || hosted.machine.core.version === claimedVersion);
    for (let looks = 0; looks < TRIAL_LOOKS_MAX && isWaited(); looks++)
      await pause(clock, TRIAL_LOOK_MS);
    trials.over(hosted.id);
  }

  /** Hosts a loaded room; seats that connections of a dead node held are put away first. */
  #begin(core: RoomCore, epoch: number): HostedRoom {
    const { node, clock, host, errands, neighbours } = this.#parts;
    core.history.begin(epoch, core.version);
    beginHosting(core, clock.now());
    const machine = new RoomMachine(core);
    const hosted = host.begin(machine, epoch);
    host.post(core.id, { kind: "nodes", alive: [node] });
    errands.repair(machine);
    neighbours?.taken(core.id);
    return hosted;
  }

  async #create(game: Game, open: "listed" | "private"): Promise<RoomId> {
    const { store, node, clock, host, errands } = this.#parts;
    const id = randomCode(ROOM_ID_LENGTH) as RoomId;
    const code = randomCode(CODE_LENGTH);
    const core = newRoom({ id, game, open, code, seed: this.#parts.seed() });
    const machine = new RoomMachine(core);
    const made = await store.createRoom(id, node, machine.snapshot().bytes);
    if (made.kind === "exists") return this.#create(game, open);
    core.history.begin(made.epoch, 0);
    beginHosting(core, clock.now());
    host.begin(machine, made.epoch);
    await errands.list(machine);
    return id;
  }
}
