// Tail: what every store asks before it hands a room out. A store's own ways to such a tail are
// tested beside it: none of them makes one.
import { expect, test } from "vitest";
import { type LogEntry, StoreDamaged } from "../../server/store/store.ts";
import { checkTail } from "../../server/store/tail.ts";
import { NODE, newRoomId } from "./newcomers.ts";

function entry(kind: LogEntry["kind"], epoch: number, version: number): LogEntry {
  return { kind, epoch, version, node: NODE, bytes: new Uint8Array(0) };
}

test("[D11] a tail with a gap is damage and is handed to nobody", () => {
  const room = newRoomId();
  const place = { epoch: 7, version: 2 };
  const whole = [entry("commit", 7, 3), entry("claim", 8, 3), entry("commit", 8, 4)];
  checkTail(room, place, whole);
  const broken = [
    [entry("commit", 7, 4)],
    [entry("commit", 7, 3), entry("commit", 7, 5)],
    [entry("commit", 8, 3)],
    [entry("claim", 8, 3)],
    [entry("claim", 7, 2)],
  ];
  for (const tail of broken) {
    expect(() => checkTail(room, place, tail)).toThrow(StoreDamaged);
  }
});
