// Sweep: one scripted world, played again and again with a node dying at another boundary between two
// of its effects each time. What must hold afterwards is what must hold under any seed.

import { seededRandom } from "../../shared/random.ts";
import type { Boundary } from "./effects.ts";
import { heal } from "./faults.ts";
import { brokenRules } from "./invariants.ts";
import { cut } from "./lineFaults.ts";
import { slotOfHost } from "./nodeFaults.ts";
import type { Person } from "./person.ts";
import { comeBack } from "./quiet.ts";
import { Scene } from "./scene.ts";
import { withSecretsFrom } from "./secrets.ts";
import { reload } from "./tabFaults.ts";

const SEED = 1;
/** From the click on a button to the next. */
const STEP_MS = 120;
/** Long enough for pages to be seated, a line to be made anew, a timer to ring, a room to be taken over. */
const WHILE_MS = 900;

interface Swept {
  /** Everything that nodes did in the script. */
  readonly effects: readonly string[];
  readonly broken: readonly string[];
  trace(): readonly string[];
}

/** Plays the script; whoever does the effect at the boundary dies there. Never two at once in a process. */
export function playScript(boundary?: Boundary): Promise<Swept> {
  return withSecretsFrom(seededRandom(SEED), async () => {
    const scene = Scene.open({
      ...{ seed: SEED, tickHz: undefined, seats: 3, people: 3, graceMs: 15_000, bulk: 0 },
      ...{ saves: true, hasWatcher: true, nodes: 3, isOneMachine: true, forgets: false },
    });
    const { effects, history } = scene;
    if (boundary !== undefined)
      effects.killAt(boundary, (life) => {
        const slot = scene.slots.find(({ node }) => node?.life === life);
        // One that was told to end has a successor already.
        if (slot === undefined) scene.endZombies();
        else scene.killNode(slot, "told");
      });
    await script(scene);
    const done = [...effects.names];
    heal(scene);
    const broken = [...(await comeBack(scene, "after the script")), ...(await brokenRules(scene))];
    return { effects: done, broken, trace: () => history.trace };
  });
}

/** Every boundary of a script with so many effects. */
export function boundariesOf(effects: readonly string[]): readonly Boundary[] {
  return effects.flatMap((_, at): readonly Boundary[] => [
    { effect: at + 1, side: "before" },
    { effect: at + 1, side: "after" },
  ]);
}

/** Plays the script once for each boundary; gives a report of each that broke something. */
export async function reportsAt(
  boundaries: readonly Boundary[],
  effects: readonly string[],
): Promise<readonly string[]> {
  const reports: string[] = [];
  for (const boundary of boundaries) {
    const { broken } = await playScript(boundary);
    if (broken.length === 0) continue;
    const { effect, side } = boundary;
    const where = `${side} ${effects[effect - 1]}`;
    reports.push(`npm run sim -- --${side} ${effect}\ndied ${where}\n${broken.join("\n")}`);
  }
  return reports;
}

/**
 * Joins, commands of every end, a timer, a line that breaks, a reload, a hand-over, a take-over, a leave
 * and a return.
 */
async function script(scene: Scene): Promise<void> {
  const { world, players, people, network, slots } = scene;
  const [one, two, three] = players;
  if (one === undefined || two === undefined || three === undefined) return;
  const pass = (ms: number) => world.play(world.nowMs + ms);
  for (const slot of slots) scene.startNode(slot, 0);
  await pass(STEP_MS);
  for (const person of people) {
    person.openTab();
    await pass(STEP_MS);
  }
  await pass(WHILE_MS);
  say(one, "pay", { to: 1, coins: 3 });
  say(two, "whisper", { to: 0 });
  say(three, "settle");
  await pass(STEP_MS);
  say(two, "reveal");
  say(one, "regret");
  say(three, "stumble");
  await pass(STEP_MS);
  say(two, "pay", { to: 2, coins: 1 });
  const line = network.lines.findLast(({ path, client }) => path === two.path && client.isOpen);
  if (line !== undefined) cut(scene, line);
  await pass(WHILE_MS);
  reload(scene, three);
  await pass(WHILE_MS);
  const old = slotOfHost(scene);
  if (old?.node !== undefined) {
    scene.makeZombie(old.node);
    void old.node.stop();
    scene.startNode(old);
  }
  say(one, "hush");
  await pass(WHILE_MS);
  say(one, "settle");
  const host = slotOfHost(scene);
  if (host !== undefined && scene.mayLoseNode) scene.killNode(host, "told");
  await pass(WHILE_MS);
  say(two, "pay", { to: 0, coins: 2 });
  three.pages[0]?.leave();
  await pass(WHILE_MS);
  // With what it left behind.
  for (const tab of three.tabs) three.load(tab);
  await pass(2 * WHILE_MS);
}

/** Whoever has a seat plays; others wait for one. */
function say(person: Person, name: string, given: Readonly<Record<string, unknown>> = {}): void {
  const [page] = person.pages;
  if (page?.sitting.play.seated?.seat === undefined) return;
  page.send(name, person.nextMark(), given);
}
