// Check wire: nothing left a node before what it shows was in the log. It reads every message as it
// was handed to the system of its node.

import { ByteReader } from "../../shared/bytes.ts";
import { ANSWER_BYTE, HEARTBEAT_BYTE, lineTag, STEP_BYTE } from "../../shared/frame.ts";
import type { RoomId } from "../../shared/ids.ts";
import type { Instance, Seated } from "../../shared/protocol.ts";
import type { History, Written } from "./history.ts";
import type { Check } from "./replay.ts";

/** I2: the gate. */
export function checkWire(history: History): Check {
  const stored = new Map<string, number>();
  const given = new Map<RoomId, number>();
  const lines = new Map(
    history.logged.map(({ room, epoch }) => [lineTag(room, epoch), { room, epoch }]),
  );
  return {
    visit({ entry: { room, kind, epoch, version, order }, face }) {
      const place = placeName(room, epoch, version);
      if (!stored.has(place)) stored.set(place, order);
      const { instances } = face.$room as { readonly instances: number };
      if (kind === "created") given.delete(room);
      // A page may be overtaken in the very turn in which it came: its instance stands nowhere then.
      for (let count = (given.get(room) ?? 0) + 1; count <= instances; count++) {
        const name = instanceName(room, [epoch, count]);
        if (!stored.has(name)) stored.set(name, order);
      }
      given.set(room, instances);
    },
    finish: () =>
      history.written.flatMap((written) =>
        namesIn(written, lines).flatMap((name) => {
          const order = stored.get(name);
          if (order !== undefined && order < written.order) return [];
          const when = order === undefined ? "which was never stored" : "before it was stored";
          return [`I2 ${written.page.name} was sent ${name}, ${when}`];
        }),
      ),
  };
}

function placeName(room: RoomId, epoch: number, version: number): string {
  return `${room} ${epoch}-${version}`;
}

function instanceName(room: string, [epoch, count]: Instance): string {
  return `${room} instance ${epoch}-${count}`;
}

type Lines = ReadonlyMap<number, { readonly room: RoomId; readonly epoch: number }>;

/** Names of what a message shows. */
function namesIn({ message }: Written, lines: Lines): readonly string[] {
  if (typeof message === "string") return namesInText(message);
  const reader = new ByteReader(message);
  const first = reader.u8();
  if (first === STEP_BYTE) {
    const line = lines.get(reader.u32());
    const version = reader.varuint();
    return [line === undefined ? "an unknown line" : placeName(line.room, line.epoch, version)];
  }
  if (first === ANSWER_BYTE) {
    const room = reader.text() as RoomId;
    return [placeName(room, reader.varuint(), reader.varuint())];
  }
  if (first !== HEARTBEAT_BYTE) return ["bytes that are no message"];
  return Array.from({ length: reader.varuint() }, () => {
    const line = lines.get(reader.u32());
    const version = reader.varuint();
    return line === undefined ? "an unknown line" : placeName(line.room, line.epoch, version);
  });
}

function namesInText(text: string): readonly string[] {
  const seated = seatedIn(text);
  return seated?.seat === undefined ? [] : [instanceName(seated.room, seated.instance)];
}

function seatedIn(text: string): Seated | undefined {
  if (text.startsWith('42["seated"')) return (JSON.parse(text.slice(2)) as [string, Seated])[1];
  if (!text.startsWith("43")) return undefined;
  const [reply] = JSON.parse(text.slice(text.indexOf("["))) as [{ readonly seated?: Seated }];
  return reply.seated;
}
