// Room mutants: rules of hosts, rooms, their logs and what they tell, each switched off. Only lists.

import type { Mutant } from "./mutate.ts";

export const ROOM_MUTANTS: readonly Mutant[] = [
  {
    name: "frames and answers leave before their entry is in the log",
    redAt: 1,
    edits: [
      {
        file: "server/room/host.ts",
        rule: "else committed.push(beaten.hosted);",
        instead:
          "else { this.#parts.deliver(beaten.hosted.id, beaten.turn.tells); committed.push(beaten.hosted); }",
      },
    ],
  },
  {
    name: "a lost answer of the log is taken for a yes",
    redAt: 4,
    edits: [
      {
        file: "server/room/appending.ts",
        rule: "return this.#doubt(hosted, outstanding, outcome.cause);",
        instead: "return this.#release(hosted, outstanding);",
      },
    ],
  },
  {
    name: "a fenced host goes on as if it were none",
    redAt: 3,
    edits: [
      {
        file: "server/room/appending.ts",
        rule: 'return this.#parts.lost(hosted, "room-moved");',
        instead: "return this.#release(hosted, outstanding);",
      },
    ],
  },
  {
    name: "the log takes entries of older epochs",
    redAt: 3,
    edits: [
      {
        file: "server/store/memoryRooms.ts",
        rule: "if (isAtOrBelow({ epoch, version }, top)) {",
        instead: "if (epoch === top.epoch && version <= top.version) {",
      },
      {
        file: "server/store/memoryRooms.ts",
        rule: "if (top.epoch !== epoch || top.version !== version - 1) {",
        instead: "if (top.epoch === epoch && top.version !== version - 1) {",
      },
    ],
  },
  {
    name: "a command that comes again is applied again",
    redAt: 1,
    edits: [
      {
        file: "server/room/commands.ts",
        rule: "if (command.seq <= seat.applied) continue;",
        instead: "",
      },
      {
        file: "server/room/commands.ts",
        rule: "if (command.seq !== seat.applied + 1) {",
        instead: "if (command.seq > seat.applied + 1) {",
      },
    ],
  },
  {
    name: "a tail counts for whatever instance the seat has",
    redAt: 5,
    always: { faults: ["duplicate", "offline", "cut", "reload", "slow-path", "kill"] },
    edits: [
      {
        file: "server/room/arrivals.ts",
        rule: "const applied = current ? this.#tails.apply(seat, resume.commands) : undefined;",
        instead: "const applied = this.#tails.apply(seat, resume.commands);",
      },
      {
        file: "server/room/tails.ts",
        rule: "if (!sameInstance(instance, seating.instanceOf(seat))) {",
        instead: "if (instance === undefined) {",
      },
    ],
  },
  {
    name: "a refused command does not advance the number",
    redAt: 3,
    edits: [
      {
        file: "server/room/commands.ts",
        rule: 'seat.applied = command.seq;\n    if (outcome.kind === "kept") continue;',
        instead: 'if (outcome.kind === "kept") { seat.applied = command.seq; continue; }',
      },
    ],
  },
  {
    name: "a rule that fails leaves its traces",
    redAt: 3,
    edits: [
      {
        file: "shared/record.ts",
        rule: "if (!kept) for (const undo of journal.reverse()) undo();",
        instead: "journal.length = 0; kept = true;",
      },
    ],
  },
  {
    name: "a snapshot forgets all epochs but the newest",
    redAt: 15,
    edits: [
      {
        file: "server/room/entry.ts",
        rule: "writer.varuint(room.epochs.length);\n  for (const start of room.epochs) {",
        instead:
          "const newest = room.epochs.slice(-1);\n  writer.varuint(newest.length);\n  for (const start of newest) {",
      },
    ],
  },
  {
    name: "a snapshot forgets the events",
    redAt: 3,
    always: { faults: ["deploy", "offline"] },
    edits: [
      {
        file: "server/room/loading.ts",
        rule: "core.history.events = [...snapshot.events];",
        instead: "",
      },
    ],
  },
  {
    name: "a room read from its log has no tombstones",
    redAt: 3,
    edits: [
      {
        file: "shared/fold.ts",
        rule: "? collection.drop(change.id, version)\n",
        instead: "? void collection.forget(change.id)\n",
      },
    ],
  },
  {
    name: "a selective collection is not sent whole",
    redAt: 4,
    edits: [
      {
        file: "shared/changes.ts",
        rule: "return { shape: collection.shape, replace: true, records };",
        instead: "return { shape: collection.shape, replace: false, records };",
      },
    ],
  },
  {
    name: "changes are told beyond the horizon",
    redAt: 7,
    edits: [
      {
        file: "server/room/attachments.ts",
        rule: "const base = seen !== undefined && seen >= history.floor ? seen : undefined;",
        instead: "const base = seen;",
      },
    ],
  },
  {
    name: "a whole view brings no events of the time before it",
    redAt: 7,
    edits: [
      {
        file: "server/room/attachments.ts",
        rule: "const eventsAfter = seen ??",
        instead: "const eventsAfter = base ??",
      },
    ],
  },
  {
    name: "a watcher sees what the first seat sees",
    redAt: 4,
    edits: [
      {
        file: "server/room/attachments.ts",
        rule: 'viewer: seat ?? "public",',
        instead: "viewer: seat ?? 0,",
      },
    ],
  },
  {
    name: "private fields are sent to every seat",
    redAt: 1,
    edits: [
      {
        file: "shared/changes.ts",
        rule: "return owns ? privateEnd : publicEnd;",
        instead: 'return owns || viewer !== "public" ? privateEnd : publicEnd;',
      },
    ],
  },
  {
    name: "a seat is given up as soon as its line is lost",
    redAt: 1,
    edits: [
      {
        file: "server/room/absence.ts",
        rule: "seat.untilMs = seat.absentSinceMs + graceMs;",
        instead: "seat.untilMs = seat.absentSinceMs;",
      },
    ],
  },
  {
    name: "a host does not wait for its log before the next turn",
    redAt: 1,
    edits: [
      {
        file: "server/room/hosted.ts",
        rule: 'if (this.phase.kind !== "idle" || this.held) return Number.POSITIVE_INFINITY;',
        instead: "if (this.held) return Number.POSITIVE_INFINITY;",
      },
    ],
  },
  {
    name: "room time runs while nobody hosts the room",
    redAt: 1,
    edits: [
      {
        file: "server/room/loading.ts",
        rule: "core.time = new RoomTime(core.time.nowMs, nowMs);",
        instead: "core.time = new RoomTime(Math.max(core.time.nowMs, nowMs), nowMs);",
      },
    ],
  },
];
