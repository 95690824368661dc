// Node faults: what befalls the nodes and the store they share. Each says what happens once; how often
// is for the faults.

import { CALM } from "./faultyStore.ts";
import type { Scene } from "./scene.ts";

export function kill(scene: Scene): void {
  if (scene.node?.life.isAlive !== true || !scene.mayLoseNode) return;
  scene.killNode(scene.world.chance(0.7) ? "told" : "silent");
}

/** Before an entry is sent, after it was, in the midst of what is told of it, at any write. */
export function killInEffect(scene: Scene): void {
  const { node, world } = scene;
  if (node?.life.isAlive !== true || !scene.mayLoseNode) return;
  node.dieAfter(world.int(0, 30), world.chance(0.7) ? "told" : "silent");
  // A supervisor that looks every second.
  world.plan(1_000, world.nature, () => {
    if (node.life.isDead && scene.node === node) scene.startNode();
    else node.dieAfter(Number.POSITIVE_INFINITY, "told");
  });
}

export function freeze({ node, world }: Scene): void {
  if (node?.life.isAlive !== true) return;
  node.life.freeze();
  world.plan(world.int(200, world.chance(0.3) ? 6_000 : 1_500), world.nature, () =>
    node.life.thaw(),
  );
}

/** Somebody believes the frozen node dead and starts another; then it wakes. */
export function replaceFrozen(scene: Scene): void {
  const { node, world } = scene;
  if (node?.life.isAlive !== true || !scene.mayLoseNode) return;
  node.life.freeze();
  scene.makeZombie(node);
  scene.startNode(world.int(100, 2_000));
  const thawMs = world.int(500, 5_000);
  world.plan(thawMs, world.nature, () => node.life.thaw());
  world.plan(thawMs + world.int(100, 3_000), world.nature, () => node.die("told"));
}

export function deploy(scene: Scene): void {
  const { node, world } = scene;
  if (node?.life.isAlive !== true || node.rooms === undefined || !scene.mayLoseNode) return;
  scene.makeZombie(node);
  void node.stop();
  scene.startNode(world.int(50, 1_500));
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
