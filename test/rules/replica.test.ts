// Replica: which frames a page's copy of a room takes, and when it asks again instead.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Replica } from "../../client/replica.ts";
import { ByteWriter } from "../../shared/bytes.ts";
import { type Changes, changesSince, publicChanges, SINCE_EVER } from "../../shared/changes.ts";
import {
  type Acknowledgements,
  encodeAnswer,
  encodeOwnPart,
  encodeStep,
  HEARTBEAT_BYTE,
  lineTag,
  type OwnPart,
  type SeenEvent,
} from "../../shared/frame.ts";
import { defineGame, many, one, u32 } from "../../shared/game.ts";
import type { RoomId } from "../../shared/ids.ts";
import { State } from "../../shared/record.ts";
import type { StateOf } from "../../shared/schema.ts";

const ROOM = "replicaroom01" as RoomId;
const LOOK = { viewer: "public" as const, sees: () => true };

const game = defineGame({
  name: "counters",
  version: 1,
  seats: { min: 1, max: 2 },
  records: { sum: one({ total: u32 }), counters: many({ count: u32 }) },
  events: { rang: { n: u32 } },
  rules: {},
});

interface Moment {
  readonly epoch?: number;
  readonly base: number | undefined;
  readonly version: number;
  readonly changes?: Changes;
  readonly events?: readonly SeenEvent[];
  readonly acknowledged?: Acknowledgements;
}

function step({ epoch = 7, base = 0, version, changes = [], events = [] }: Moment, own?: OwnPart) {
  const writer = new ByteWriter();
  const tag = lineTag(ROOM, epoch);
  encodeStep(writer, game as never, { tag, base, version, timeMs: version * 50, changes, events });
  if (own !== undefined) encodeOwnPart(writer, game as never, { ...own, version });
  return writer.finish();
}

function answer(moment: Moment) {
  const { epoch = 7, base, version, changes = [], events = [], acknowledged } = moment;
  const writer = new ByteWriter();
  encodeAnswer(writer, game as never, {
    kind: "answer",
    room: ROOM,
    epoch,
    base,
    version,
    timeMs: version * 50,
    changes,
    events,
    acknowledged,
  });
  return writer.finish();
}

function heartbeat(...rooms: readonly (readonly [epoch: number, version: number])[]) {
  const writer = new ByteWriter();
  writer.u8(HEARTBEAT_BYTE);
  writer.varuint(rooms.length);
  for (const [epoch, version] of rooms) {
    writer.u32(lineTag(ROOM, epoch));
    writer.varuint(version);
  }
  return writer.finish();
}

/** The room's side: a state, and the frames for what it does. */
class Room {
  readonly state = new State(game.shapes);
  version = 0;
  commit(change: (state: StateOf<typeof game.records>) => void): Changes {
    this.version += 1;
    this.state.open(this.version);
    change(this.state.face as StateOf<typeof game.records>);
    this.state.close();
    return publicChanges(this.state);
  }
  since(version: number): Changes {
    return changesSince(this.state, version, LOOK);
  }
  /** What a fresh copy of the whole looks like. */
  get text(): string {
    const fresh = new Replica(game as never, ROOM, undefined);
    fresh.read(answer({ base: undefined, version: this.version, changes: this.since(SINCE_EVER) }));
    return textOf(fresh);
  }
}

function textOf(replica: Replica): string {
  const { sum, counters } = replica.view.face as unknown as StateOf<typeof game.records>;
  return JSON.stringify([sum.total, [...counters].map(({ id, count }) => [id, count])]);
}

const rang = (version: number): SeenEvent => ({ version, name: "rang", values: { n: version } });

/** A replica that holds version 10 of epoch 7. */
function held(): Replica {
  const replica = new Replica(game as never, ROOM, 0);
  replica.read(answer({ base: undefined, version: 10 }));
  return replica;
}

describe("which frames fit", () => {
  test("[C50] a step is taken if it stands on the version held, and one that leaves a gap is asked for", () => {
    const replica = held();
    expect(replica.read(step({ base: 10, version: 11 }))).toMatchObject({
      kind: "applied",
      answer: false,
    });
    expect(replica.bookmark).toEqual({ epoch: 7, version: 11 });
    expect(replica.timeMs).toBe(550);
    expect(replica.read(step({ base: 12, version: 13 })).kind).toBe("behind");
    expect(replica.bookmark).toEqual({ epoch: 7, version: 11 });
    expect(new Replica(game as never, ROOM, 0).read(step({ base: 0, version: 1 })).kind).toBe(
      "behind",
    );
  });

  test("[C51] what is older than the version held changes nothing, and acknowledgements without a commit are taken", () => {
    const replica = held();
    const room = new Room();
    const changes = room.commit(({ counters }) => void counters.add({ count: 1 }));
    expect(replica.read(step({ base: 8, version: 9, changes })).kind).toBe("in-step");
    expect(replica.read(answer({ base: undefined, version: 9, changes })).kind).toBe("in-step");
    expect(textOf(replica)).toBe("[0,[]]");
    const acknowledged = { applied: 3, refused: [[2, "no"]] as const, input: 4 };
    const own = { changes: [], events: [], acknowledged };
    expect(replica.read(step({ base: 10, version: 10 }, own))).toMatchObject({
      kind: "applied",
      acknowledged,
    });
  });

  test("[C52] an answer may stand on an older version than is held by now, but not reach back before it", () => {
    const replica = held();
    expect(replica.read(answer({ base: 8, version: 12 }))).toMatchObject({
      kind: "applied",
      answer: true,
    });
    expect(replica.read(answer({ base: 13, version: 14 })).kind).toBe("behind");
    expect(replica.bookmark).toEqual({ epoch: 7, version: 12 });
  });

  test("[C53] steps of another epoch are asked for, and its answer is taken if it is whole or stands on the very version held", () => {
    const replica = held();
    expect(replica.read(step({ epoch: 8, base: 10, version: 11 })).kind).toBe("behind");
    expect(replica.read(answer({ epoch: 8, base: 9, version: 11 })).kind).toBe("behind");
    expect(replica.read(answer({ epoch: 8, base: 10, version: 11 })).kind).toBe("applied");
    expect(replica.read(step({ epoch: 8, base: 11, version: 12 })).kind).toBe("applied");
    expect(replica.read(step({ epoch: 7, base: 12, version: 13 })).kind).toBe("behind");
    expect(replica.read(answer({ epoch: 9, base: undefined, version: 3 })).kind).toBe("applied");
    expect(replica.bookmark).toEqual({ epoch: 9, version: 3 });
  });

  test("[C54] bytes that make no sense leave nothing to stand on: only a whole view is taken after them", () => {
    for (const bytes of [
      Uint8Array.of(),
      Uint8Array.of(0x47, 1, 2, 3),
      step({ base: 10, version: 11 }).slice(0, -1),
      Uint8Array.of(...answer({ base: 10, version: 11 }), 0),
      Uint8Array.of(HEARTBEAT_BYTE, 5, 1),
    ]) {
      const replica = held();
      expect(replica.read(bytes).kind).toBe("behind");
      expect(replica.bookmark).toBeUndefined();
      expect(replica.read(step({ base: 10, version: 11 })).kind).toBe("behind");
      expect(replica.read(answer({ base: 10, version: 11 })).kind).toBe("behind");
      expect(replica.read(answer({ base: undefined, version: 11 })).kind).toBe("applied");
    }
    // A record is changed that this view does not hold: its collection cannot be trusted either.
    const room = new Room();
    room.commit(({ counters }) => void counters.add());
    const changes = room.commit(({ counters }) => {
      for (const counter of counters) counter.count = 5;
    });
    const replica = held();
    expect(replica.read(step({ base: 10, version: 11, changes })).kind).toBe("behind");
    expect(replica.bookmark).toBeUndefined();
  });

  test("[C55] a heartbeat that names a newer version, or not our line, tells that something was missed", () => {
    const replica = held();
    expect(replica.read(heartbeat([7, 10])).kind).toBe("in-step");
    expect(replica.read(heartbeat([7, 9])).kind).toBe("in-step");
    expect(replica.read(heartbeat([8, 3], [7, 10])).kind).toBe("in-step");
    expect(replica.read(heartbeat([7, 11])).kind).toBe("behind");
    expect(replica.read(heartbeat([8, 10])).kind).toBe("behind");
    expect(replica.read(heartbeat()).kind).toBe("behind");
    expect(replica.bookmark).toEqual({ epoch: 7, version: 10 });
  });
});

test("[C56] events are told once: none of before the first view, none twice over answers and epochs, and again what a rollback undid", () => {
  const replica = new Replica(game as never, ROOM, 0);
  const told = (bytes: Uint8Array) => {
    const reading = replica.read(bytes);
    return reading.kind === "applied" ? reading.events.map(({ version }) => version) : [];
  };
  expect(told(answer({ base: undefined, version: 10, events: [rang(9), rang(10)] }))).toEqual([]);
  const own = { changes: [], events: [rang(11)], acknowledged: undefined };
  expect(told(step({ base: 10, version: 11, events: [rang(11)] }, own))).toEqual([11, 11]);
  expect(told(step({ base: 10, version: 11, events: [rang(11)] }))).toEqual([]);
  expect(told(answer({ base: 9, version: 13, events: [rang(11), rang(12), rang(13)] }))).toEqual([
    12, 13,
  ]);
  expect(told(answer({ epoch: 8, base: 13, version: 14, events: [rang(13), rang(14)] }))).toEqual([
    14,
  ]);
  replica.rolledBack({ epoch: 8, version: 12 });
  expect(
    told(
      answer({ epoch: 9, base: undefined, version: 14, events: [rang(12), rang(13), rang(14)] }),
    ),
  ).toEqual([13, 14]);
});

test("[C57] over frames that are lost, doubled and answered late, a replica that is in step holds what the room holds", () => {
  const change = fc.record({
    id: fc.nat(6),
    count: fc.nat(9),
    what: fc.constantFrom("set", "delete", "total"),
  });
  const fate = fc.constantFrom("arrives", "lost", "twice", "answered", "late");
  const script = fc.array(fc.tuple(fc.array(change, { minLength: 1, maxLength: 4 }), fate), {
    maxLength: 40,
  });
  const property = fc.property(script, (turns) => {
    const room = new Room();
    const replica = new Replica(game as never, ROOM, undefined);
    const late: Uint8Array[] = [];
    const sync = () => {
      const base = replica.bookmark?.version;
      return answer({ base, version: room.version, changes: room.since(base ?? SINCE_EVER) });
    };
    for (const [changes, how] of turns) {
      const before = room.version;
      const common = room.commit(({ sum, counters }) => {
        for (const { id, count, what } of changes) {
          const counter = counters.get(id);
          if (what === "total") sum.total = count;
          else if (what === "delete") counters.delete(id);
          else if (counter === undefined) counters.add({ count }, id);
          else counter.count = count;
        }
      });
      const bytes = step({ base: before, version: room.version, changes: common });
      const older = late.shift();
      if (older !== undefined) replica.read(older);
      if (how === "late") late.push(sync());
      if (how === "lost" || how === "late") continue;
      let reading = replica.read(bytes);
      if (how === "twice") reading = replica.read(bytes);
      if (how === "answered") reading = replica.read(sync());
      expect(reading.kind === "applied" || how !== "answered").toBe(true);
      if (replica.bookmark?.version === room.version) expect(textOf(replica)).toBe(room.text);
    }
    replica.read(sync());
    expect(replica.bookmark?.version).toBe(room.version);
    expect(textOf(replica)).toBe(room.text);
  });
  fc.assert(property, { numRuns: 300 });
});
