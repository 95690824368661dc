// Table probes: what tests look at of a table: what was told, what was asked, the room as bytes.

import type { RoomInput, Tell } from "../../server/room/turn.ts";
import type { Table, VirtualPlayer } from "../../server/testing/testing.ts";

/** Everything of one kind that the room told, oldest first. */
export function tells<Kind extends Tell["kind"]>(
  table: Pick<Table, "told">,
  kind: Kind,
): readonly Extract<Tell, { kind: Kind }>[] {
  return table.told.filter((tell): tell is Extract<Tell, { kind: Kind }> => tell.kind === kind);
}

/** Every message of one kind to the room, oldest first. */
export function asked<Kind extends RoomInput["kind"]>(
  table: Pick<Table, "lines">,
  kind: Kind,
): readonly Extract<RoomInput, { kind: Kind }>[] {
  return table.lines.messages.filter(
    (input): input is Extract<RoomInput, { kind: Kind }> => input.kind === kind,
  );
}

/** A seat as a player's page sees it; undefined if it is empty. */
export function seatSeen(player: Pick<VirtualPlayer, "page">, seat: number): object | undefined {
  const seats = player.page.replica?.view.face.$seats;
  return (seats as ReadonlyMap<number, object> | undefined)?.get(seat);
}

/** The whole room as of now, in the bytes of a snapshot: the same text is the same room. */
export function snapshotOf({ machine }: Pick<Table, "machine">): string {
  return Buffer.from(machine.snapshot().bytes).toString("base64");
}
