// Faults: what fate and people do to a scene. Each seed draws which of them happen and how often, so
// that rare mixes come up as well; after the chaos everything heals.

import { CALM } from "./faultyStore.ts";
import type { Line } from "./network.ts";
import type { Page, Person } from "./person.ts";
import { BYTES_PER_S, type Scene } from "./scene.ts";

type Strike = (scene: Scene) => void;

interface FaultKind {
  readonly name: string;
  /** Mean time between two strikes at the usual rate. */
  readonly everyMs: number;
  readonly strike: Strike;
}

/** What a bad line takes, in bytes a second. */
const NARROW = [700, 1_500, 3_000];

/** What people send; bulky worlds are full of long notes. */
const USUAL = ["pay", "pay", "pay", "whisper", "reveal", "hush", "settle", "regret"];
const BULKY = ["pay", "whisper", "whisper", "whisper", "reveal", "reveal", "hush", "settle"];

/** Share of the faults that a seed draws, and how much more or less often than usual each strikes. */
const SHARE = { from: 0.25, to: 0.75 };
const RATE = { from: 0.4, to: 2 };

const FAULTS: readonly FaultKind[] = [
  { name: "cut", everyMs: 2_000, strike: onLine(cut) },
  { name: "half-cut", everyMs: 3_000, strike: onLine(halfCut) },
  { name: "cut-in-message", everyMs: 2_000, strike: onLine(cutSoon) },
  { name: "silence", everyMs: 4_000, strike: onLine(silence) },
  { name: "hold", everyMs: 2_500, strike: onLine(hold) },
  { name: "offline", everyMs: 4_000, strike: goOffline },
  { name: "slow-path", everyMs: 2_500, strike: slowPath },
  { name: "narrow-path", everyMs: 3_000, strike: narrowPath },
  { name: "kill", everyMs: 5_000, strike: kill },
  { name: "kill-in-effect", everyMs: 4_000, strike: killInEffect },
  { name: "freeze", everyMs: 5_000, strike: freeze },
  { name: "replace-frozen", everyMs: 8_000, strike: replaceFrozen },
  { name: "deploy", everyMs: 5_000, strike: deploy },
  { name: "slow-store", everyMs: 5_000, strike: slowStore },
  { name: "lossy-store", everyMs: 4_000, strike: lossyStore },
  { name: "store-away", everyMs: 6_000, strike: storeAway },
  { name: "reload", everyMs: 2_000, strike: onPerson(reload) },
  { name: "duplicate", everyMs: 3_500, strike: onPerson(duplicate) },
  { name: "another-tab", everyMs: 6_000, strike: onPerson(anotherTab) },
  { name: "close-tab", everyMs: 6_000, strike: onPerson(closeTab) },
  { name: "hide", everyMs: 5_000, strike: onPage(hide) },
  { name: "take-back", everyMs: 3_000, strike: onPage((_scene, page) => takeBack(page)) },
  { name: "leave", everyMs: 15_000, strike: onPage((_scene, page) => page.leave()) },
];

/** Plans what happens until `untilMs`; gives the names of the faults that were drawn. */
export function planChaos(scene: Scene, untilMs: number): readonly string[] {
  const { world } = scene;
  const share = SHARE.from + world.random() * (SHARE.to - SHARE.from);
  const drawn = FAULTS.filter(() => world.chance(share));
  // Long notes are for narrow lines.
  if (scene.isBulky) world.pick(scene.people).path.bytesPerS = world.pick(NARROW);
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
  scene.endZombies();
  scene.node?.life.thaw();
  scene.node?.dieAfter(Number.POSITIVE_INFINITY, "told");
  if (scene.node?.life.isAlive !== true) scene.startNode();
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

function onLine(strike: (scene: Scene, line: Line) => void): Strike {
  return (scene) => {
    const open = scene.network.lines.filter(({ client, server }) => client.isOpen && server.isOpen);
    if (open.length > 0) strike(scene, scene.world.pick(open));
  };
}

function onPerson(strike: (scene: Scene, person: Person) => void): Strike {
  return (scene) => strike(scene, scene.world.pick(scene.people));
}

function onPage(strike: (scene: Scene, page: Page) => void): Strike {
  return (scene) => {
    const pages = scene.people.flatMap((person) => person.pages);
    if (pages.length > 0) strike(scene, scene.world.pick(pages));
  };
}

function cut({ world }: Scene, { client, server }: Line): void {
  for (const end of [client, server]) world.plan(0, end.life, () => end.ended());
}

/** One side learns that the line is gone, the other believes in it. */
function halfCut({ world }: Scene, { client, server }: Line): void {
  const [told, untold] = world.chance(0.5) ? [client, server] : [server, client];
  told.silence();
  untold.silence();
  world.plan(0, told.life, () => told.ended());
}

function cutSoon({ world }: Scene, { client, server }: Line): void {
  world.pick([client, server]).cutAfter(world.int(0, 6));
}

function silence(_scene: Scene, { client, server }: Line): void {
  client.silence();
  server.silence();
}

function hold({ world }: Scene, { client, server }: Line): void {
  const held = world.chance(0.4) ? [client, server] : [world.pick([client, server])];
  for (const end of held) end.hold();
  world.plan(world.int(50, world.chance(0.3) ? 7_000 : 1_200), world.nature, () => {
    for (const end of held) end.flow();
  });
}

function goOffline({ world, network, people }: Scene): void {
  const person = world.pick(people);
  if (person.path.isOffline) return;
  network.goOffline(person.path);
  const isTold = world.chance(0.5);
  if (isTold) for (const { sitting } of person.pages) sitting.driver.post({ kind: "offline" });
  world.plan(world.int(100, world.chance(0.3) ? 12_000 : 2_500), world.nature, () => {
    if (!person.path.isOffline) return;
    network.goOnline(person.path, world.chance(0.6) ? "same" : "other");
    if (isTold) for (const { sitting } of person.pages) sitting.driver.post({ kind: "woken" });
  });
}

function slowPath({ world, people }: Scene): void {
  const { path } = world.pick(people);
  path.delayMs = world.int(1, 400);
  path.jitterMs = world.int(0, 300);
}

/** Little gets through, but something does: the line is slow, and not silent. */
function narrowPath({ world, people }: Scene): void {
  const { path } = world.pick(people);
  path.bytesPerS = world.pick(NARROW);
  world.plan(world.int(1_000, 15_000), world.nature, () => {
    path.bytesPerS = BYTES_PER_S;
  });
}

function kill(scene: Scene): void {
  if (scene.node?.life.isAlive !== true || !scene.mayLoseNode) return;
  scene.killNode(scene.world.chance(0.7) ? "told" : "silent");
}

/** Before an entry is sent, after it was, in the midst of what is told of it, at any write. */
function killInEffect(scene: Scene): void {
  const { node, world } = scene;
  if (node?.life.isAlive !== true || !scene.mayLoseNode) return;
  node.dieAfter(world.int(0, 30), world.chance(0.7) ? "told" : "silent");
  // A supervisor that looks every second.
  world.plan(1_000, world.nature, () => {
    if (node.life.isDead && scene.node === node) scene.startNode();
    else node.dieAfter(Number.POSITIVE_INFINITY, "told");
  });
}

function freeze({ node, world }: Scene): void {
  if (node?.life.isAlive !== true) return;
  node.life.freeze();
  world.plan(world.int(200, world.chance(0.3) ? 6_000 : 1_500), world.nature, () =>
    node.life.thaw(),
  );
}

/** Somebody believes the frozen node dead and starts another; then it wakes. */
function replaceFrozen(scene: Scene): void {
  const { node, world } = scene;
  if (node?.life.isAlive !== true || !scene.mayLoseNode) return;
  node.life.freeze();
  scene.makeZombie(node);
  scene.startNode(world.int(100, 2_000));
  const thawMs = world.int(500, 5_000);
  world.plan(thawMs, world.nature, () => node.life.thaw());
  world.plan(thawMs + world.int(100, 3_000), world.nature, () => node.die("told"));
}

function deploy(scene: Scene): void {
  const { node, world } = scene;
  if (node?.life.isAlive !== true || node.rooms === undefined || !scene.mayLoseNode) return;
  scene.makeZombie(node);
  void node.stop();
  scene.startNode(world.int(50, 1_500));
}

function slowStore({ store, world }: Scene): void {
  store.weather.delayMs = world.int(20, 700);
  store.weather.jitterMs = world.int(0, 400);
  world.plan(world.int(300, 4_000), world.nature, () => {
    Object.assign(store.weather, { delayMs: CALM.delayMs, jitterMs: CALM.jitterMs });
  });
}

function lossyStore({ store, world }: Scene): void {
  const { weather } = store;
  weather.lostBefore = world.random() * 0.2;
  weather.lostAfter = world.random() * 0.25;
  weather.strayed = world.random() * 0.15;
  world.plan(world.int(300, 4_000), world.nature, () => {
    Object.assign(weather, { lostBefore: 0, lostAfter: 0, strayed: 0 });
  });
}

function storeAway({ store, world }: Scene): void {
  store.weather.isAway = true;
  world.plan(world.int(100, world.chance(0.3) ? 6_000 : 1_500), world.nature, () => {
    store.weather.isAway = false;
  });
}

function reload(scene: Scene, person: Person): void {
  const loaded = person.tabs.filter(({ page }) => page?.life.isAlive === true);
  if (loaded.length > 0) person.load(scene.world.pick(loaded));
}

function duplicate(scene: Scene, person: Person): void {
  if (person.tabs.length > 0 && person.tabs.length < 3)
    person.openTab(scene.world.pick(person.tabs));
}

function anotherTab(_scene: Scene, person: Person): void {
  if (person.tabs.length < 3) person.openTab();
}

function closeTab(scene: Scene, person: Person): void {
  if (person.tabs.length === 0) return;
  person.close(scene.world.pick(person.tabs));
  if (person.tabs.length > 0) return;
  const { world } = scene;
  world.plan(world.int(100, 4_000), world.nature, () => {
    if (person.tabs.length === 0) person.openTab();
  });
}

function hide({ world }: Scene, page: Page): void {
  page.sitting.driver.post({ kind: "hidden" });
  world.plan(world.int(100, 4_000), page.life, () => page.sitting.driver.post({ kind: "visible" }));
}

function takeBack(page: Page): void {
  if (page.status.phase === "elsewhere") page.sitting.driver.post({ kind: "take-back" });
}
