// Frame: steps and answers as bytes and as JSON, and that whatever else arrives is malformed.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ByteWriter, MalformedBytes } from "../../shared/bytes.ts";
import { changesSince, ownChanges, publicChanges, SINCE_EVER } from "../../shared/changes.ts";
import { changesToJson } from "../../shared/codec.ts";
import {
  type Acknowledgements,
  ANSWER_BYTE,
  type Answer,
  answerToJson,
  decodeFrame,
  encodeAnswer,
  encodeOwnPart,
  encodeStep,
  type Frame,
  type FrameRooms,
  HEARTBEAT_BYTE,
  INPUT_BYTE,
  lineTag,
  type SeenEvent,
  STEP_BYTE,
  type Step,
} from "../../shared/frame.ts";
import type { RoomId } from "../../shared/ids.ts";
import { always, expectSame } from "./always.ts";
import { encode, tell } from "./audience.ts";
import { lookAs, newState, story, storyGame, VIEWERS } from "./stories.ts";

const ROOM = "roomaaaa" as RoomId;
const EPOCH = 1_795_000_000_000;
const TAG = lineTag(ROOM, EPOCH);

const rooms: FrameRooms = {
  byTag: (tag) => (tag === TAG ? storyGame : undefined),
  byRoom: (room) => (room === ROOM ? storyGame : undefined),
};

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const plain = { noNullPrototype: true } as const;

const acknowledgements: fc.Arbitrary<Acknowledgements> = fc.record(
  {
    applied: fc.nat(),
    refused: fc.array(fc.tuple(fc.nat(), fc.constantFrom("expired", "not-your-turn")), {
      maxLength: 4,
    }),
    input: maybe(fc.nat()),
  },
  plain,
);

const eventsUpTo = (version: number): fc.Arbitrary<readonly SeenEvent[]> => {
  const at = fc.integer({ min: 0, max: version });
  const event = (name: string, values: Record<string, fc.Arbitrary<unknown>>) =>
    fc.record({ version: at, name: fc.constant(name), values: fc.record(values, plain) }, plain);
  return fc.array(
    fc.oneof(
      event("bang", { at: fc.nat(255), who: maybe(fc.nat(254)) }),
      event("chat", { line: fc.string({ maxLength: 9 }) }),
      event("bell", {}),
    ),
    { maxLength: 3 },
  );
};

/** The newest commit of a story, as the frames that tell of it. */
const scene = fc
  .tuple(story, fc.constantFrom(...VIEWERS))
  .chain(([commits, viewer]) => {
    const version = commits.length;
    const state = newState();
    for (const [at, commit] of commits.entries()) tell(state, at + 1, commit);
    const look = lookAs(state, viewer);
    return fc.record({
      viewer: fc.constant(viewer),
      version: fc.constant(version),
      timeMs: fc.nat(),
      base: fc.integer({ min: 0, max: version }),
      common: fc.constant(publicChanges(state)),
      own: fc.constant(ownChanges(state, look, new Map())),
      since: maybe(fc.integer({ min: 0, max: version })).map((since) => ({
        base: since,
        changes: changesSince(state, since ?? SINCE_EVER, look),
      })),
      events: eventsUpTo(version),
      ownEvents: eventsUpTo(version),
      acknowledged: maybe(acknowledgements),
    });
  })
  .map((each) => ({ ...each, [fc.toStringMethod]: () => `a scene at version ${each.version}` }));

type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;

function stepBytes(scene: Scene, hasOwn: boolean): Uint8Array {
  const writer = new ByteWriter();
  const { version, base, timeMs, common, events } = scene;
  encodeStep(writer, storyGame, { tag: TAG, base, version, timeMs, changes: common, events });
  if (hasOwn) {
    const { own, ownEvents, acknowledged } = scene;
    encodeOwnPart(writer, storyGame, { version, changes: own, events: ownEvents, acknowledged });
  }
  return writer.finish();
}

function answerOf({ version, timeMs, since, events, acknowledged }: Scene): Answer {
  return {
    kind: "answer",
    room: ROOM,
    epoch: EPOCH,
    version,
    timeMs,
    ...since,
    events,
    acknowledged,
  };
}

function answerBytes(answer: Answer): Uint8Array {
  const writer = new ByteWriter();
  encodeAnswer(writer, storyGame, answer);
  return writer.finish();
}

/** A frame in a form that two can be compared in: what changes are is shown by their bytes. */
function comparable(frame: Frame | undefined): unknown {
  if (frame === undefined) return undefined;
  const changes = encode(frame.changes);
  if (frame.kind === "answer") return { ...frame, changes };
  return {
    ...frame,
    changes,
    own: frame.own && { ...frame.own, changes: encode(frame.own.changes) },
  };
}

test("[F10] a step is read as it was written, with and without a part of one's own", () => {
  always(
    fc.tuple(scene, fc.boolean()),
    ([each, hasOwn]) => {
      const { version, base, timeMs, common, events, own, ownEvents, acknowledged } = each;
      const step: Step = {
        kind: "step",
        tag: TAG,
        base,
        version,
        timeMs,
        changes: common,
        events,
        own: hasOwn ? { changes: own, events: ownEvents, acknowledged } : undefined,
      };
      expectSame(comparable(decodeFrame(stepBytes(each, hasOwn), rooms)), comparable(step));
    },
    120,
  );
});

test("[F11] an answer is read as it was written, whole or since a version", () => {
  always(
    scene,
    (each) => {
      const answer = answerOf(each);
      expectSame(comparable(decodeFrame(answerBytes(answer), rooms)), comparable(answer));
    },
    120,
  );
});

test("[F12] all share the bytes of a step: one's own part stands after them", () => {
  always(
    scene,
    (each) => {
      const [shared, whole] = [stepBytes(each, false), stepBytes(each, true)];
      expectSame(whole.subarray(0, shared.length), shared);
      expect(whole.length).toBeGreaterThan(shared.length);
    },
    100,
  );
});

test("[F13] a frame of a room that is not known here is none, whatever else is in it", () => {
  const nowhere: FrameRooms = { byTag: () => undefined, byRoom: () => undefined };
  always(
    scene,
    (each) => {
      expect(decodeFrame(stepBytes(each, true), nowhere)).toBeUndefined();
      expect(decodeFrame(answerBytes(answerOf(each)), nowhere)).toBeUndefined();
    },
    50,
  );
});

test("[F14] whatever bytes arrive are a frame or malformed; nothing stands after a frame", () => {
  const orMalformed = (bytes: Uint8Array) => {
    try {
      return decodeFrame(bytes, rooms);
    } catch (cause) {
      if (cause instanceof MalformedBytes) return undefined;
      throw cause;
    }
  };
  const spots = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 });
  always(
    fc.tuple(scene, fc.boolean(), spots, fc.nat()),
    ([each, isStep, spoiled, cut]) => {
      const whole = isStep ? stepBytes(each, true) : answerBytes(answerOf(each));
      const longer = new Uint8Array(whole.length + 1);
      longer.set(whole);
      expect(() => decodeFrame(longer, rooms)).toThrow("bytes after a frame");
      // Cut anywhere it is malformed, but where the part of one's own begins.
      const shared = isStep ? stepBytes(each, false).length : whole.length;
      const length = cut % whole.length;
      if (length !== shared) expect(orMalformed(whole.subarray(0, length))).toBeUndefined();
      const bytes = Uint8Array.from(whole);
      for (const [at, byte] of spoiled) bytes[at % bytes.length] = byte;
      orMalformed(bytes);
    },
    200,
  );
  always(fc.uint8Array({ maxLength: 60 }), (bytes) => {
    for (const first of [STEP_BYTE, ANSWER_BYTE]) orMalformed(Uint8Array.of(first, ...bytes));
    orMalformed(bytes);
  });
});

test("[F15] a version, base or event before all versions is malformed", () => {
  const bytes = (first: number, write: (writer: ByteWriter) => void) => {
    const writer = new ByteWriter();
    writer.u8(first);
    write(writer);
    return writer.finish();
  };
  const step = (version: number, reach: number, eventAge: number) =>
    bytes(STEP_BYTE, (writer) => {
      writer.u32(TAG);
      for (const number of [version, reach, 0, 0, 3, eventAge, 0]) writer.varuint(number);
    });
  expect(decodeFrame(step(3, 3, 3), rooms)).toMatchObject({ base: 0, events: [{ version: 0 }] });
  expect(() => decodeFrame(step(3, 4, 0), rooms)).toThrow(MalformedBytes);
  expect(() => decodeFrame(step(3, 3, 4), rooms)).toThrow(MalformedBytes);
  const answer = (version: number, reach: number) =>
    bytes(ANSWER_BYTE, (writer) => {
      writer.text(ROOM);
      for (const number of [EPOCH, version, reach, 0, 0, 0, 0]) writer.varuint(number);
    });
  expect(decodeFrame(answer(3, 4), rooms)).toMatchObject({ base: 0 });
  expect(decodeFrame(answer(3, 0), rooms)).toMatchObject({ base: undefined });
  expect(() => decodeFrame(answer(3, 5), rooms)).toThrow(MalformedBytes);
  // Nor are there more refusals than bytes.
  const refusing = bytes(ANSWER_BYTE, (writer) => {
    writer.text(ROOM);
    for (const number of [EPOCH, 3, 0, 0, 0, 0, 1, 2 ** 40, 0]) writer.varuint(number);
  });
  expect(() => decodeFrame(refusing, rooms)).toThrow(`${2 ** 40} refusals`);
});

test("[F16] the tag of a line tells rooms and epochs apart, and first bytes tell messages apart", () => {
  const tags = new Set<number>();
  for (let at = 0; at < 100; at++) {
    tags.add(lineTag(`roomaa${at}` as RoomId, EPOCH));
    tags.add(lineTag(ROOM, EPOCH + at));
  }
  expect(tags.size).toBe(200);
  for (const tag of tags) expect(tag).toBe(tag >>> 0);
  expect(new Set([STEP_BYTE, ANSWER_BYTE, HEARTBEAT_BYTE, INPUT_BYTE]).size).toBe(4);
});

test("[F17] a JSON frame says the same as its binary twin", () => {
  always(
    scene,
    (each) => {
      const answer = answerOf(each);
      const frame = answerToJson(answer);
      expectSame(JSON.parse(JSON.stringify(frame)), {
        room: ROOM,
        epoch: EPOCH,
        version: answer.version,
        ...(answer.base === undefined ? { full: true } : { base: answer.base }),
        timeMs: answer.timeMs,
        changes: JSON.parse(JSON.stringify(changesToJson(answer.changes))),
        events: JSON.parse(
          JSON.stringify(answer.events.map(({ version, name, values }) => [version, name, values])),
        ),
        ...(answer.acknowledged === undefined
          ? {}
          : JSON.parse(JSON.stringify(answer.acknowledged))),
      });
    },
    100,
  );
});

test("[F18] an event that the game does not have is never written as another", () => {
  const stray = { version: 1, name: "boo", values: {} };
  const step = { tag: TAG, base: 0, version: 1, timeMs: 0, changes: [], events: [stray] };
  expect(() => encodeStep(new ByteWriter(), storyGame, step)).toThrow("an event of the game");
});
