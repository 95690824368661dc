// Node store: what nodes say to one another through the store: life signs that run out, and messages
// that may be lost. It keeps and carries; it never decides who is dead or what a message means.

import {
  type IdentityId,
  isIdentityId,
  isRoomId,
  type NodeId,
  type RoomId,
} from "../../shared/ids.ts";

/** What a node says of itself with every life sign. */
export interface NodeSign {
  readonly node: NodeId;
  /** A node that drains hosts what it has and takes nothing new. */
  readonly phase: "serving" | "draining";
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
  /** Every node that lives, the one that signed too. */
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

/** Undefined for a sign that this build cannot read: its node is left alone. */
export function decodeSign(text: string): NodeSign | undefined {
  const { node, phase, place, shapes = [], kicks = [] } = fieldsOf(text);
  if (typeof node !== "string" || typeof place !== "string") return undefined;
  if (!Array.isArray(shapes) || !Array.isArray(kicks)) return undefined;
  if (phase !== "serving" && phase !== "draining") return undefined;
  // A node id comes back as it was given.
  return {
    node: node as NodeId,
    phase,
    place,
    shapes: shapes.map(String),
    kicks: kicks.filter(isKick),
  };
}

function isKick(said: unknown): said is Kick {
  const { n, host, room, identity, keepOut } = Object(said) as Partial<Record<keyof Kick, unknown>>;
  if (!Number.isSafeInteger(n) || typeof host !== "string" || typeof keepOut !== "boolean")
    return false;
  return isRoomId(room) && isIdentityId(identity);
}

function fieldsOf(text: string): Partial<Record<keyof NodeSign, unknown>> {
  try {
    return Object(JSON.parse(text)) as Partial<Record<keyof NodeSign, unknown>>;
  } catch {
    // One sign that nobody of ours wrote must not hide those of all the others.
    return {};
  }
}
