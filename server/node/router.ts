// Router: where a room's inputs and tells go: to the rooms of this node, or to another node and back.
// It is what the gate takes for the rooms; it knows no game, and trusts only the log on who hosts.

import type { Game } from "../../shared/game.ts";
import type { IdentityId, NodeId, RoomId, SessionId } from "../../shared/ids.ts";
import type { AlertTold } from "../../shared/protocol.ts";
import type { Reason } from "../../shared/reasons.ts";
import { Anterooms } from "../room/anterooms.ts";
import type { FoundRoom } from "../room/meeting.ts";
import type { Rooms } from "../room/rooms.ts";
import { isArriving, type RoomInput, type Tell } from "../room/turn.ts";
import { type CarriedInput, isCarried } from "./inputBytes.ts";
import type { Item } from "./item.ts";
import { Locating, type LocatingParts, type Patience } from "./locating.ts";
import { byNode } from "./recipients.ts";
import type { Relay } from "./relay.ts";
import { isAnswer, Whereabouts } from "./whereabouts.ts";

/** What the router wants of the gate of its node. */
export interface Doors {
  readonly rooms: ReadonlySet<RoomId>;
  tell(room: RoomId, tells: readonly Tell[]): void;
  /** Takes seats up again for whoever has one in a room that another host has now. */
  reseat(room: RoomId): void;
  closeSession(session: SessionId, reason: Reason): void;
  /** Tells every connection of somebody of something unusual. */
  alert(identity: IdentityId, alert: AlertTold): void;
}

export interface RouterParts extends LocatingParts {
  readonly rooms: Rooms;
  readonly relay: Relay;
  /** Grants an address one more join by code: undefined; or says how long it has to wait, in ms. */
  mayNameCode(address: string): Promise<number | undefined>;
  readonly games: ReadonlyMap<string, Game>;
}

export class Router {
  /** Set while this node takes nothing new. */
  isDraining = false;
  readonly #parts: RouterParts;
  readonly #whereabouts = new Whereabouts();
  /** Inputs for rooms whose host is being asked for. */
  readonly #asking = new Anterooms();
  readonly #locating: Locating;
  #doors: Doors | undefined;

  constructor(parts: RouterParts) {
    this.#parts = parts;
    this.#locating = new Locating(parts);
  }

  /** From here on rooms tell this gate. */
  open(doors: Doors): void {
    this.#doors = doors;
  }

  gameOf(room: RoomId): Game | undefined {
    return this.#parts.rooms.gameOf(room) ?? this.#whereabouts.gameOf(room);
  }

  isOlder({ name, shape }: Game): boolean {
    const newest = this.#parts.games.get(name);
    return newest !== undefined && newest.shape !== shape;
  }

  async find(...asked: Parameters<Rooms["find"]>): Promise<FoundRoom> {
    if (this.isDraining) return { kind: "refused", reason: "server-draining" };
    const [request, , address] = asked;
    // Before it is looked up, so that a refusal tells nothing of the code.
    const waitMs = request.code === undefined ? undefined : await this.#parts.mayNameCode(address);
    if (waitMs !== undefined)
      return { kind: "refused", reason: "too-many-requests", retryInMs: waitMs };
    return this.#parts.rooms.find(...asked);
  }

  /** Puts something before a room, wherever it is. */
  post(room: RoomId, input: RoomInput): void {
    const { rooms } = this.#parts;
    if (rooms.has(room)) return rooms.post(room, input);
    if (this.#asking.has(room)) {
      if (input.kind === "gone") this.#asking.withdraw(room, input.connection);
      if (!this.#asking.put(room, input)) rooms.refuse(room, input, "server-busy");
      return;
    }
    if (!isCarried(input)) return;
    const host = this.#whereabouts.hostOf(room);
    if (host !== undefined) return this.#send(host, room, input);
    // Only who comes to a room is worth a question; the others cannot be known to it.
    if (!isArriving(input)) return rooms.post(room, input);
    void this.#ask(room, [input], "impatient");
  }

  /** What a room of this node tells, to whom it concerns. */
  deliver(room: RoomId, tells: readonly Tell[]): void {
    const { node, rooms, relay } = this.#parts;
    if (relay.isAlone) return this.#tell(room, tells);
    const { name: game, shape } = rooms.gameOf(room) ?? { name: "", shape: "" };
    for (const [at, theirs] of byNode(tells, node)) {
      if (at === node) this.#tell(room, theirs);
      else relay.send(at, { kind: "tells", room, game, shape, tells: theirs });
    }
  }

  hear(from: NodeId, items: readonly Item[]): void {
    for (const item of items) this.#hear(from, item);
  }

  /** Inputs that waited here for a room which another node has. */
  elsewhere(room: RoomId, host: NodeId, inputs: readonly RoomInput[]): void {
    this.#whereabouts.note(room, host);
    for (const input of inputs) this.post(room, input);
  }

  /** Nothing that was sent to or by that node counts any more. */
  lost(peer: NodeId): void {
    const { rooms } = this.#parts;
    for (const { id } of [...rooms.hosted]) rooms.post(id, { kind: "node-lost", node: peer });
    for (const room of this.#whereabouts.at(peer)) this.#move(room, undefined);
  }

  /** This node hosts a room from here on: its connections that came to another host turn to it here. */
  taken(room: RoomId): void {
    if (this.#whereabouts.hostOf(room) !== undefined) this.#move(room, undefined);
  }

  /** A room is another node's from here on: seats of this node's connections are taken up there. */
  moved(room: RoomId, host: NodeId): void {
    this.#move(room, host);
  }

  /** Asks for nothing any more. */
  close(): void {
    this.#locating.stop();
  }

  /** Forgets rooms in which nobody is any more. */
  tidy(): void {
    if (this.#doors !== undefined) this.#whereabouts.keepOnly(this.#doors.rooms);
  }

  #hear(from: NodeId, item: Item): void {
    switch (item.kind) {
      case "input":
        return this.#inputFrom(from, item.room, item.input);
      case "tells":
        return this.#tellsFrom(from, item);
      case "astray":
        if (this.#parts.rooms.has(item.room)) return this.post(item.room, item.input);
        if (item.host === this.#parts.node) return this.#ours(item.room, item.input);
        this.#whereabouts.note(item.room, item.host);
        return this.post(item.room, item.input);
      case "moved":
        return this.#move(item.room, item.host === this.#parts.node ? undefined : item.host);
      case "yours":
        this.#parts.rooms.take(item.room);
        return this.#ours(item.room);
      case "session-over":
        return this.#doors?.closeSession(item.session, item.reason);
      case "alert":
        return this.#doors?.alert(item.identity, { alert: item.alert, device: item.device });
    }
  }

  /** A room falls to this node: whoever waits for an answer from where it was is put before it here. */
  #ours(room: RoomId, ...come: readonly CarriedInput[]): void {
    for (const input of [...this.#whereabouts.forget(room), ...come]) this.post(room, input);
  }

  /** A room that is not here may have been put away here, or be another's: the log says. */
  #inputFrom(from: NodeId, room: RoomId, input: CarriedInput): void {
    const { rooms, relay } = this.#parts;
    if (rooms.has(room)) return rooms.post(room, input);
    const successor = this.isDraining ? this.#whereabouts.hostOf(room) : undefined;
    if (successor !== undefined)
      return relay.send(from, { kind: "astray", room, host: successor, input });
    if (!isArriving(input)) return rooms.post(room, input);
    void this.#locating.locate(room, "impatient").then((found) => {
      if (found === "here") return rooms.post(room, input);
      if ("host" in found) relay.send(from, { kind: "astray", room, host: found.host, input });
      else rooms.refuse(room, input, found.refused);
    });
  }

  #tellsFrom(from: NodeId, item: Extract<Item, { kind: "tells" }>): void {
    const { room, tells } = item;
    // Said before the room moved: who is in it hears the new host.
    if (this.#parts.rooms.has(room)) return;
    const host = this.#whereabouts.hostOf(room);
    if (host === undefined) this.#whereabouts.note(room, from);
    else if (host !== from) return;
    if (item.game !== "") this.#whereabouts.noteGame(room, this.#declared(item.game, item.shape));
    this.#tell(room, tells);
  }

  /** This build's declaration of a game, or of an older build that it knows how to take rooms over from. */
  #declared(name: string, shape: string): Game | undefined {
    const newest = this.#parts.games.get(name);
    if (newest === undefined || newest.shape === shape) return newest;
    return Object.values(newest.migrate).find(({ from }) => from.shape === shape)?.from;
  }

  /** Says on this node's connections what a room says; those whose room has moved follow it. */
  #tell(room: RoomId, tells: readonly Tell[]): void {
    for (const tell of tells) {
      this.#whereabouts.noteTold(room, tell);
      // What a host said that is taken for dead may come late: whoever was answered asks nobody else.
      if (isAnswer(tell)) this.#asking.withdraw(room, tell.to);
    }
    const hasMoved = tells.some(isMoved);
    const said = hasMoved ? tells.filter((tell) => !isMoved(tell)) : tells;
    if (said.length > 0) this.#doors?.tell(room, said);
    if (hasMoved) this.#move(room, undefined);
  }

  /** Everybody of this node who is in the room, or waits for it, turns to its new host. */
  #move(room: RoomId, host: NodeId | undefined): void {
    const unanswered = this.#whereabouts.forget(room);
    if (host !== undefined) this.#whereabouts.note(room, host);
    void this.#ask(room, unanswered, "patient").then(() => this.#doors?.reseat(room));
  }

  /** Finds out where a room is, and hands on what waits for that. Never rejects. */
  async #ask(room: RoomId, first: readonly RoomInput[], patience: Patience): Promise<void> {
    const { rooms } = this.#parts;
    const isAsked = this.#asking.has(room);
    this.#asking.open(room, ...first);
    if (isAsked) return;
    const host = this.#whereabouts.hostOf(room);
    const found = host === undefined ? await this.#locating.locate(room, patience) : { host };
    const inputs = this.#asking.close(room);
    if (typeof found === "object" && "refused" in found) {
      for (const input of inputs) rooms.refuse(room, input, found.refused);
      return;
    }
    if (found !== "here") this.#whereabouts.note(room, found.host);
    for (const input of inputs) {
      if (found === "here") rooms.post(room, input);
      else this.post(room, input);
    }
  }

  #send(host: NodeId, room: RoomId, input: CarriedInput): void {
    this.#whereabouts.noteAsked(room, input);
    this.#parts.relay.send(host, { kind: "input", room, input });
  }
}

function isMoved(tell: Tell): boolean {
  return tell.kind === "detached" && tell.reason === "room-moved";
}
