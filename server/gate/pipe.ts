// Pipe: how a binary message gets to a socket: framed once for all its readers, then handed to the
// network socket itself where that is provably safe, else to Engine.IO. It never decides who reads.

import type { Socket as NetSocket } from "node:net";

/** What is used of a `ws` socket; the network socket below it is not part of its types. */
interface WebSocketBelow {
  readonly readyState: number;
  /** Bytes that the system has not taken yet. */
  readonly bufferedAmount: number;
  readonly _socket: NetSocket | null;
}

/** What is used of an Engine.IO connection; some of it is private in its types. */
export interface EngineConnection {
  readonly readyState: string;
  readonly upgrading: boolean;
  readonly transport: { readonly name: string; readonly socket?: WebSocketBelow };
  /** Packets that wait until the transport can take them. */
  readonly writeBuffer: readonly Readonly<Partial<Record<"data", string | Uint8Array>>>[];
  write(packet: string | Uint8Array, options?: object): unknown;
}

/** A binary message in the one WebSocket frame that carries it. */
export class FramedMessage {
  readonly framed: Uint8Array;
  readonly #headBytes: number;

  constructor(framed: Uint8Array, headBytes: number) {
    this.framed = framed;
    this.#headBytes = headBytes;
  }

  /** The message alone. Only Engine.IO needs it, so it is not made for every frame. */
  get bytes(): Uint8Array {
    return this.framed.subarray(this.#headBytes);
  }

  /** Makes Engine.IO send the frame as it is instead of framing the bytes once more. */
  get options(): object {
    return { compress: false, wsPreEncodedFrame: [this.framed] };
  }
}

const BINARY_AND_FINAL = 0x82;
const SHORT_LENGTH_MAX = 125;
const LENGTH_IN_TWO_BYTES = 126;
const LENGTH_IN_EIGHT_BYTES = 127;
/** `WebSocket.OPEN` of the standard. */
const OPEN = 1;

/** Frames a message as a server does: unmasked, uncompressed, in one piece (RFC 6455, section 5.2). */
export function frameMessage(bytes: Uint8Array): FramedMessage {
  const { length } = bytes;
  const head = length <= SHORT_LENGTH_MAX ? 2 : length <= 0xffff ? 4 : 10;
  const framed = Buffer.allocUnsafe(head + length);
  framed[0] = BINARY_AND_FINAL;
  if (head === 2) {
    framed[1] = length;
  } else if (head === 4) {
    framed[1] = LENGTH_IN_TWO_BYTES;
    framed.writeUInt16BE(length, 2);
  } else {
    framed[1] = LENGTH_IN_EIGHT_BYTES;
    framed.writeBigUInt64BE(BigInt(length), 2);
  }
  framed.set(bytes, head);
  return new FramedMessage(framed, head);
}

/** The network socket below a connection, while it has one. */
export function netSocketOf({ transport }: EngineConnection): NetSocket | undefined {
  return transport.socket?._socket ?? undefined;
}

export function writeMessage(connection: EngineConnection, message: FramedMessage): void {
  const socket = socketBelow(connection);
  if (socket !== undefined) socket.write(message.framed);
  else if (!isOver(connection)) connection.write(message.bytes, message.options);
}

/** Engine.IO has not heard of it yet; a write would only end the connection with an error. */
function isOver({ transport: { socket } }: EngineConnection): boolean {
  return socket !== undefined && (socket.readyState !== OPEN || socket._socket?.destroyed === true);
}

/**
 * The network socket, if a frame written there comes whole and after everything written before:
 * the transport is a WebSocket that is open and stays one, Engine.IO holds nothing back for it, and
 * the gate's WebSockets neither compress nor send in fragments, so no frame is ever half way.
 */
function socketBelow(connection: EngineConnection): NetSocket | undefined {
  const { transport } = connection;
  if (transport.name !== "websocket" || connection.readyState !== "open") return undefined;
  if (connection.upgrading || connection.writeBuffer.length > 0) return undefined;
  const { socket } = transport;
  if (socket?.readyState !== OPEN || socket._socket === null) return undefined;
  return socket._socket.writable ? socket._socket : undefined;
}

/** Bytes that the system was offered and did not take. */
export function untakenBytes({ transport }: EngineConnection): number {
  return transport.socket?.bufferedAmount ?? 0;
}

/** Bytes handed over and not yet taken, also those that Engine.IO will offer once a write is done. */
export function backlogBytes(connection: EngineConnection): number {
  const { writeBuffer } = connection;
  let waiting = untakenBytes(connection);
  for (const packet of writeBuffer) waiting += packet.data?.length ?? 0;
  return waiting;
}
