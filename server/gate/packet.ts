// Packet: the text half of the Socket.IO protocol, read strictly and written as its own encoder does.
// Clients may send three of its seven types and no namespace but "/"; nothing here is ever binary.

import { fromJson } from "../../shared/json.ts";
import { type StructureFault, structureFault } from "../../shared/structure.ts";

/** Types of the Socket.IO protocol, version 5, by their digit. */
export const PACKET = {
  connect: 0,
  disconnect: 1,
  event: 2,
  acknowledgement: 3,
  connectError: 4,
} as const;

/** What Socket.IO calls the body of a packet. */
export const BODY = "data";

/** Asks to be let in. The one packet that Socket.IO dispatches. */
export type Connect = {
  readonly type: typeof PACKET.connect;
  readonly nsp: "/";
  readonly [BODY]: object;
};

/** A packet of a client. */
export type Packet =
  | Connect
  | { readonly type: typeof PACKET.disconnect; readonly nsp: "/" }
  | {
      readonly type: typeof PACKET.event;
      readonly nsp: "/";
      /** Asks for an acknowledgement under this number. */
      readonly id?: number;
      readonly [BODY]: readonly [name: string, ...rest: unknown[]];
    };

export type PacketRead =
  | { readonly kind: "packet"; readonly packet: Packet }
  | { readonly kind: "malformed"; readonly why: StructureFault | "no-packet" | "no-json" };

/** Socket.IO raises these itself; a client that could name them would call its listeners. */
const RESERVED = new Set([
  "connect",
  "connect_error",
  "disconnect",
  "disconnecting",
  "newListener",
  "removeListener",
]);

/** Type, acknowledgement number, then JSON. Fifteen digits are always exact. */
const FORM = /^([012])(\d{1,15})?(?=[[{]|$)/;

const NO_PACKET: PacketRead = { kind: "malformed", why: "no-packet" };

/** Reads one packet of a client. */
export function readPacket(text: string): PacketRead {
  const form = FORM.exec(text);
  if (form === null) return NO_PACKET;
  const [head, type, id] = form;
  const json = text.slice(head.length);
  if (Number(type) === PACKET.disconnect) {
    const bare = id === undefined && json === "";
    return bare ? { kind: "packet", packet: { type: PACKET.disconnect, nsp: "/" } } : NO_PACKET;
  }
  const fault = structureFault(json, 0);
  if (fault !== undefined) return { kind: "malformed", why: fault };
  // The form admits only arrays and objects.
  const value = fromJson(json || "{}") as object | undefined;
  if (value === undefined) return { kind: "malformed", why: "no-json" };
  const packet = Number(type) === PACKET.connect ? connectOf(id, value) : eventOf(id, value);
  return packet === undefined ? NO_PACKET : { kind: "packet", packet };
}

function connectOf(id: string | undefined, value: object): Packet | undefined {
  if (id !== undefined || Array.isArray(value)) return undefined;
  return { type: PACKET.connect, nsp: "/", [BODY]: value };
}

function eventOf(id: string | undefined, value: object): Packet | undefined {
  if (!Array.isArray(value)) return undefined;
  const [name, ...rest] = value as unknown[];
  if (typeof name !== "string" || RESERVED.has(name)) return undefined;
  const asks = id === undefined ? {} : { id: Number(id) };
  return { type: PACKET.event, nsp: "/", ...asks, [BODY]: [name, ...rest] };
}

/** What Socket.IO asks its encoder to write. */
export interface Written {
  readonly type: number;
  readonly nsp: string;
  readonly id?: number;
  readonly [BODY]?: unknown;
}

/** Writes one packet of the server: always one text, because frames never come this way. */
export function writePacket({ type, nsp, id, [BODY]: body }: Written): string {
  const namespace = nsp === "/" ? "" : `${nsp},`;
  return `${type}${namespace}${id ?? ""}${body === undefined ? "" : JSON.stringify(body)}`;
}

/** The encoder Socket.IO is given. */
export class PacketEncoder {
  encode(packet: Written): string[] {
    return [writePacket(packet)];
  }
}
