// Node mutants: rules of nodes among others and of a store that forgets, each switched off. Only lists.

import type { Mutant } from "./mutate.ts";

const AMONG = { faults: [], nodes: 3 };
const FORGETFUL = { faults: ["fail-over"], nodes: 3, forgets: true };

export const NODE_MUTANTS: readonly Mutant[] = [
  {
    name: "a host tells before the log has it",
    redAt: 1,
    always: AMONG,
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
    name: "nodes pass on what comes twice, and rooms apply it twice",
    redAt: 1,
    always: { faults: ["lossy-bus"], nodes: 3 },
    edits: [
      {
        file: "server/node/link.ts",
        rule: "if (seq === this.#ack + 1) {",
        instead: "if (seq <= this.#ack + 1) {",
      },
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
    name: "where a room is, is asked once and never again",
    redAt: 47,
    always: AMONG,
    edits: [
      {
        file: "server/node/router.ts",
        rule: "const unanswered = this.#whereabouts.forget(room);",
        instead: "const unanswered: readonly RoomInput[] = [];",
      },
    ],
  },
  {
    name: "nobody is told of a loss",
    redAt: 37,
    always: FORGETFUL,
    edits: [
      {
        file: "server/room/history.ts",
        rule: "if (bookmark.version > next.version) return next;",
        instead: "if (bookmark.version > next.version) return undefined;",
      },
    ],
  },
];
