// Faults: what fate and people do to a scene. Each seed draws which of them happen and how often, so
// that rare mixes come up as well; after the chaos everything heals.

import { assert } from "../../shared/assert.ts";
import { CALM_BUS } from "./bus.ts";
import { CALM } from "./faultyStore.ts";
import * as line from "./lineFaults.ts";
import * as node from "./nodeFaults.ts";
import type { Person } from "./person.ts";
import { BYTES_PER_S, type Scene, type Strike } from "./scene.ts";
import * as tab from "./tabFaults.ts";

interface FaultKind {
  readonly name: string;
  /** Mean time between two strikes at the usual rate. */
  readonly everyMs: number;
  readonly strike: Strike;
}

/** What people send; bulky worlds are full of long notes. */
const USUAL = ["pay", "pay", "pay", "whisper", "reveal", "hush", "settle", "regret"];
const BULKY = ["pay", "whisper", "whisper", "whisper", "reveal", "reveal", "hush", "settle"];

/** Share of the faults that a seed draws, and how much more or less often than usual each strikes. */
const SHARE = { from: 0.25, to: 0.75 };
const RATE = { from: 0.4, to: 2 };

const FAULTS: readonly FaultKind[] = [
  { name: "cut", everyMs: 2_000, strike: line.onLine(line.cut) },
  { name: "half-cut", everyMs: 3_000, strike: line.onLine(line.halfCut) },
  { name: "cut-in-message", everyMs: 2_000, strike: line.onLine(line.cutSoon) },
  { name: "silence", everyMs: 4_000, strike: line.onLine(line.silence) },
  { name: "hold", everyMs: 2_500, strike: line.onLine(line.hold) },
  { name: "offline", everyMs: 4_000, strike: line.goOffline },
  { name: "slow-path", everyMs: 2_500, strike: line.slowPath },
  { name: "narrow-path", everyMs: 2_000, strike: line.narrowPath },
  { name: "kill", everyMs: 5_000, strike: node.kill },
  { name: "kill-in-effect", everyMs: 4_000, strike: node.killInEffect },
  { name: "freeze", everyMs: 5_000, strike: node.freeze },
  { name: "replace-frozen", everyMs: 8_000, strike: node.replaceFrozen },
  { name: "deploy", everyMs: 5_000, strike: node.deploy },
  { name: "slow-store", everyMs: 5_000, strike: node.slowStore },
  { name: "lossy-store", everyMs: 4_000, strike: node.lossyStore },
  { name: "store-away", everyMs: 6_000, strike: node.storeAway },
  { name: "reload", everyMs: 2_000, strike: tab.onPerson(tab.reload) },
  { name: "duplicate", everyMs: 3_500, strike: tab.onPerson(tab.duplicate) },
  { name: "another-tab", everyMs: 6_000, strike: tab.onPerson(tab.anotherTab) },
  { name: "close-tab", everyMs: 6_000, strike: tab.onPerson(tab.closeTab) },
  { name: "hide", everyMs: 5_000, strike: tab.onPage(tab.hide) },
  { name: "take-back", everyMs: 3_000, strike: tab.onPage(tab.takeBack) },
  { name: "leave", everyMs: 15_000, strike: tab.onPage(tab.leave) },
];

/** What befalls nodes among others, beside all that befalls one alone. */
const AMONG: readonly FaultKind[] = [
  { name: "lossy-bus", everyMs: 3_000, strike: node.lossyBus },
  { name: "cut-from-store", everyMs: 5_000, strike: node.cutFromStore },
  { name: "freeze-long", everyMs: 7_000, strike: node.freezeLong },
];

/** What befalls a store that forgets. */
const FORGETTING: readonly FaultKind[] = [
  { name: "fail-over", everyMs: 4_000, strike: node.failOver },
  { name: "flush", everyMs: 12_000, strike: node.flush },
];

/**
 * What befalls only worlds that have it always: strikes aimed at the moment of a claim, or at one shard
 * of a Cluster. No seed draws them, so that seeds which found something stay what they were.
 */
const AIMED: readonly FaultKind[] = [
  { name: "freeze-until-claimed", everyMs: 4_000, strike: node.freezeUntilClaimed },
  { name: "fail-over-at-claim", everyMs: 4_000, strike: node.failOverAtClaim },
  { name: "kill-at-writing-back", everyMs: 3_000, strike: node.killAtWritingBack },
  { name: "shard-fail-over", everyMs: 3_000, strike: node.shardFailOver },
];

/** Plans what happens until `untilMs`, some of it `always`; gives the names of the faults that were drawn. */
export function planChaos(
  scene: Scene,
  untilMs: number,
  always: readonly string[],
): readonly string[] {
  const { world } = scene;
  const kinds = [
    ...FAULTS,
    ...(scene.slots.length > 1 ? AMONG : []),
    ...(scene.forgets ? FORGETTING : []),
  ];
  const aimed = AIMED.filter(({ name }) => always.includes(name));
  const known = [...kinds, ...aimed];
  const unknown = always.filter((wanted) => !known.some(({ name }) => name === wanted));
  assert(unknown.length === 0, `there is no fault ${unknown}`);
  const share = SHARE.from + world.random() * (SHARE.to - SHARE.from);
  const drawn = kinds.filter(({ name }) => world.chance(share) || always.includes(name));
  drawn.push(...aimed);
  // Long notes are for narrow lines.
  if (scene.isBulky) world.pick(scene.people).path.bytesPerS = world.pick(line.NARROW);
  for (const { name, everyMs, strike } of drawn) {
    const meanMs = everyMs / (RATE.from + world.random() * (RATE.to - RATE.from));
    repeat(scene, { meanMs, untilMs }, () => {
      scene.history.note("fate", name);
      strike(scene);
    });
  }
  return drawn.map(({ name }) => name);
}

/** Plans what players do at their pages. */
export function planPlay(scene: Scene, person: Person, untilMs: number): void {
  const meanMs = scene.world.int(150, 900);
  repeat(scene, { meanMs, untilMs }, () => play(scene, person));
}

function repeat(
  scene: Scene,
  when: { readonly meanMs: number; readonly untilMs: number },
  happen: () => void,
): void {
  const { world } = scene;
  const waitMs = -Math.log(1 - world.random()) * when.meanMs;
  if (world.nowMs + waitMs >= when.untilMs) return;
  world.plan(waitMs, world.nature, () => {
    happen();
    repeat(scene, when, happen);
  });
}

/** Ends every fault: lines flow, devices are online, the store answers, a node runs. */
export function heal(scene: Scene): void {
  const { network, store, people } = scene;
  scene.isHealed = true;
  scene.history.note("fate", "heals");
  for (const { path } of people) {
    network.goOnline(path, "same");
    path.delayMs = Math.min(path.delayMs, 60);
    path.jitterMs = Math.min(path.jitterMs, 20);
    path.bytesPerS = BYTES_PER_S;
  }
  for (const { client, server } of network.lines) {
    client.flow();
    server.flow();
  }
  Object.assign(store.weather, CALM);
  Object.assign(store.busWeather, CALM_BUS);
  store.cuts.clear();
  scene.endZombies();
  for (const { life } of scene.nodes) life.thaw();
  for (const each of scene.nodes) each.dieAfter(Number.POSITIVE_INFINITY, "told");
  for (const slot of scene.emptySlots) scene.startNode(slot);
}

function play(scene: Scene, person: Person): void {
  const { world } = scene;
  const page = person.pages.length === 0 ? undefined : world.pick(person.pages);
  if (page?.sitting.play.seated?.seat === undefined) return;
  for (let count = world.chance(0.3) ? 3 : 1; count > 0; count--) {
    const mark = person.nextMark();
    const to = world.int(0, scene.game.seats.max - 1);
    const name = world.pick(scene.isBulky ? BULKY : USUAL);
    const sent =
      name === "pay"
        ? page.send(name, mark, { to, coins: world.int(1, 5) })
        : page.send(name, mark, name === "whisper" ? { to } : {});
    if (world.chance(0.1)) world.plan(world.int(0, 300), page.life, () => page.cancel(sent));
  }
  if (world.chance(0.04)) page.send("stumble", person.nextMark());
  if (scene.game.tickHz !== undefined) page.lean(world.int(-9, 9));
}
