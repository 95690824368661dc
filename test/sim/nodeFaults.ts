// Node faults: what befalls the nodes and the store they share. Each says what happens once; how often
// is for the faults.

import type { NodeId } from "../../shared/ids.ts";
import { CALM_BUS } from "./bus.ts";
import { CALM } from "./faultyStore.ts";
import type { Logged } from "./history.ts";
import { SHARD_COUNT } from "./redisModel.ts";
import type { Scene } from "./scene.ts";

export function kill(scene: Scene): void {
  const slot = scene.anySlot;
  if (slot.node?.life.isAlive !== true || !scene.mayLoseNode) return;
  scene.killNode(slot, scene.world.chance(0.7) ? "told" : "silent");
}

/** Before an entry is sent, after it was, in the midst of what is told of it, at any write. */
export function killInEffect(scene: Scene): void {
  const slot = scene.anySlot;
  const { node } = slot;
  const { world } = scene;
  if (node?.life.isAlive !== true || !scene.mayLoseNode) return;
  node.dieAfter(world.int(0, 30), world.chance(0.7) ? "told" : "silent");
  // A supervisor that looks every second.
  world.plan(1_000, world.nature, () => {
    if (node.life.isDead && slot.node === node) scene.startNode(slot);
    else node.dieAfter(Number.POSITIVE_INFINITY, "told");
  });
}

export function freeze({ anySlot: { node }, world }: Scene): void {
  if (node?.life.isAlive !== true) return;
  node.life.freeze();
  world.plan(world.int(200, world.chance(0.3) ? 6_000 : 1_500), world.nature, () =>
    node.life.thaw(),
  );
}

/** Somebody believes the frozen node dead and starts another; then it wakes. */
export function replaceFrozen(scene: Scene): void {
  const slot = scene.anySlot;
  const { node } = slot;
  const { world } = scene;
  if (node?.life.isAlive !== true || !scene.mayLoseNode) return;
  node.life.freeze();
  scene.makeZombie(node);
  scene.startNode(slot, world.int(100, 2_000));
  const thawMs = world.int(500, 5_000);
  world.plan(thawMs, world.nature, () => node.life.thaw());
  world.plan(thawMs + world.int(100, 3_000), world.nature, () => node.die("told"));
}

export function deploy(scene: Scene): void {
  const slot = scene.anySlot;
  const { node } = slot;
  const { world } = scene;
  if (node?.life.isAlive !== true || node.rooms === undefined || !scene.mayLoseNode) return;
  scene.makeZombie(node);
  void node.stop();
  scene.startNode(slot, world.int(50, 1_500));
}

/** Its line to the store is cut in one direction or in both, and those to its players are not. */
export function cutFromStore({ anySlot: { node }, store, world }: Scene): void {
  if (node?.life.isAlive !== true) return;
  store.cuts.set(node.id, world.pick(["asks", "answers", "both"] as const));
  world.plan(world.int(200, world.chance(0.4) ? 9_000 : 2_000), world.nature, () =>
    store.cuts.delete(node.id),
  );
}

/** Longer than a life sign lives: the others take over, and it goes on with what it knew. */
export function freezeLong(scene: Scene): void {
  const { node } = scene.anySlot;
  if (node?.life.isAlive !== true || !scene.mayLoseNode) return;
  node.life.freeze();
  scene.world.plan(scene.world.int(4_000, 9_000), scene.world.nature, () => node.life.thaw());
}

/** It wakes at the very moment at which another node has claimed a room, with all that waited for it. */
export function freezeUntilClaimed(scene: Scene): void {
  const node = slotOfHost(scene)?.node;
  if (node === undefined || !scene.mayLoseNode) return;
  node.life.freeze();
  atNextClaim(scene, () => node.life.thaw());
}

/** Where the host lives that wrote last. */
export function slotOfHost({ slots, history }: Scene): Scene["anySlot"] | undefined {
  const newest = history.logged.at(-1)?.node;
  return slots.find(({ node }) => node?.id === newest && node?.life.isAlive === true);
}

const LOOK_EVERY_MS = 1;

/** Calls back as soon as a node has taken a room over, if one does before everything is healed. */
function atNextClaim(scene: Scene, happen: (claim: Logged) => void): void {
  const { logged } = scene.history;
  const isTaking = ({ kind }: Logged, at: number) => {
    const before = logged[at - 1]?.kind;
    return kind === "claim" && before !== "created" && before !== "reseed";
  };
  atNext(scene, isTaking, happen);
}

/** Likewise as soon as something of that kind is in a log. */
function atNext(
  scene: Scene,
  isIt: (entry: Logged, at: number) => boolean,
  happen: (entry: Logged) => void,
): void {
  const { world, history } = scene;
  const { logged } = history;
  const from = logged.length;
  const look = () => {
    if (scene.isHealed) return;
    const found = logged.find((entry, at) => at >= from && isIt(entry, at));
    if (found !== undefined) return happen(found);
    world.plan(LOOK_EVERY_MS, world.nature, look);
  };
  look();
}

export function lossyBus({ store: { busWeather }, world }: Scene): void {
  busWeather.lost = world.random() * (world.chance(0.2) ? 1 : 0.3);
  busWeather.doubled = world.random() * 0.3;
  busWeather.delayed = world.random() * 0.2;
  busWeather.jitterMs = world.int(1, 200);
  world.plan(world.int(500, 6_000), world.nature, () => Object.assign(busWeather, CALM_BUS));
}

export function slowStore({ store, world }: Scene): void {
  store.weather.delayMs = world.int(20, 700);
  store.weather.jitterMs = world.int(0, 400);
  world.plan(world.int(300, 4_000), world.nature, () => {
    Object.assign(store.weather, { delayMs: CALM.delayMs, jitterMs: CALM.jitterMs });
  });
}

export function lossyStore({ store, world }: Scene): void {
  const { weather } = store;
  weather.lostBefore = world.random() * 0.2;
  weather.lostAfter = world.random() * 0.25;
  weather.strayed = world.random() * 0.15;
  world.plan(world.int(300, 4_000), world.nature, () => {
    Object.assign(weather, { lostBefore: 0, lostAfter: 0, strayed: 0 });
  });
}

export function storeAway({ store, world }: Scene): void {
  store.weather.isAway = true;
  world.plan(world.int(100, world.chance(0.3) ? 6_000 : 1_500), world.nature, () => {
    store.weather.isAway = false;
  });
}

/** A replica takes over that had not heard of the last writes; until it does, nobody answers. */
export function failOver(scene: Scene): void {
  loseMemory(scene, { ms: lagMs(scene) });
}

/** A host dies; as soon as another node has claimed a room that one dies too, and the claim is forgotten. */
export function failOverAtClaim(scene: Scene): void {
  const host = slotOfHost(scene);
  if (host === undefined || !scene.mayLoseNode) return;
  scene.killNode(host, "told");
  atNextClaim(scene, ({ node, atMs }) => {
    killNamed(scene, node);
    loseMemory(scene, { ms: scene.world.nowMs - atMs + LOOK_EVERY_MS });
  });
}

/** A room that was made a moment ago is forgotten whole; its host writes it back, and dies at once. */
export function killAtWritingBack(scene: Scene): void {
  const { world } = scene;
  atNext(scene, isOf("created"), ({ room, atMs }) =>
    world.plan(world.int(1, 60), world.nature, () => {
      loseMemory(scene, { ms: world.nowMs - atMs + LOOK_EVERY_MS });
      const untilMs = world.nowMs + WRITTEN_BACK_MS_MAX;
      const isIt = (entry: Logged) => isOf("reseed")(entry) && entry.room === room;
      atNext(scene, isIt, (entry) => entry.atMs < untilMs && killNamed(scene, entry.node));
    }),
  );
}

/** What is written back later may be so for another loss: who dies after that takes more along. */
const WRITTEN_BACK_MS_MAX = 5_000;

const isOf = (wanted: Logged["kind"]) => (entry: Logged) => entry.kind === wanted;

function killNamed(scene: Scene, node: NodeId): void {
  const slot = scene.slots.find((each) => each.node?.id === node);
  if (slot?.node?.life.isAlive === true && scene.mayLoseNode) scene.killNode(slot, "told");
}

/** The same for one shard of a Cluster: of a room the log alone, or its listing, or a seat's link. */
export function shardFailOver(scene: Scene): void {
  loseMemory(scene, { ms: lagMs(scene), shard: scene.world.int(0, SHARD_COUNT - 1) });
}

/** Everything is gone, the signs of who lives as well. */
export function flush(scene: Scene): void {
  const signs = scene.nodes.map(({ id }) => id);
  loseMemory(scene, { ms: Number.POSITIVE_INFINITY, signs });
}

/** How long messages between nodes are lost: a subscription is made again this often. */
const DEAF_MS = 500;

interface Forgotten {
  readonly ms: number;
  readonly signs?: readonly NodeId[];
  readonly shard?: number;
}

/** How far a replica is behind: seldom more than a fraction of a second. */
function lagMs({ world }: Scene): number {
  return world.int(0, world.chance(0.3) ? 3_000 : 400);
}

function loseMemory({ store, world }: Scene, { ms, signs = [], shard }: Forgotten): void {
  void store.forget(ms, signs, shard);
  store.weather.isAway = true;
  store.busWeather.lost = 1;
  const awayMs = world.int(10, world.chance(0.3) ? 4_000 : 600);
  world.plan(awayMs, world.nature, () => {
    store.weather.isAway = false;
    world.plan(world.random() * DEAF_MS, world.nature, () =>
      Object.assign(store.busWeather, CALM_BUS),
    );
  });
}
