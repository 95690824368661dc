// Node mutants: rules of nodes among others and of a store that forgets, each switched off. Only lists.

import { assert } from "../../shared/assert.ts";
import type { Mutant } from "./mutate.ts";
import { ROOM_MUTANTS } from "./roomMutants.ts";

/** The same rule as in worlds of one node, in those of several. */
function editsOf(name: string): Mutant["edits"] {
  const mutant = ROOM_MUTANTS.find((each) => each.name === name);
  assert(mutant !== undefined, `there is a mutant of a room: ${name}`);
  return mutant.edits;
}

const AMONG = { faults: [], nodes: 3 };
const AT_CLAIMS = { faults: ["freeze-until-claimed"], nodes: 3 };
const FORGETFUL = { faults: ["fail-over"], nodes: 3, forgets: true };
const SHARDED = { faults: ["shard-fail-over"], nodes: 3, forgets: true };

export const NODE_MUTANTS: readonly Mutant[] = [
  {
    name: "a host tells before the log has it",
    redAt: 1,
    always: AMONG,
    edits: editsOf("frames and answers leave before their entry is in the log"),
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
        rule: "if (command.seq !== seat.applied + 1) {",
        instead: "if (command.seq > seat.applied + 1) {",
      },
    ],
  },
  {
    name: "where a room is, is asked once and never again",
    redAt: 3,
    always: { faults: ["freeze-long", "cut"], nodes: 3 },
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
  {
    name: "an epoch is given again after the store forgot that it was given",
    redAt: 1,
    always: { faults: ["fail-over-at-claim"], nodes: 3, forgets: true },
    edits: [
      {
        file: "server/store/memoryRooms.ts",
        rule: "epoch: Math.max(expectedEpoch + 1, nowMs), version: top.version",
        instead: "epoch: expectedEpoch + 1, version: top.version",
      },
    ],
  },
  {
    name: "the log looks at the version of an entry and not at its epoch",
    redAt: 9,
    always: AT_CLAIMS,
    edits: [
      {
        file: "server/store/memoryRooms.ts",
        rule: "if (isAtOrBelow({ epoch, version }, top)) {",
        instead: "if (version <= top.version) {",
      },
      {
        file: "server/store/memoryRooms.ts",
        rule: "if (top.epoch !== epoch || top.version !== version - 1) {",
        instead: "if (top.version !== version - 1) {",
      },
    ],
  },
  {
    name: "among several nodes, the log takes entries of older epochs",
    redAt: 3,
    always: AT_CLAIMS,
    edits: editsOf("the log takes entries of older epochs"),
  },
  {
    name: "a host goes on holding the seats of a node that died",
    redAt: 3,
    always: AMONG,
    edits: [
      {
        file: "server/node/router.ts",
        rule: 'for (const { id } of [...rooms.hosted]) rooms.post(id, { kind: "node-lost", node: peer });',
        instead: "void rooms;",
      },
    ],
  },
  {
    name: "who takes a room over goes on holding the seats of its host that died",
    redAt: 8,
    always: AMONG,
    edits: [
      {
        file: "server/room/incoming.ts",
        rule: 'host.post(core.id, { kind: "nodes", alive: [node] });',
        instead: "",
      },
    ],
  },
  {
    name: "a room that goes on after a standstill does not say so",
    redAt: 4,
    always: AMONG,
    edits: [
      {
        file: "server/room/appending.ts",
        rule: 'const resumed = hosted.pausedTold ? this.#pause(hosted, "resumed") : [];',
        instead: "const resumed: readonly Tell[] = [];",
      },
    ],
  },
  {
    name: "whoever seats a page anew does not say that its room goes on",
    redAt: 5,
    always: AMONG,
    edits: [
      {
        file: "server/gate/tells.ts",
        rule: 'if (driver.pausedRooms?.delete(room)) driver.say("notice", { kind: "resumed", room });',
        instead: "",
      },
    ],
  },
  {
    name: "who takes a room over does not write what its host left unwritten beside the log",
    redAt: 19,
    always: { faults: ["kill", "kill-in-effect"], nodes: 3 },
    edits: [{ file: "server/room/incoming.ts", rule: "errands.repair(machine);", instead: "" }],
  },
  {
    name: "a room is written back before it is listed",
    redAt: 14,
    always: {
      faults: ["kill-at-writing-back", "half-cut", "offline", "another-tab", "close-tab"],
      nodes: 3,
      forgets: true,
    },
    edits: [
      {
        file: "server/room/appending.ts",
        rule: "await this.#parts.list(hosted.machine);",
        instead: "",
      },
    ],
  },
  {
    name: "what stands beside a log that is whole is not written anew after a loss",
    redAt: 4,
    always: SHARDED,
    edits: [
      {
        file: "server/room/appending.ts",
        rule: "for (const hosted of some) if (this.#parts.hosts(hosted)) this.#repair(hosted);",
        instead: "",
      },
    ],
  },
];
