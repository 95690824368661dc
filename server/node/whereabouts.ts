// Whereabouts: which rooms of this node's connections other nodes host, and what was asked there and
// not answered. A memory that may be wrong: the log alone says who hosts.

import type { Game } from "../../shared/game.ts";
import type { ConnectionId, NodeId, RoomId } from "../../shared/ids.ts";
import type { RoomInput, Tell } from "../room/turn.ts";

interface Abroad {
  host: NodeId;
  game: Game | undefined;
  /** What asks for a seat and was not answered: asked again if the room moves. */
  readonly asked: Map<ConnectionId, RoomInput>;
}

export class Whereabouts {
  readonly #rooms = new Map<RoomId, Abroad>();

  hostOf(room: RoomId): NodeId | undefined {
    return this.#rooms.get(room)?.host;
  }

  gameOf(room: RoomId): Game | undefined {
    return this.#rooms.get(room)?.game;
  }

  /** Every room that was known to be with this node. */
  at(host: NodeId): readonly RoomId[] {
    return [...this.#rooms].filter(([, abroad]) => abroad.host === host).map(([room]) => room);
  }

  /** The room is with that node. */
  note(room: RoomId, host: NodeId): void {
    const known = this.#rooms.get(room);
    if (known === undefined) this.#rooms.set(room, { host, game: undefined, asked: new Map() });
    else known.host = host;
  }

  noteGame(room: RoomId, game: Game | undefined): void {
    const known = this.#rooms.get(room);
    if (known !== undefined) known.game = game;
  }

  /** An input leaves for the room's host. */
  noteAsked(room: RoomId, input: RoomInput): void {
    const asked = this.#rooms.get(room)?.asked;
    if (input.kind === "join" || input.kind === "resume") {
      asked?.set(input.arrival.connection, input);
    } else if (input.kind === "gone") asked?.delete(input.connection);
  }

  /** The room's host answered. */
  noteTold(room: RoomId, tell: Tell): void {
    if (isAnswer(tell)) this.#rooms.get(room)?.asked.delete(tell.to);
  }

  /** Nothing is known of the room any more; gives what was asked and not answered. */
  forget(room: RoomId): readonly RoomInput[] {
    const asked = this.#rooms.get(room)?.asked;
    this.#rooms.delete(room);
    return asked === undefined ? [] : [...asked.values()];
  }

  /** Forgets rooms in which nobody is. */
  keepOnly(rooms: ReadonlySet<RoomId>): void {
    for (const room of this.#rooms.keys()) if (!rooms.has(room)) this.#rooms.delete(room);
  }
}

type Answer = Extract<Tell, { kind: "seated" | "refusal" | "detached" }>;

/** Whether a tell answers somebody who asked for a seat. */
export function isAnswer(tell: Tell): tell is Answer {
  return tell.kind === "seated" || tell.kind === "refusal" || tell.kind === "detached";
}
