// Node store: what nodes say to one another through the store: life signs that run out, and messages
// that may be lost. It keeps and carries; it never decides who is dead or what a message means.

import {
  isJson,
  isNumber,
  isText,
  isTruth,
  listOf,
  objectOf,
  oneOf,
  orMissing,
} from "../../shared/form.ts";
import {
  type IdentityId,
  isIdentityId,
  isRoomId,
  type NodeId,
  type RoomId,
} from "../../shared/ids.ts";
import { fromJson } from "../../shared/json.ts";

/** What a node says of itself with every life sign. */
export interface NodeSign {
  readonly node: NodeId;
  /** A node that drains hosts what it has and takes nothing new; one that has ended by itself leaves that word. */
  readonly phase: "serving" | "draining" | "ended";
  /** Its machine and its process, for whoever is on the same machine; empty if it cannot tell. */
  readonly place: string;
  /** Shapes of the games it has: a room goes over to a node of another build only when there is no other. */
  readonly shapes: readonly string[];
  /** Whom it wants put out of rooms of other nodes, in the order asked. */
  readonly kicks: readonly Kick[];
}

/** Somebody who is to leave a room: so its host learns of it where nodes do not hear each other. */
export interface Kick {
  /** Counts what this node asked for: a sign says the same again and again. */
  readonly n: number;
  readonly host: NodeId;
  readonly room: RoomId;
  readonly identity: IdentityId;
  readonly keepOut: boolean;
}

/** What the store answers to a life sign. */
export interface SignAnswer {
  /** Every node whose last sign has not run out, the one that signed too. */
  readonly living: readonly NodeSign[];
  /** Whether that node's sign of before still stood: else it ran out, was taken back, or is forgotten. */
  readonly stood: boolean;
}

/** Rejects with StoreAway when no answer can be had. */
export interface NodeStore {
  /** Says that a node lives for `lifeMs` of store time from now. */
  sign(sign: NodeSign, lifeMs: number): Promise<SignAnswer>;
  /** Takes a node's life sign back: it has ended. A node that lives signs again and is there again. */
  remove(node: NodeId): Promise<void>;
  /** Sends a message to a node: once or never. Resolves when it has left, whoever hears it. */
  publish(to: NodeId, message: Uint8Array): Promise<void>;
  /**
   * Hears what is published to a node from here on; what is published while the store is away is
   * lost. Returns what ends the hearing.
   */
  listen(node: NodeId, hear: (message: Uint8Array) => void): Promise<() => void>;
}

export function encodeSign(sign: NodeSign): string {
  const { node, phase, place, shapes, kicks } = sign;
  return JSON.stringify({ node, phase, place, shapes, kicks });
}

const isKick = objectOf<Kick>({
  n: isNumber,
  host: isText,
  room: isRoomId,
  identity: isIdentityId,
  keepOut: isTruth,
});

/** Older builds named neither shapes nor kicks; newer ones may mean more by them. */
const isSign = objectOf<Omit<NodeSign, keyof Later> & Later>({
  node: isText,
  phase: oneOf("serving", "draining", "ended"),
  place: isText,
  shapes: orMissing(listOf(isJson)),
  kicks: orMissing(listOf(isJson)),
});

interface Later {
  readonly shapes?: readonly unknown[];
  readonly kicks?: readonly unknown[];
}

/** Undefined for a sign that this build cannot read: its node is left alone, and hides no other. */
export function decodeSign(text: string): NodeSign | undefined {
  const said = fromJson(text);
  if (!isSign(said)) return undefined;
  const { node, phase, place, shapes = [], kicks = [] } = said;
  return { node, phase, place, shapes: shapes.filter(isText), kicks: kicks.filter(isKick) };
}
