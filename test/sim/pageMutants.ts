// Page mutants: rules of the client library, each switched off, if need be together with the rule of
// the server that guards the same promise. Only lists.
//
// One is not here. If the one of two answers for a seat counted that comes last, though it is older, a
// page would stay on a line that the room tells nothing on, find it silent, and come back on another:
// seconds later, with nothing lost. No run has shown more, and here only what is lost is judged, or
// what takes longer than 45 seconds. A rule of the client's link (`seated`) has its test instead.

import type { Mutant } from "./mutate.ts";

export const PAGE_MUTANTS: readonly Mutant[] = [
  {
    // The library's own client leaves no gap, so it lacks a rule as well.
    name: "a command is applied over a gap that its client left",
    redAt: 3,
    edits: [
      {
        file: "client/play.ts",
        rule: 'line.send("command", { ...seat, commands: tail });',
        instead: 'line.send("command", { ...seat, commands: tail.slice(-1) });',
      },
      // A line on which nothing has an answer is left for another, whose handshake has all of it as well.
      {
        file: "client/play.ts",
        rule: "bookmark, ticket, commands: tail };",
        instead: "bookmark, ticket, commands: tail.slice(-1) };",
      },
      {
        file: "server/room/commands.ts",
        rule: "if (command.seq !== seat.applied + 1) {",
        instead: "if (command.seq <= seat.applied) {",
      },
    ],
  },
  {
    name: "a client resends its newest command instead of its whole tail",
    redAt: 4,
    edits: [
      {
        file: "client/play.ts",
        rule: 'line.send("command", { ...seat, commands: tail });',
        instead: 'line.send("command", { ...seat, commands: tail.slice(-1) });',
      },
      // A line on which nothing has an answer is left for another, whose handshake has all of it as well.
      {
        file: "client/play.ts",
        rule: "bookmark, ticket, commands: tail };",
        instead: "bookmark, ticket, commands: tail.slice(-1) };",
      },
    ],
  },
  {
    // The server's own gate closes every gap before it goes on, so it lacks its rules as well.
    name: "a client applies a frame over a gap that its gate left",
    redAt: 3,
    always: { faults: ["narrow-path"], isBulky: true },
    edits: [
      {
        file: "server/gate/attached.ts",
        rule: "this.missed = heldBack || (this.missed && !whole);",
        instead: "this.missed = heldBack;",
      },
      {
        file: "server/gate/connectionDriver.ts",
        rule: "return this.#syncMissed();",
        instead: "return undefined;",
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
    redAt: 4,
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
    redAt: 8,
    edits: [
      {
        file: "client/replica.ts",
        rule: "return events.filter((event) => event.version > told);",
        instead: "return events.filter(() => told >= 0);",
      },
    ],
  },
  {
    name: "a page that was overtaken takes the seat back by itself",
    redAt: 5,
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
    name: "a reload forgets what was not confirmed",
    redAt: 23,
    edits: [
      {
        file: "client/outbox.ts",
        rule: "outbox.#waiting = saved.commands.map(",
        instead: "outbox.#waiting = saved.commands.slice(0, 0).map(",
      },
    ],
  },
];
