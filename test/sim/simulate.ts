// Simulate: one seed from beginning to end: chaos, healing, quiet, and what is wrong with it all. The
// same seed gives the same run; nothing of it touches the platform's clock, network or disk.

import { seededRandom } from "../../shared/random.ts";
import { absences, withTheirNode } from "./absences.ts";
import type { BankOptions } from "./bank.ts";
import { heal, planChaos, planPlay } from "./faults.ts";
import { brokenRules } from "./invariants.ts";
import { comeBack } from "./quiet.ts";
import { Scene } from "./scene.ts";
import { withSecretsFrom } from "./secrets.ts";
import { World } from "./world.ts";

export interface Outcome {
  readonly seed: number;
  /** Which world it was, in a few words. */
  readonly world: string;
  /** What is wrong, each in a sentence that begins with the invariant's number; nothing if all holds. */
  readonly broken: readonly string[];
  /** Everything that happened, a line each; dear to write. */
  trace(): readonly string[];
  readonly commands: number;
  readonly entries: number;
  readonly nodes: number;
  readonly virtualMs: number;
}

/** Longer than any absence. */
const LONG_GRACE_MS = 300_000;

/** Told apart from the seed itself, so that secrets, the world and what happens in it do not repeat one another. */
const OPTIONS = 0x5eed;
const SECRETS = 0x5ec4e7;

/** What a world has in any case, whatever its seed draws besides. */
export interface Always {
  readonly faults: readonly string[];
  readonly isBulky?: boolean;
  /** Nodes that serve at the same time; one if not given. */
  readonly nodes?: number;
  /** Whether the store may forget what it took; it never does if not given. */
  readonly forgets?: boolean;
}

/** A world like most: one node, and whatever the seed draws. */
export const ONE_NODE: Always = { faults: [] };

/** Plays one seed. Two must not be played at once in one process: they would share their secrets. */
export async function simulate(seed: number, always: Always = ONE_NODE): Promise<Outcome> {
  return withSecretsFrom(seededRandom(seed ^ SECRETS), () => playSeed(seed, always));
}

async function playSeed(seed: number, always: Always): Promise<Outcome> {
  const options = drawn(seed, always);
  const scene = Scene.open({ seed, ...options });
  const { world } = scene;
  const chaosMs = options.tickHz === undefined ? world.int(4_000, 14_000) : world.int(3_000, 7_000);
  for (const slot of scene.slots) scene.startNode(slot, 0);
  for (const [at, person] of scene.people.entries())
    world.plan(300 + at * world.int(100, 1_500), world.nature, () => void person.openTab());
  for (const person of scene.players) planPlay(scene, person, chaosMs);
  const faults = planChaos(scene, chaosMs, always.faults);
  const broken: string[] = [];
  try {
    await world.play(chaosMs);
    heal(scene);
    broken.push(...(await comeBack(scene, "after the healing")));
    await absences[options.absence](scene);
    broken.push(...(await comeBack(scene, "after the absence")));
    if (options.losesNode) {
      await withTheirNode(scene);
      broken.push(...(await comeBack(scene, "after a player and their node were lost")));
    }
    broken.push(...(await brokenRules(scene)));
  } catch (cause) {
    broken.push(`I0 something threw: ${cause instanceof Error ? cause.stack : String(cause)}`);
  }
  return outcomeOf(scene, { seed, broken, world: `${describe(options)}; ${faults.join(" ")}` });
}

function outcomeOf(
  { history, world, nodeCount }: Scene,
  known: Pick<Outcome, "seed" | "world" | "broken">,
): Outcome {
  const { sent, logged } = history;
  const counts = { commands: sent.length, entries: logged.length, nodes: nodeCount };
  return { ...known, ...counts, trace: () => history.trace, virtualMs: world.nowMs };
}

interface Drawn extends BankOptions {
  readonly people: number;
  readonly hasWatcher: boolean;
  readonly nodes: number;
  readonly isOneMachine: boolean;
  readonly forgets: boolean;
  readonly absence: keyof typeof absences;
  /** Whether a player is lost together with their node in the end. */
  readonly losesNode: boolean;
}

/** The world of a seed: drawn apart from what happens in it, so that both can grow. */
function drawn(seed: number, { isBulky = false, nodes = 1, forgets = false }: Always): Drawn {
  const world = new World(seed ^ OPTIONS);
  const seats = world.int(2, 4);
  const tickHz = world.chance(0.3) ? world.pick([10, 20]) : undefined;
  // A room that ticks for minutes says nothing new, and is dear.
  const absence =
    tickHz === undefined ? world.pick(["everybody", "somebody"] as const) : "everybody";
  const options = {
    tickHz,
    seats,
    people: Math.max(2, world.int(seats - 1, seats + 1)),
    graceMs: world.pick([3_000, 15_000, LONG_GRACE_MS]),
    bulk: world.chance(0.3) || isBulky ? 2_000 : 0,
    hasWatcher: world.chance(0.25),
    absence: world.chance(0.3) ? absence : ("none" as const),
    ...{ nodes, forgets },
    isOneMachine: world.chance(0.5),
    losesNode: tickHz === undefined && world.chance(0.3),
  };
  // Whoever sleeps comes back to the seat, else there is nothing to catch up with.
  return options.absence === "somebody" ? { ...options, graceMs: LONG_GRACE_MS } : options;
}

function describe(drawnWorld: Drawn): string {
  const { tickHz, seats, people, graceMs, bulk, hasWatcher, absence } = drawnWorld;
  const { nodes, isOneMachine, forgets, losesNode } = drawnWorld;
  return [
    ...(nodes === 1
      ? []
      : [`${nodes} nodes on ${isOneMachine ? "one machine" : "as many machines"}`]),
    ...(forgets ? ["a store that forgets"] : []),
    `${people} people, ${seats} seats`,
    tickHz === undefined ? "no ticks" : `${tickHz} Hz`,
    `grace ${graceMs / 1_000} s`,
    ...(bulk === 0 ? [] : ["long notes"]),
    ...(hasWatcher ? ["a watcher"] : []),
    ...(absence === "none" ? [] : [`${absence} away`]),
    ...(losesNode ? ["somebody lost with their node"] : []),
  ].join(", ");
}
