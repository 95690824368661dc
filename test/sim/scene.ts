// Scene: one simulated world with everything in it: a store, nodes one after the other, and people at
// their pages. It does what it is told to happen; when what happens is for the faults.

import type { Game } from "../../shared/game.ts";
import type { RoomId } from "../../shared/ids.ts";
import { type BankOptions, bankGame } from "./bank.ts";
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
  readonly players: readonly Person[];
  /** Players, and who only looks. */
  readonly people: readonly Person[];
  /** The node that was started last. */
  node: SimNode | undefined;
  readonly game: Game;
  /** Whether what people write is long. */
  readonly isBulky: boolean;
  /** Nodes that were replaced and may still be running. */
  #zombies: SimNode[] = [];
  #nodes = 0;
  #isStarting = false;

  private constructor(parts: {
    readonly world: World;
    readonly history: History;
    readonly store: FaultyStore;
    readonly options: SceneOptions;
  }) {
    const { world, history, store, options } = parts;
    this.world = world;
    this.history = history;
    this.game = history.game;
    this.store = store;
    this.isBulky = options.bulk > 0;
    this.network = new Network(world);
    this.players = Array.from({ length: options.people }, (_, at) => this.#person(`p${at}`));
    const watchers = options.hasWatcher ? [this.#person("w", () => this.#someRoom())] : [];
    this.people = [...this.players, ...watchers];
  }

  static async open(options: SceneOptions): Promise<Scene> {
    const world = new World(options.seed);
    const game = bankGame(options);
    const lookEvery = game.tickHz === undefined ? 1 : 3;
    const history = new History(game, lookEvery, () => world.nowMs);
    const store = await FaultyStore.open(world, history);
    return new Scene({ world, history, store, options });
  }

  get nodeCount(): number {
    return this.#nodes;
  }

  /** A supervisor starts a node, and another if it does not come up; one at a time. */
  startNode(delayMs = START_MS): void {
    if (this.#isStarting) return;
    this.#isStarting = true;
    const { world, network, store, history } = this;
    world.plan(delayMs, world.nature, () => {
      const pageOf = (life: Life) => this.#pageOf(life);
      const node = new SimNode(++this.#nodes, { world, network, store, history, pageOf });
      this.node = node;
      this.#isStarting = false;
      history.note(node.id, "starts");
      void node.start().then((isUp) => {
        // It may have been replaced while it started.
        if (this.node !== node) return;
        if (isUp) network.listener = node;
        else this.startNode(AGAIN_MS);
      });
    });
  }

  /** The node dies and another takes its place. */
  killNode(how: "told" | "silent"): void {
    this.node?.die(how);
    this.startNode();
  }

  /** It was replaced, and does not know. */
  makeZombie(node: SimNode): void {
    this.#zombies.push(node);
    if (this.network.listener?.life === node.life) this.network.listener = undefined;
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

  #person(name: string, watches?: () => RoomId | undefined): Person {
    const { world, network, history } = this;
    const path = {
      ...{ delayMs: world.int(1, 60), jitterMs: world.int(0, 20) },
      ...{ bytesPerS: BYTES_PER_S, isOffline: false },
    };
    const desk = (cookie: string | undefined, guest: string | undefined) => {
      const { node } = this;
      return node?.life.isAlive === true && node.rooms !== undefined
        ? node.desk(cookie, guest)
        : undefined;
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
