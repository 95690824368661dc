// Locating: which node hosts a room, by the room's log and by who lives. It asks until that can be
// said; it remembers nothing, and tells no other node.

import { type Clock, pause } from "../../shared/clock.ts";
import type { NodeId, RoomId } from "../../shared/ids.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { Log } from "../log.ts";
import { type RoomStore, StoreAway } from "../store/store.ts";
import type { Judgement } from "./membership.ts";

export interface LocatingParts {
  readonly node: NodeId;
  readonly store: Pick<RoomStore, "logTop">;
  /** Whether another node lives, by what is known now. Rejects with StoreAway. */
  judge(node: NodeId): Promise<Exclude<Judgement, "unknown">>;
  readonly clock: Clock;
  readonly log: Pick<Log, "fault">;
}

/** How often it is asked again who hosts a room, while that cannot be said. */
const ASK_AGAIN_MS = 250;
/** How often at most for somebody who waits for an answer: longer than a dead node's sign lives. */
const ASKS_MAX = 24;

/** Who waits for an answer is told soon that there is none; whose seat is to be moved cannot ask again. */
export type Patience = "patient" | "impatient";

/** Here, with another node, or not to be had now. */
export type Found = "here" | { readonly host: NodeId } | { readonly refused: Reason };

export class Locating {
  readonly #parts: LocatingParts;
  #isStopped = false;

  constructor(parts: LocatingParts) {
    this.#parts = parts;
  }

  /** Never rejects. */
  async locate(room: RoomId, patience: Patience): Promise<Found> {
    const { store, node, clock, log } = this.#parts;
    for (let ask = 1; !this.#isStopped; ask++) {
      try {
        const top = await store.logTop(room);
        if (top === undefined || top.node === node) return "here";
        const judgement = await this.#parts.judge(top.node);
        if (judgement === "living") return { host: top.node };
        if (judgement === "dead") return "here";
      } catch (cause) {
        if (!(cause instanceof StoreAway)) {
          // What is stored of this room is damaged: that is the end of it alone.
          log.fault("room-not-located", { room, cause });
          return { refused: "server-fault" };
        }
        if (patience === "impatient") return { refused: "store-away" };
      }
      if (patience === "impatient" && ask >= ASKS_MAX) return { refused: "server-busy" };
      await pause(clock, ASK_AGAIN_MS);
    }
    return { refused: "server-draining" };
  }

  /** Whoever waits for an answer is refused with the next. */
  stop(): void {
    this.#isStopped = true;
  }
}
