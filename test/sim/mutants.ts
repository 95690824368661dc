// Mutants: rules of the product, each switched off by an edit of its source. A simulator that stays
// green with one of them proves nothing about that rule.

/** Text of a file and what stands there instead. It must stand there once. */
interface Edit {
  readonly file: string;
  readonly rule: string;
  readonly instead: string;
}

export interface Mutant {
  /** The rule that is off, as a sentence of what happens without it. */
  readonly name: string;
  readonly edits: readonly Edit[];
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: "frames and answers leave before their entry is in the log",
    edits: [
      {
        file: "server/room/host.ts",
        rule: "else committed.push(hosted);",
        instead: "else { this.#parts.deliver(hosted.id, turn.tells); committed.push(hosted); }",
      },
    ],
  },
  {
    name: "a lost answer of the log is taken for a yes",
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
    edits: [
      {
        file: "server/room/appending.ts",
        rule: 'return this.#parts.lost(hosted);\n      }\n      case "missing":',
        instead: 'return this.#release(hosted, outstanding);\n      }\n      case "missing":',
      },
    ],
  },
  {
    name: "the log takes entries of older epochs",
    edits: [
      {
        file: "server/store/memoryRooms.ts",
        rule: "if (isAtOrBelow({ epoch, version }, top)) {",
        instead: "if (epoch === top.epoch && version <= top.version) {",
      },
    ],
  },
  {
    name: "a command that comes again is applied again",
    edits: [
      {
        file: "server/room/commands.ts",
        rule: "if (command.seq <= seat.applied) continue;",
        instead: "",
      },
      {
        file: "server/room/commands.ts",
        rule: "if (command.seq !== expected) return",
        instead: "if (command.seq > expected) return",
      },
    ],
  },
  {
    // The library's own client leaves no gap, so it lacks a rule as well.
    name: "a command is applied over a gap that its client left",
    edits: [
      {
        file: "client/play.ts",
        rule: 'line.send("command", { ...seat, commands: tail });',
        instead: 'line.send("command", { ...seat, commands: tail.slice(-1) });',
      },
      {
        file: "server/room/commands.ts",
        rule: "if (command.seq !== expected) return { expected, failures };",
        instead: "",
      },
    ],
  },
  {
    name: "a tail counts for whatever instance the seat has",
    edits: [
      {
        file: "server/room/arrivals.ts",
        rule: "const applied = current ? this.#tails.apply(seat, resume.commands) : undefined;",
        instead: "const applied = this.#tails.apply(seat, resume.commands);",
      },
      {
        file: "server/room/tails.ts",
        rule: "if (!seating.sameInstance(instance, seating.instanceOf(seat))) {",
        instead: "if (instance === undefined) {",
      },
    ],
  },
  {
    name: "a refused command does not advance the number",
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
    edits: [
      {
        file: "shared/record.ts",
        rule: "if (!kept) for (const undo of journal.reverse()) undo();",
        instead: "journal.length = 0; kept = true;",
      },
    ],
  },
  {
    name: "a client resends its newest command instead of its whole tail",
    edits: [
      {
        file: "client/play.ts",
        rule: 'line.send("command", { ...seat, commands: tail });',
        instead: 'line.send("command", { ...seat, commands: tail.slice(-1) });',
      },
    ],
  },
  {
    // The gate keeps a gap from its clients, so it lacks a rule as well.
    name: "a client applies a frame over a gap that its gate left",
    edits: [
      {
        file: "server/gate/attached.ts",
        rule: "this.missed = heldBack || (this.missed && !whole);",
        instead: "this.missed = heldBack;",
      },
      {
        file: "client/replica.ts",
        rule: "if (mine === undefined || base > mine.version) return BEHIND;",
        instead: "if (mine === undefined) return BEHIND;",
      },
    ],
  },
  {
    name: "a whole view is laid over the one before",
    edits: [
      {
        file: "client/replica.ts",
        rule: "this.view.replace(changes);",
        instead: "this.view.apply(changes);",
      },
    ],
  },
  {
    name: "a page that was told of an event is told again",
    edits: [
      {
        file: "client/replica.ts",
        rule: "return events.filter((event) => event.version > told);",
        instead: "return events.filter(() => told >= 0);",
      },
    ],
  },
  {
    name: "a snapshot forgets all epochs but the newest",
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
    edits: [
      {
        file: "server/room/history.ts",
        rule: "return bookmark.version >= this.floor && bookmark.version <= branchEnd;",
        instead: "return bookmark.version <= branchEnd;",
      },
    ],
  },
  {
    name: "a watcher sees what the first seat sees",
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
    edits: [
      {
        file: "server/room/seating.ts",
        rule: "seat.untilMs = core.time.nowMs + core.game.seats.graceMs;",
        instead: "seat.untilMs = core.time.nowMs;",
      },
    ],
  },
  {
    name: "a host does not wait for its log before the next turn",
    edits: [
      {
        file: "server/room/hosted.ts",
        rule: 'if (this.phase.kind !== "idle") return Number.POSITIVE_INFINITY;',
        instead: "",
      },
    ],
  },
  {
    name: "a page that was overtaken takes the seat back by itself",
    edits: [
      {
        file: "client/verdict.ts",
        rule: 'if (reason === "superseded") return draft.end({ kind: "elsewhere" });',
        instead: 'if (reason === "superseded") return draft.failed();',
      },
      {
        file: "server/room/arrivals.ts",
        rule: 'if (standing === "fenced") return',
        instead: "if (standing === undefined) return",
      },
    ],
  },
  {
    name: "of two answers for a seat the one that comes last counts",
    edits: [
      {
        file: "client/link.ts",
        rule: "if (isOlder(attachment, draft.state.attachment)) return draft.drop(connection);",
        instead: "if (isOlder(attachment, undefined)) return draft.drop(connection);",
      },
    ],
  },
  {
    name: "room time runs while nobody hosts the room",
    edits: [
      {
        file: "server/room/loading.ts",
        rule: "core.time = new RoomTime(core.time.nowMs, nowMs);",
        instead: "core.time = new RoomTime(Math.max(core.time.nowMs, nowMs), nowMs);",
      },
    ],
  },
  {
    name: "a reload forgets what was not confirmed",
    edits: [
      {
        file: "client/outbox.ts",
        rule: "outbox.#waiting = saved.commands.map(",
        instead: "outbox.#waiting = saved.commands.slice(0, 0).map(",
      },
    ],
  },
];
