// Parting: what is said to somebody who was shown what a room has lost by now.

import { expect, test } from "vitest";
import { History } from "../../server/room/history.ts";
import { beginHosting, newRoom } from "../../server/room/loading.ts";
import { RoomMachine } from "../../server/room/room.ts";
import type { Arrival } from "../../server/room/turn.ts";
import type { Bookmark } from "../../shared/frame.ts";
import type { RoomId } from "../../shared/ids.ts";
import { logbook } from "./harbour.ts";

/** Hosts since version 0, 10 and 20; a claim under epoch 8 was forgotten. */
function takenOver(): History {
  const history = new History();
  history.begin(5, 0);
  history.begin(7, 10);
  history.begin(9, 20);
  return history;
}

test("[D144, D172] who was shown what a room lost is told so with the range, and who lost nothing is not", () => {
  const history = takenOver();
  const partings: readonly (readonly [Bookmark, ReturnType<History["parting"]>])[] = [
    [{ epoch: 9, version: 25 }, undefined],
    [{ epoch: 7, version: 20 }, undefined],
    [{ epoch: 5, version: 10 }, undefined],
    // Shown by a host whose last commits its successor did not find.
    [
      { epoch: 7, version: 21 },
      { epoch: 9, version: 20 },
    ],
    [
      { epoch: 5, version: 30 },
      { epoch: 7, version: 10 },
    ],
    // Shown under a claim that was forgotten with its commits.
    [
      { epoch: 8, version: 23 },
      { epoch: 9, version: 20 },
    ],
    [
      { epoch: 8, version: 20 },
      { epoch: 7, version: 10 },
    ],
    // Under such a claim, while the host before it went on and put commits of its own there.
    [
      { epoch: 8, version: 15 },
      { epoch: 7, version: 10 },
    ],
    [{ epoch: 8, version: 10 }, undefined],
    // The newest claim of all was forgotten, and nobody has claimed since.
    [
      { epoch: 11, version: 31 },
      { epoch: 9, version: 30 },
    ],
    // Of a time of which nothing is known any more: a whole view, and nothing to be said.
    [{ epoch: 3, version: 99 }, undefined],
  ];
  for (const [bookmark, parting] of partings) {
    expect([bookmark, history.parting(bookmark, 30)]).toEqual([bookmark, parting]);
  }
});

test("[D144] the notice goes before the whole view, to the one it concerns", () => {
  const id = "roomofadaeight" as RoomId;
  const core = newRoom({ id, game: logbook as never, code: "abcdef", open: "private", seed: 1 });
  core.history.begin(9, 0);
  beginHosting(core, 0);
  const machine = new RoomMachine(core);
  const arrival = (name: string) =>
    ({
      connection: name,
      node: name,
      identity: name,
      session: name,
      page: name,
      name,
    }) as never as Arrival;
  const joins = ["ann", "bob"].map((name, request) => {
    return { kind: "join", arrival: arrival(name), request, watch: false } as const;
  });
  machine.turn(joins, 0);
  const from = { epoch: 7, version: 40 };
  const { tells } = machine.turn(
    [
      { kind: "sync", connection: "ann" as never, bookmark: from },
      { kind: "sync", connection: "bob" as never, bookmark: { epoch: 9, version: 1 } },
    ],
    10,
  );
  expect(tells).toMatchObject([
    { kind: "frame", to: "ann", answer: "full" },
    { kind: "frame", to: "bob" },
  ]);
  const later = machine.turn(
    [{ kind: "sync", connection: "ann" as never, bookmark: { epoch: 11, version: 40 } }],
    20,
  );
  const { version } = core;
  const notice = { kind: "rolled-back", room: id, to: { epoch: 9, version } };
  expect(later.tells).toMatchObject([
    { kind: "notice", to: "ann", notice: { ...notice, from: { epoch: 11, version: 40 } } },
    { kind: "frame", to: "ann", answer: "full" },
  ]);
});
