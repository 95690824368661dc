// Put out: a moderator has somebody leave a room, who may come back or may not.
import { expect, test } from "vitest";
import { readInput, writeInput } from "../../server/node/inputBytes.ts";
import type { RoomInput } from "../../server/room/turn.ts";
import { Table } from "../../server/testing/testing.ts";
import { ByteReader, ByteWriter } from "../../shared/bytes.ts";
import { nim } from "../../shared/games/nim.ts";
import type { IdentityId } from "../../shared/ids.ts";

const putOut = ({ identity }: { readonly identity: IdentityId }, keepOut: boolean): RoomInput => {
  return { kind: "put-out", identity, keepOut };
};

test("[S111] who is put out has no seat any more, is told so, and may sit down again", () => {
  const table = new Table(nim);
  const ann = table.player("Ann").join();
  const bob = table.player("Bob").join();
  table.post(putOut(ann, false));
  table.pass(100);
  expect(ann).toMatchObject({ standing: "over", reason: "put-out" });
  expect([table.presenceOf(0), table.presenceOf(1)]).toEqual(["empty", "held"]);
  expect(bob.view.table.winner).toBe(bob.seat);
  expect(table.player("Cas").join().seat).toBe(0);
  table.post(putOut(ann, false));
  table.pass(100);
  expect(table.presenceOf(0)).toBe("held");
  table.check();
});

test("[S111] who is kept out comes back neither to sit nor to look nor by a ticket, through a restart too", () => {
  const table = new Table(nim);
  const ann = table.player("Ann").join();
  table.player("Bob").join();
  const watcher = table.player("Cas").watch();
  table.post(putOut(ann, true));
  table.post(putOut(watcher, true));
  table.pass(100);
  expect(watcher).toMatchObject({ standing: "over", reason: "put-out" });
  table.kill();
  table.pass(10_000);
  expect(ann.resume()).toMatchObject({ standing: "over", reason: "put-out" });
  expect(ann.join()).toMatchObject({ standing: "over", reason: "put-out" });
  expect(ann.watch()).toMatchObject({ standing: "over", reason: "put-out" });
  expect(watcher.watch()).toMatchObject({ standing: "over", reason: "put-out" });
  expect(table.player("Dan").join().seat).toBe(0);
});

test("[S111] the word to put somebody out reaches the room's host on another node", () => {
  for (const keepOut of [true, false]) {
    const input = putOut({ identity: "identityofsomebody" as IdentityId }, keepOut);
    const writer = new ByteWriter(64);
    writeInput(writer, input as never);
    expect(readInput(new ByteReader(writer.finish()))).toEqual(input);
  }
});
