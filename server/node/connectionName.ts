// Connection name: how a connection's id says which node holds it, so that whatever is meant for the
// connection finds its way without asking anybody. Pure; it draws no randomness itself.

import type { ConnectionId, NodeId } from "../../shared/ids.ts";

/** A node's id has letters and digits only. */
const SEPARATOR = "-";

export function nameConnection(node: NodeId, own: string): ConnectionId {
  return `${node}${SEPARATOR}${own}` as ConnectionId;
}

/** Undefined for a name that says nothing of a node. */
export function nodeOf(connection: ConnectionId): NodeId | undefined {
  const end = connection.indexOf(SEPARATOR);
  return end <= 0 ? undefined : (connection.slice(0, end) as NodeId);
}
