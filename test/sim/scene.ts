// Scene: one simulated world with everything in it: a store, a node or several, and people at their
// pages. It does what it is told to happen; when what happens is for the faults.

import type { Game } from "../../shared/game.ts";
import type { RoomId } from "../../shared/ids.ts";
import { type BankOptions, bankGame } from "./bank.ts";
import { Effects } from "./effects.ts";
import { FaultyStore } from "./faultyStore.ts";
import { History, type PageSeen } from "./history.ts";
import { Network } from "./network.ts";
import { SimNode } from "./node.ts";
import { Person } from "./person.ts";
import { type Life, World } from "./world.ts";

export interface SceneOptions extends BankOptions {
  readonly seed: number;
  readonly people: number;
  readonly hasWatcher: boolean;
  /** Nodes that serve at the same time. One alone has all rooms to itself. */
  readonly nodes: number;
  /** Whether the nodes see one another's processes end. */
  readonly isOneMachine: boolean;
  /** Whether the store may forget. */
  readonly forgets: boolean;
}

/** Where a supervisor keeps a node running. */
class Slot {
  /** Machine of its processes. */
  readonly machine: string;
  /** The node that was started here last. */
  node: SimNode | undefined;
  isStarting = false;

  constructor(machine: string) {
    this.machine = machine;
  }
}

/** How long a supervisor takes to start a process, and to start it again. */
const START_MS = 150;
const AGAIN_MS = 500;

/** A mobile line on a good day. */
export const BYTES_PER_S = 1e6;

/** Claims in a row without a commit after which a room is taken for one that kills its hosts. */
const CLAIMS_LEFT_MIN = 2;

/** Something that befalls a scene. */
export type Strike = (scene: Scene) => void;

export class Scene {
  readonly world: World;
  readonly network: Network;
  readonly history: History;
  readonly store: FaultyStore;
  readonly effects: Effects;
  readonly players: readonly Person[];
  /** Players, and who only looks. */
  readonly people: readonly Person[];
  readonly slots: readonly Slot[];
  readonly game: Game;
  /** Whether what people write is long. */
  readonly isBulky: boolean;
  /** Whether the store may forget. */
  readonly forgets: boolean;
  /** Whether the faults are over. */
  isHealed = false;
  /** Nodes that were replaced and may still be running. */
  #zombies: SimNode[] = [];
  /** Every node that was ever started, by its place. */
  readonly #started = new Map<string, SimNode>();

  private constructor(parts: {
    readonly world: World;
    readonly history: History;
    readonly store: FaultyStore;
    readonly effects: Effects;
    readonly options: SceneOptions;
  }) {
    const { world, history, store, effects, options } = parts;
    this.world = world;
    this.history = history;
    this.game = history.game;
    this.store = store;
    this.effects = effects;
    this.isBulky = options.bulk > 0;
    this.forgets = options.forgets;
    this.network = new Network(world);
    this.slots = Array.from({ length: options.nodes }, (_, at) =>
      options.isOneMachine ? new Slot("machine") : new Slot(`machine${at}`),
    );
    this.players = Array.from({ length: options.people }, (_, at) => this.#person(`p${at}`));
    const watchers = options.hasWatcher ? [this.#person("w", () => this.#someRoom())] : [];
    this.people = [...this.players, ...watchers];
  }

  static open(options: SceneOptions): Scene {
    const world = new World(options.seed);
    const game = bankGame(options);
    const lookEvery = game.tickHz === undefined ? 1 : 3;
    const history = new History(game, lookEvery, () => world.nowMs);
    const effects = new Effects(world);
    const store = new FaultyStore(world, history, effects);
    return new Scene({ world, history, store, effects, options });
  }

  get nodeCount(): number {
    return this.#started.size;
  }

  /** Nodes that were started last and are not dead. */
  get nodes(): readonly SimNode[] {
    return this.slots.flatMap(({ node }) => (node?.life.isDead === false ? [node] : []));
  }

  /** One of the slots, as fate picks. */
  get anySlot(): Slot {
    return this.#any(this.slots);
  }

  /** Where it is quiet that a node does not run: somebody has to start it. */
  get emptySlots(): readonly Slot[] {
    return this.slots.filter(({ node }) => node?.life.isAlive !== true);
  }

  /** A supervisor starts a node, and another if it does not come up; one at a time. */
  startNode(slot: Slot, delayMs = START_MS): void {
    if (slot.isStarting) return;
    slot.isStarting = true;
    const { world, network, history } = this;
    world.plan(delayMs, world.nature, () => {
      const node = this.#newNode(slot);
      slot.node = node;
      slot.isStarting = false;
      history.note(node.id, "starts");
      void node.start().then((isUp) => {
        // It may have been replaced while it started.
        if (slot.node !== node) return;
        if (isUp) network.listen(node);
        else this.startNode(slot, AGAIN_MS);
      });
    });
  }

  /** The node dies and another takes its place. */
  killNode(slot: Slot, how: "told" | "silent"): void {
    slot.node?.die(how);
    this.startNode(slot);
  }

  /** It was replaced, and does not know. */
  makeZombie(node: SimNode): void {
    this.#zombies.push(node);
    this.network.close(node.life);
  }

  endZombies(): void {
    for (const node of this.#zombies.splice(0)) node.die("told");
  }

  /** Whether a node may die or freeze now without its rooms being taken for ones that kill their hosts. */
  get mayLoseNode(): boolean {
    const claims = new Map<string, number>();
    for (const { room, kind } of this.history.logged) {
      if (kind === "commit") claims.set(room, 0);
      if (kind === "claim") claims.set(room, (claims.get(room) ?? 0) + 1);
    }
    return [...claims.values()].every((count) => count < CLAIMS_LEFT_MIN);
  }

  #newNode({ machine }: Slot): SimNode {
    const { world, network, store, history, effects, slots } = this;
    const number = this.#started.size + 1;
    const place = `${machine} ${number}`;
    const node = new SimNode(number, {
      ...{ world, network, store, history, effects },
      place: slots.length > 1 ? place : undefined,
      hasEnded: (other, own) => this.#hasEnded(other, own),
      pageOf: (life) => this.#pageOf(life),
    });
    this.#started.set(place, node);
    return node;
  }

  #hasEnded(place: string, own: string): boolean {
    const [machine] = place.split(" ");
    const [ownMachine] = own.split(" ");
    return machine === ownMachine && this.#started.get(place)?.life.isDead === true;
  }

  /** One alone is not drawn. */
  #any<T>(from: readonly T[]): T {
    const [only] = from;
    return from.length === 1 && only !== undefined ? only : this.world.pick(from);
  }

  #person(name: string, watches?: () => RoomId | undefined): Person {
    const { world, network, history } = this;
    const path = {
      ...{ delayMs: world.int(1, 60), jitterMs: world.int(0, 20) },
      ...{ bytesPerS: BYTES_PER_S, isOffline: false },
    };
    const desk = (cookie: string | undefined, guest: string | undefined) => {
      const open = this.nodes.filter(({ life, rooms }) => life.isAlive && rooms !== undefined);
      return open.length === 0 ? undefined : this.#any(open).desk(cookie, guest);
    };
    return new Person({ name, path, watches }, { world, network, history, desk });
  }

  /** A room in which somebody sits. */
  #someRoom(): RoomId | undefined {
    const pages = this.players.flatMap((person) => person.pages);
    return pages.find(({ status }) => status.phase === "live")?.room;
  }

  #pageOf(life: Life): PageSeen | undefined {
    for (const person of this.people) {
      for (const { page } of person.tabs) if (page?.life === life) return page.seen;
    }
    return undefined;
  }
}
