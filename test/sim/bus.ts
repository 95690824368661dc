// Bus: what nodes say to one another, as one of them meets it: life signs asked of the store, and
// messages that come late, twice, out of order or never. It carries bytes and judges nothing.

import type { NodeStore } from "../../server/store/nodeStore.ts";
import type { NodeId } from "../../shared/ids.ts";
import type { Life, World } from "./world.ts";

/** How messages between nodes travel now. Probabilities are per message. */
export interface BusWeather {
  delayMs: number;
  jitterMs: number;
  lost: number;
  doubled: number;
  /** It comes long after those that were sent after it. */
  delayed: number;
}

export const CALM_BUS: BusWeather = { delayMs: 0.5, jitterMs: 1, lost: 0, doubled: 0, delayed: 0 };

/** What a node may still hear of one that it has given up: longer than a link keeps a stream. */
const DELAYED_MS_MAX = 12_000;

export interface BusGround {
  readonly world: World;
  readonly weather: BusWeather;
  /** The nodes of the store as they are, without faults. */
  inside(): NodeStore;
  /** Asks the store something as a node does. */
  ask<T>(method: string, run: () => Promise<T>): Promise<T>;
  /** The node is about to say something to another one. */
  publishes(): void;
  /** Whether what the node says, or what it would hear, is cut off now. */
  isCut(way: "asks" | "answers"): boolean;
}

/** The store's nodes as the node of this life meets them. */
export function busOf(life: Life, ground: BusGround): NodeStore {
  const { world, weather, inside, ask, publishes, isCut } = ground;
  const carry = (arrive: () => void) => {
    const late = world.chance(weather.delayed) ? world.random() * DELAYED_MS_MAX : 0;
    world.plan(weather.delayMs + world.random() * weather.jitterMs + late, world.nature, arrive);
  };
  return {
    sign: (...of) => ask("sign", () => inside().sign(...of)),
    remove: (node) => ask("remove", () => inside().remove(node)),
    // Nobody can tell from a publishing whether it was heard.
    async publish(to: NodeId, message: Uint8Array) {
      publishes();
      if (life.isDead || isCut("asks")) return;
      const copy = message.slice();
      const copies = world.chance(weather.lost) ? 0 : world.chance(weather.doubled) ? 2 : 1;
      for (let count = 0; count < copies; count++) carry(() => void inside().publish(to, copy));
    },
    listen: (node, hear) =>
      ask("listen", () =>
        inside().listen(node, (message) => {
          if (!isCut("answers")) world.plan(0, life, () => hear(message));
        }),
      ),
  };
}
