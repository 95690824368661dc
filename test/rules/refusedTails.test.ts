// Refused tails: what it costs a room that a page sends nothing but what is refused. No clock: writes are counted.

import { expect, test } from "vitest";
import { beginHosting, newRoom } from "../../server/room/loading.ts";
import { RoomMachine } from "../../server/room/room.ts";
import type { Arrival, RoomInput } from "../../server/room/turn.ts";
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

function annsTable() {
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
  if (seat === undefined) throw new Error("ann has a seat");
  const instance = [seat.instanceEpoch, seat.instanceCount] as const;
  const tailFrom = (first: number): RoomInput => ({
    kind: "commands",
    connection: ann.connection,
    instance,
    commands: Array.from({ length: OUTBOX_COMMANDS_MAX }, (_, at) => {
      return { seq: first + at, name: "take", args: { count: 1 } };
    }),
  });
  return { machine, seat, tailFrom };
}

test("[G119] what is refused of a tail is written down once, however long it is", () => {
  const { machine, seat, tailFrom } = annsTable();
  const field = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(seat), "refused");
  if (field === undefined) throw new Error("no such field");
  let writes = 0;
  Object.defineProperty(seat, "refused", {
    get: () => field.get?.call(seat),
    set(refused: unknown) {
      writes++;
      field.set?.call(seat, refused);
    },
  });
  machine.turn([tailFrom(1)], 2);
  expect({ writes, applied: seat.applied }).toEqual({ writes: 1, applied: OUTBOX_COMMANDS_MAX });
  const refused = Array.from({ length: OUTBOX_COMMANDS_MAX }, (_, at) => [at + 1, "not-started"]);
  expect(seat.refused).toEqual(refused);
});

test("[G122] of one seat a turn takes no more than its page may have under way, and asks for the rest", () => {
  const { machine, seat, tailFrom } = annsTable();
  const tails = Array.from({ length: 60 }, (_, at) => tailFrom(1 + at * OUTBOX_COMMANDS_MAX));
  const { tells } = machine.turn(tails, 2);
  expect(seat.applied).toBe(2 * OUTBOX_COMMANDS_MAX);
  const asked = tells.filter((tell) => tell.kind === "refusal" && tell.reason === "expect");
  expect(asked[0]).toMatchObject({ seq: seat.applied + 1 });
  machine.turn([tailFrom(seat.applied + 1)], 3);
  expect(seat.applied).toBe(3 * OUTBOX_COMMANDS_MAX);
});
