// Recipients: which tells of a room go to which node, by the names of their connections. Pure; what
// all readers of a node share stays one tell.

import type { ConnectionId, NodeId } from "../../shared/ids.ts";
import type { Tell } from "../room/turn.ts";
import { nodeOf } from "./connectionName.ts";

/** The tells of each node, in their order. A name that says nothing belongs to `self`. */
export function byNode(tells: readonly Tell[], self: NodeId): ReadonlyMap<NodeId, readonly Tell[]> {
  const sorted = new Map<NodeId, Tell[]>();
  const put = (node: NodeId, tell: Tell) => {
    const theirs = sorted.get(node);
    if (theirs === undefined) sorted.set(node, [tell]);
    else theirs.push(tell);
  };
  for (const tell of tells) {
    if (tell.kind !== "step") put(nodeOf(tell.to) ?? self, tell);
    else for (const [node, to] of readersByNode(tell.to, self)) put(node, { ...tell, to });
  }
  return sorted;
}

function readersByNode(
  readers: readonly ConnectionId[],
  self: NodeId,
): ReadonlyMap<NodeId, readonly ConnectionId[]> {
  const sorted = new Map<NodeId, ConnectionId[]>();
  for (const reader of readers) {
    const node = nodeOf(reader) ?? self;
    const theirs = sorted.get(node);
    if (theirs === undefined) sorted.set(node, [reader]);
    else theirs.push(reader);
  }
  return sorted;
}
