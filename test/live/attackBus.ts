// Attacks between nodes: what is published to a node by somebody who is none, in its own language and
// in none. It leaves out what cannot be meant, and plays on.

import { Redis } from "ioredis";
import { type Item, writeItem } from "../../server/node/item.ts";
import { encodePacket } from "../../server/node/packet.ts";
import { keysWith } from "../../server/store/keys.ts";
import { ByteWriter } from "../../shared/bytes.ts";
import type { ConnectionId, IdentityId, NodeId, RoomId, SessionId } from "../../shared/ids.ts";
import { seededRandom } from "../../shared/random.ts";
import { until } from "../contract/until.ts";
import type { AttackBed } from "./attackBed.ts";

const STRANGER = "strangernode" as NodeId;
const NOBODY = "strangernode-nobody" as ConnectionId;
const ROOM = "nobodysroom01" as RoomId;

const items: readonly Item[] = [
  { kind: "session-over", session: "nobodyssession" as SessionId, reason: "session-revoked" },
  { kind: "alert", identity: "nobody" as IdentityId, alert: "new-device", device: "<b>x</b>" },
  { kind: "yours", room: ROOM },
  { kind: "yours", room: "no\r\nroom" as RoomId },
  { kind: "moved", room: ROOM, host: STRANGER },
  { kind: "input", room: ROOM, input: { kind: "gone", connection: NOBODY } },
  { kind: "tells", room: ROOM, game: "x", shape: "y", tells: [{ kind: "moved", to: NOBODY }] },
];

/** What lacks everything that its kind should have. */
const seatedNowhere = (to: ConnectionId): Item => ({
  ...{ kind: "tells", room: ROOM, game: "ledger", shape: "" },
  tells: [
    {
      ...{ kind: "seated", to, request: 1, ticket: undefined, session: "x" as SessionId },
      seated: {} as Extract<Item, { kind: "tells" }>["tells"][number] extends { seated: infer S }
        ? S
        : never,
    },
  ],
});

function payloadOf(item: Item): Uint8Array {
  const writer = new ByteWriter();
  writeItem(writer, item);
  return writer.finish();
}

/** Everything that is published, as bytes. */
function messages(to: ConnectionId, seed: number): readonly Uint8Array[] {
  const random = seededRandom(seed);
  let strangers = 0;
  // Each from another: what one has said spoils what it says next.
  const packet = (payload: Uint8Array) => {
    const from = `${STRANGER}${++strangers}` as NodeId;
    return encodePacket(from, { stream: 1, seq: 1, heard: 0, ack: 0, wants: false, payload });
  };
  const payloads = [...items, seatedNowhere(to)].map(payloadOf);
  const sound = payloads.map(packet);
  const cut = sound.flatMap((bytes) => [bytes.subarray(0, bytes.length - 3), bytes.subarray(2)]);
  const spoilt = Array.from({ length: 200 }, (_, at) => {
    const bytes = Uint8Array.from(payloads[at % payloads.length] ?? []);
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    return packet(bytes);
  });
  const garbage = Array.from({ length: 200 }, () =>
    packet(Uint8Array.from({ length: 40 }, () => Math.floor(random() * 256))),
  );
  return [new Uint8Array(0), Buffer.from("{}"), ...sound, ...cut, ...spoilt, ...garbage];
}

/** The name of the connection that was made last, as its session has it in Redis. */
export async function newestConnection(bed: AttackBed): Promise<ConnectionId> {
  return until("the session names its connection", async () => {
    const opened = bed.lines.filter(({ event }) => event === "session-opened").at(-1);
    const key = keysWith("hf:").session(String(opened?.session) as SessionId);
    const fields = (await bed.redis.command("HKEYS", key)) as string[];
    const named = fields.find((field) => field.startsWith("connection:"));
    return named?.slice("connection:".length) as ConnectionId | undefined;
  });
}

/** Publishes it all to the bed's node; gives how many messages it heard. */
export async function publishAll(bed: AttackBed, to: ConnectionId, seed: number): Promise<number> {
  const channel = keysWith("hf:").channel(String(bed.lines[0]?.node) as NodeId);
  const redis = new Redis({ port: bed.redis.port, host: "127.0.0.1" });
  try {
    const heard = messages(to, seed).map((message) =>
      redis.call("SPUBLISH", channel, Buffer.from(message)),
    );
    return (await Promise.all(heard)).reduce<number>((sum, count) => sum + Number(count), 0);
  } finally {
    redis.disconnect();
  }
}
