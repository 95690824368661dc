// Parse: the only place where what a client sent becomes a typed message. Strict by hand: a field
// that is unknown, missing or of another kind makes the whole message a misfit. It never throws.

import type { Json } from "../../shared/field.ts";
import { isPageId, isRoomId, type PageId, type RoomId } from "../../shared/ids.ts";
import { OUTBOX_COMMANDS_MAX, SEATS_PER_CONNECTION_MAX } from "../../shared/limits.ts";
import {
  type CommandsMessage,
  type Handshake,
  type InputMessage,
  type JoinRequest,
  type LeaveMessage,
  PROTOCOL_VERSION,
  type SeatResume,
  type SyncMessage,
} from "../../shared/protocol.ts";
import type { Reason } from "../../shared/reasons.ts";

/** A message that names a room by a checked id. */
type WithRoom<Message> = Omit<Message, "room"> & { readonly room: RoomId };

export type SeatAsked = WithRoom<SeatResume>;
export type Greeting = Omit<Handshake, "page" | "seats"> & {
  readonly page: PageId;
  readonly seats: readonly SeatAsked[];
};

/** An event of a client, as the rest of the server knows it. */
export type ClientMessage =
  | { readonly name: "join"; readonly body: JoinRequest }
  | { readonly name: "resume"; readonly body: SeatAsked }
  | { readonly name: "command"; readonly body: WithRoom<CommandsMessage> }
  | { readonly name: "input"; readonly body: WithRoom<InputMessage> }
  | { readonly name: "sync"; readonly body: WithRoom<SyncMessage> }
  | { readonly name: "leave"; readonly body: WithRoom<LeaveMessage> }
  | { readonly name: "extend" };

interface Misfit {
  readonly kind: "misfit";
  readonly reason: Reason;
}

const misfit = (reason: Reason): Misfit => ({ kind: "misfit", reason });

/** Tokens and tickets are checked for their form here and for their truth elsewhere. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const TOKEN_UNITS_MAX = 2_048;
const TICKET = /^[\w.-]{1,200}$/;
const GAME = /^[a-z][a-z0-9]{0,23}$/;
const SHAPE = /^[0-9a-f]{8}$/;
/** As people type it: which room it means, or none, is for the lobby to say. */
const CODE_UNITS_MAX = 64;
/** Whether the game knows the command is for the room to say, so that its number ends there. */
const COMMAND = /^[A-Za-z][A-Za-z0-9]{0,31}$/;
const JSON_LEVELS_MAX = 16;

/** Reads what came as Socket.IO's `auth`. */
export function parseHandshake(
  auth: unknown,
): { readonly kind: "greeting"; readonly greeting: Greeting } | Misfit {
  const spoken = typeof auth === "object" && auth !== null && "protocol" in auth && auth.protocol;
  // Before anything else, because another version may have other fields.
  if (isWhole(spoken) && spoken !== PROTOCOL_VERSION) return misfit("protocol-unknown");
  const known = ["protocol", "page", "frames", "token", "seats"];
  if (!isRecord(auth, known) || spoken !== PROTOCOL_VERSION) return misfit("handshake-invalid");
  const { page, frames, token, seats = [] } = auth;
  if (!isPageId(page) || (frames !== "binary" && frames !== "json")) {
    return misfit("handshake-invalid");
  }
  if (!isListOf(seats, SEATS_PER_CONNECTION_MAX, isSeatAsked)) return misfit("handshake-invalid");
  if (new Set(seats.map((seat) => seat.room)).size < seats.length) {
    return misfit("handshake-invalid");
  }
  if (token === undefined) {
    const proved = seats.length > 0 && seats.every((seat) => seat.ticket !== undefined);
    if (!proved) return misfit("token-missing");
    return { kind: "greeting", greeting: { protocol: spoken, page, frames, seats } };
  }
  if (!isText(token, TOKEN) || token.length > TOKEN_UNITS_MAX) return misfit("token-invalid");
  return { kind: "greeting", greeting: { protocol: spoken, page, frames, token, seats } };
}

/** Reads an event of an admitted client; `args` are what came after its name, without the acknowledgement. */
export function parseEvent(
  name: unknown,
  args: readonly unknown[],
): { readonly kind: "message"; readonly message: ClientMessage } | Misfit {
  const [body] = args;
  const message = args.length <= 1 ? messageOf(name, body) : undefined;
  if (message !== undefined) return { kind: "message", message };
  return misfit(name === "join" ? "join-invalid" : "packet-invalid");
}

function messageOf(name: unknown, body: unknown): ClientMessage | undefined {
  switch (name) {
    case "join":
      return isJoin(body) ? { name, body } : undefined;
    case "resume":
      return isSeatAsked(body) ? { name, body } : undefined;
    case "command":
      return isCommands(body) ? { name, body } : undefined;
    case "input":
      return isInput(body) ? { name, body } : undefined;
    case "sync":
      return isSync(body) ? { name, body } : undefined;
    case "leave":
      return isLeave(body) ? { name, body } : undefined;
    case "extend":
      return body === undefined ? { name } : undefined;
    default:
      return undefined;
  }
}

function isJoin(value: unknown): value is JoinRequest {
  if (!isRecord(value, ["game", "shape", "room", "code", "create", "watch", "bookmark"]))
    return false;
  const { game, shape, room, code, create, watch, bookmark } = value;
  const ways = [room, code, create].filter((way) => way !== undefined).length;
  return (
    ways <= 1 &&
    isText(game, GAME) &&
    isText(shape, SHAPE) &&
    (room === undefined || isRoomId(room)) &&
    (code === undefined || (typeof code === "string" && code.length <= CODE_UNITS_MAX)) &&
    (create === undefined || create === "listed" || create === "private") &&
    (watch === undefined || typeof watch === "boolean") &&
    (bookmark === undefined || (room !== undefined && isBookmark(bookmark)))
  );
}

function isSeatAsked(value: unknown): value is SeatAsked {
  const known = ["room", "instance", "bookmark", "shape", "ticket", "commands"];
  if (!isRecord(value, known)) return false;
  const { room, instance, bookmark, shape, ticket, commands } = value;
  return (
    isRoomId(room) &&
    isInstance(instance) &&
    (bookmark === undefined || isBookmark(bookmark)) &&
    isText(shape, SHAPE) &&
    (ticket === undefined || isText(ticket, TICKET)) &&
    (commands === undefined || isListOf(commands, OUTBOX_COMMANDS_MAX, isCommand))
  );
}

function isCommands(value: unknown): value is WithRoom<CommandsMessage> {
  return (
    isRecord(value, ["room", "instance", "commands"]) &&
    isRoomId(value.room) &&
    isInstance(value.instance) &&
    isListOf(value.commands, OUTBOX_COMMANDS_MAX, isCommand) &&
    value.commands.length > 0
  );
}

function isCommand(value: unknown): value is CommandsMessage["commands"][number] {
  if (!isRecord(value, ["seq", "name", "args", "void"]) || !isWhole(value.seq)) return false;
  const { seq, name, args } = value;
  if (seq === 0) return false;
  if ("void" in value) {
    const ended = value.void === "cancelled" || value.void === "expired";
    return ended && !("name" in value || "args" in value);
  }
  return isText(name, COMMAND) && isJson(args, JSON_LEVELS_MAX);
}

function isInput(value: unknown): value is WithRoom<InputMessage> {
  return (
    isRecord(value, ["room", "instance", "n", "name", "values"]) &&
    isRoomId(value.room) &&
    isInstance(value.instance) &&
    isWhole(value.n) &&
    value.n <= 0xffff_ffff &&
    isText(value.name, COMMAND) &&
    isJson(value.values, JSON_LEVELS_MAX)
  );
}

function isSync(value: unknown): value is WithRoom<SyncMessage> {
  return (
    isRecord(value, ["room", "instance", "bookmark"]) &&
    isRoomId(value.room) &&
    isInstance(value.instance) &&
    (value.bookmark === undefined || isBookmark(value.bookmark))
  );
}

function isLeave(value: unknown): value is WithRoom<LeaveMessage> {
  return (
    isRecord(value, ["room", "instance"]) && isRoomId(value.room) && isInstance(value.instance)
  );
}

function isInstance(value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every(isWhole);
}

function isBookmark(value: unknown): boolean {
  return isRecord(value, ["epoch", "version"]) && isWhole(value.epoch) && isWhole(value.version);
}

/** An object with no other keys than these; which of them it must have is checked one by one. */
function isRecord(
  value: unknown,
  known: readonly string[],
): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.keys(value).every((key) => known.includes(key));
}

function isListOf<T>(
  value: unknown,
  lengthMax: number,
  isItem: (item: unknown) => item is T,
): value is readonly T[] {
  return Array.isArray(value) && value.length <= lengthMax && value.every(isItem);
}

function isText(value: unknown, form: RegExp): value is string {
  return typeof value === "string" && form.test(value);
}

/** A whole number from 0 that no float has rounded. */
function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** JSON's own parser makes infinities of large numbers, and a property of `"__proto__"`. */
function isJson(value: unknown, levels: number): value is Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || levels === 0) return false;
  if (Object.hasOwn(value, "__proto__")) return false;
  return Object.values(value).every((item) => isJson(item, levels - 1));
}
