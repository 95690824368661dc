// Neighbours: what a node among others must know before it takes a room. A shape only.

import type { NodeId, RoomId } from "../../shared/ids.ts";
import type { RoomInput } from "./turn.ts";

export interface Neighbours {
  /** Whether that node is another one that lives, or may live: what it claimed is its own. */
  isHost(node: NodeId): Promise<boolean>;
  /** Whether a room that nobody hosts falls to this node. */
  isOurs(room: RoomId): boolean;
  /** A room is another node's, as it turned out while these inputs waited for it. */
  elsewhere(room: RoomId, host: NodeId, inputs: readonly RoomInput[]): void;
  /** This node has taken a room over. */
  taken(room: RoomId): void;
}
