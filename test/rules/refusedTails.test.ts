// Refused tails: what it costs a room that a page sends nothing but what is refused. No clock: writes are counted.

import { expect, test } from "vitest";
import { beginHosting, newRoom } from "../../server/room/loading.ts";
import { RoomMachine } from "../../server/room/room.ts";
import type { Arrival } from "../../server/room/turn.ts";
import { nim } from "../../shared/games/nim.ts";
import type {
  ConnectionId,
  IdentityId,
  NodeId,
  PageId,
  RoomId,
  SessionId,
} from "../../shared/ids.ts";
import { OUTBOX_COMMANDS_MAX } from "../../shared/limits.ts";

const ann: Arrival = {
  connection: "connection01" as ConnectionId,
  node: "node00000001" as NodeId,
  identity: "identity0001" as IdentityId,
  session: "session00001" as SessionId,
  name: "Ann",
  page: "page-0123456789ab" as PageId,
  frames: "json",
};

test("[G119] what is refused of a tail is written down once, however long it is", () => {
  const about = {
    id: "nim00000000001" as RoomId,
    game: nim,
    open: "private",
    code: "abcdef",
  } as const;
  const core = newRoom({ ...about, seed: 1 });
  core.history.begin(1, 0);
  beginHosting(core, 0);
  const machine = new RoomMachine(core);
  machine.turn([{ kind: "join", arrival: ann, request: 1, watch: false }], 1);
  const [seat] = core.own.$seats;
  const field = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(seat), "refused");
  if (seat === undefined || field === undefined) throw new Error("no such field");
  let writes = 0;
  Object.defineProperty(seat, "refused", {
    get: () => field.get?.call(seat),
    set(refused: unknown) {
      writes++;
      field.set?.call(seat, refused);
    },
  });
  const commands = Array.from({ length: OUTBOX_COMMANDS_MAX }, (_, at) => {
    return { seq: at + 1, name: "take", args: { count: 1 } };
  });
  const instance = [seat.instanceEpoch, seat.instanceCount] as const;
  const { connection } = ann;
  machine.turn([{ kind: "commands", connection, instance, commands }], 2);
  expect({ writes, applied: seat.applied }).toEqual({ writes: 1, applied: OUTBOX_COMMANDS_MAX });
  expect(seat.refused).toEqual(commands.map(({ seq }) => [seq, "not-started"]));
});
