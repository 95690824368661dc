// Nemesis: what breaks, when and for how long, all drawn from a seed. Each kind of trouble has a lane
// of its own, and every trouble ends before the next of its lane begins.

import { setTimeout as sleep } from "node:timers/promises";
import { type Random, seededRandom } from "../../../shared/random.ts";
import type { RedisServer } from "../../contract/redisServer.ts";
import type { LabServer } from "../lab.ts";
import type { Bot } from "./bot.ts";

/** What there is to break. */
export interface Prey {
  readonly redis: RedisServer;
  readonly nodes: readonly LabServer[];
  readonly bots: readonly Bot[];
}

/** What was drawn: it happens and ends by itself, and is mended when its promise settles. */
interface Trouble {
  readonly text: string;
  run(): Promise<void>;
}

type Draw = (prey: Prey, dice: Dice) => Trouble;

/** Draws from a seed, in words. */
class Dice {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  between(least: number, most: number): number {
    return Math.round(least + this.#random() * (most - least));
  }

  one<T>(all: readonly T[]): T {
    const chosen = all[Math.floor(this.#random() * all.length)];
    if (chosen === undefined) throw new Error("nothing to choose from");
    return chosen;
  }
}

/** What a load balancer in front of the nodes does: lines that led to one lead to the next. */
function leadAway({ nodes, bots }: Prey, node: LabServer): void {
  const next = nodes[(nodes.indexOf(node) + 1) % nodes.length] ?? node;
  for (const { line } of bots) if (line.targetPort === node.port) line.targetPort = next.port;
}

/** How long a load balancer takes to see that a node does not answer any more. */
const NOTICED_MS = 1_000;

const NODE_TROUBLES: readonly Draw[] = [
  (prey, dice) => {
    const [node, awayMs] = [dice.one(prey.nodes), dice.between(50, 3_000)];
    return {
      text: `node ${node.port} is killed, and started ${awayMs} ms later`,
      run: async () => {
        await node.signal("SIGKILL");
        leadAway(prey, node);
        await sleep(awayMs);
        await node.begin();
      },
    };
  },
  (prey, dice) => {
    const [node, frozenMs] = [dice.one(prey.nodes), dice.between(300, 8_000)];
    return {
      text: `node ${node.port} is frozen for ${frozenMs} ms`,
      run: async () => {
        await node.signal("SIGSTOP");
        await sleep(Math.min(frozenMs, NOTICED_MS));
        if (frozenMs > NOTICED_MS) leadAway(prey, node);
        await sleep(Math.max(0, frozenMs - NOTICED_MS));
        await node.signal("SIGCONT");
      },
    };
  },
  (prey, dice) => {
    const node = dice.one(prey.nodes);
    return {
      text: `node ${node.port} is replaced`,
      run: async () => {
        leadAway(prey, node);
        await node.signal("SIGTERM");
        await node.begin();
      },
    };
  },
];

const REDIS_TROUBLES: readonly Draw[] = [
  ({ redis }, dice) => {
    const stalledMs = dice.between(200, 4_000);
    return {
      text: `Redis stalls for ${stalledMs} ms`,
      run: async () => {
        redis.freeze();
        await sleep(stalledMs);
        redis.thaw();
      },
    };
  },
  ({ redis }, dice) => {
    const type = dice.one(["normal", "pubsub"]);
    return {
      text: `Redis drops its ${type} connections`,
      run: async () => void (await redis.command("CLIENT", "KILL", "TYPE", type)),
    };
  },
  ({ redis }, dice) => {
    const awayMs = dice.between(20, 1_500);
    return {
      text: `Redis is killed, and started ${awayMs} ms later`,
      run: async () => {
        await redis.kill();
        await sleep(awayMs);
        await redis.start();
      },
    };
  },
];

const LINE_TROUBLES: readonly Draw[] = [
  ({ bots }, dice) => {
    const [{ name, line }, how] = [dice.one(bots), dice.one(["cut", "reset"] as const)];
    return { text: `${how} of ${name}'s line`, run: async () => line[how]() };
  },
  ({ bots }, dice) => {
    const [{ name, line }, forMs] = [dice.one(bots), dice.between(200, 7_000)];
    const directions = dice.one([["up", "down"], ["up"], ["down"]] as const);
    return {
      text: `${name}'s line swallows ${directions.join(" and ")} for ${forMs} ms`,
      run: async () => {
        line.swallow(...directions);
        await sleep(forMs);
        line.heal();
      },
    };
  },
  ({ bots }, dice) => {
    const [{ name, line }, bytes] = [dice.one(bots), dice.between(1, 4_000)];
    return {
      text: `${name}'s next lines end after ${bytes} bytes`,
      run: async () => {
        line.cutAfterBytes = bytes;
        line.cut();
        await sleep(500);
        line.cutAfterBytes = undefined;
      },
    };
  },
  ({ bots }, dice) => {
    const [{ name, line }, delayMs] = [dice.one(bots), dice.between(10, 150)];
    const forMs = dice.between(500, 4_000);
    return {
      text: `${name}'s line takes ${delayMs} ms each way for ${forMs} ms`,
      run: async () => {
        line.delayMs = delayMs;
        await sleep(forMs);
        line.delayMs = 0;
        // Chunks that still wait must not be overtaken by later ones.
        line.cut();
      },
    };
  },
  ({ bots, nodes }, dice) => {
    const [{ name, line }, { port }] = [dice.one(bots), dice.one(nodes)];
    return {
      text: `${name}'s line is cut and leads to node ${port}`,
      run: async () => {
        line.targetPort = port;
        line.cut();
      },
    };
  },
];

const PAGE_TROUBLES: readonly Draw[] = [
  ({ bots }, dice) => {
    const bot = dice.one(bots);
    return { text: `${bot.name} loads the page anew`, run: async () => bot.reload() };
  },
  ({ bots }, dice) => {
    const [bot, forMs] = [dice.one(bots), dice.between(100, 3_000)];
    return {
      text: `${bot.name} opens a second tab, and closes the first ${forMs} ms later`,
      run: async () => {
        bot.openTab();
        await sleep(forMs);
        bot.closeOthers();
      },
    };
  },
  ({ bots }, dice) => {
    const [bot, forMs] = [dice.one(bots), dice.between(100, 3_000)];
    return {
      text: `${bot.name} goes back and forth between two tabs for ${forMs} ms`,
      run: async () => {
        const first = bot.page;
        bot.openTab();
        await sleep(forMs);
        if (first?.phase === "elsewhere") first.sitting.driver.post({ kind: "take-back" });
        await sleep(forMs);
        bot.closeOthers();
      },
    };
  },
];

interface Lane {
  readonly draws: readonly Draw[];
  /** Between two troubles. */
  readonly pauseMs: readonly [least: number, most: number];
}

const LANES: readonly Lane[] = [
  { draws: NODE_TROUBLES, pauseMs: [1_000, 5_000] },
  { draws: REDIS_TROUBLES, pauseMs: [3_000, 9_000] },
  { draws: LINE_TROUBLES, pauseMs: [100, 1_200] },
  { draws: PAGE_TROUBLES, pauseMs: [500, 3_000] },
];

/** Breaks things for so long; resolves when everything that was broken is mended. */
export async function haunt(
  prey: Prey,
  { seed, forMs }: { readonly seed: number; readonly forMs: number },
  note: (text: string) => void,
): Promise<void> {
  const endMs = performance.now() + forMs;
  const lanes = LANES.map(async ({ draws, pauseMs }, at) => {
    const dice = new Dice(seed * LANES.length + at);
    for (;;) {
      await sleep(dice.between(...pauseMs));
      if (performance.now() >= endMs) return;
      const { text, run } = dice.one(draws)(prey, dice);
      note(text);
      await run();
    }
  });
  await Promise.all(lanes);
}
