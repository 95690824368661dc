// Protocol: the language both ends speak has one version and one table of reasons.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ByteWriter } from "../../shared/bytes.ts";
import { changesSince, ownChanges, publicChanges, SINCE_EVER } from "../../shared/changes.ts";
import type { Kind } from "../../shared/field.ts";
import {
  type Acknowledgements,
  ANSWER_BYTE,
  type Answer,
  answerToJson,
  encodeAnswer,
  encodeOwnPart,
  encodeStep,
  HEARTBEAT_BYTE,
  INPUT_BYTE,
  lineTag,
  STEP_BYTE,
} from "../../shared/frame.ts";
import { hashName } from "../../shared/hash.ts";
import type { RoomId } from "../../shared/ids.ts";
import { bool, json, list, oneOf, optional, text } from "../../shared/kinds.ts";
import {
  f32,
  f64,
  i32,
  id,
  int,
  quantised,
  seatIndex,
  u8,
  u16,
  u32,
} from "../../shared/numbers.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol.ts";
import { isReason, REASONS } from "../../shared/reasons.ts";
import { shapeOfRecords } from "../../shared/schema.ts";
import { roomRecords } from "../../shared/seats.ts";
import { withoutComments } from "../tidy/source.ts";
import { tell } from "./audience.ts";
import { type Commit, lookAs, newState, storyGame } from "./stories.ts";

/**
 * What each version of the protocol hashes to. If the test below fails, the language has changed:
 * - an older end would misread it: raise PROTOCOL_VERSION, add a line here, and tell it in WIRE.md
 * - it would not (a type was written differently, a reason was added): replace the newest hash
 */
const HASHES: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  1: { messages: "823520f1", frames: "711016c9", reasons: "1d31dfaf" },
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function written(write: (writer: ByteWriter) => void): string {
  const writer = new ByteWriter();
  write(writer);
  return hex(writer.finish());
}

/** A value of every kind, as bytes. */
function kindsAsBytes(): readonly string[] {
  const samples: readonly (readonly [Kind<unknown>, unknown])[] = (
    [
      [bool, true],
      [u8, 200],
      [u16, 40_000],
      [u32, 4_000_000_000],
      [i32, -2],
      [int(-5, 1_000_000), 300],
      [seatIndex, 7],
      [id, 300],
      [f32, 0.1],
      [f64, 0.1],
      [quantised(-1, 1, 0.01), 0.37],
      [quantised(0, 1_000, 0.01), 12.34],
      [oneOf("a", "b", "c"), "c"],
      [text(9), "aé😀"],
      [optional(u8), undefined],
      [optional(u8), 3],
      [list(u16, 5), [1, 2]],
      [json(99), { a: [1, null, "x"] }],
    ] as const
  ).map(([kind, value]) => [kind as Kind<unknown>, value]);
  return samples.map(([kind, value]) =>
    written((writer) => kind.write(writer, kind.normalise(value))),
  );
}

/** Three commits that make, change, pass on, hide and delete records. */
const COMMITS: readonly Commit[] = [
  [
    {
      acts: [
        { act: "add", to: "things", id: 1, values: { label: "a", owner: 0, secret: "s" } },
        { act: "add", to: "things", id: 5, values: {} },
        { act: "add", to: "fog", id: 2, values: { name: "f", owner: 1, lit: 1 } },
        { act: "add", to: "marks", id: 300, values: {} },
      ],
      end: "done",
    },
  ],
  [
    {
      acts: [
        { act: "set", in: "things", id: 1, values: { count: 3, hand: ["h"] } },
        { act: "set", in: "things", id: 5, values: { count: 4, tag: 9 } },
        { act: "set", in: "table", id: 0, values: { round: 2 } },
      ],
      end: "done",
    },
  ],
  [
    {
      acts: [
        { act: "delete", from: "marks", id: 300 },
        { act: "set", in: "things", id: 1, values: { owner: 1 } },
        { act: "set", in: "fog", id: 2, values: { lit: 2 } },
      ],
      end: "done",
    },
  ],
];

/** What two seats and a watcher are sent of them, in both forms. */
function framesSent(): readonly string[] {
  const room = "roomaaaa" as RoomId;
  const epoch = 1_795_000_000_000;
  const state = newState();
  const sent: string[] = [];
  const acknowledged: Acknowledgements = { applied: 4, refused: [[3, "expired"]], input: 9 };
  for (const [at, commit] of COMMITS.entries()) {
    const version = at + 1;
    tell(state, version, commit);
    const events = [{ version, name: "bang", values: { at: 3, who: undefined } }];
    for (const viewer of [0, 1, "public"] as const) {
      const look = lookAs(state, viewer);
      const common = { tag: lineTag(room, epoch), base: at, version, timeMs: 50 * version, events };
      const own = { version, changes: ownChanges(state, look, new Map()), events, acknowledged };
      sent.push(
        written((writer) => {
          encodeStep(writer, storyGame, { ...common, changes: publicChanges(state) });
          encodeOwnPart(writer, storyGame, own);
        }),
      );
      for (const base of [undefined, at]) {
        const changes = changesSince(state, base ?? SINCE_EVER, look);
        const head = { kind: "answer", room, epoch, version, timeMs: 50 * version } as const;
        const answer: Answer = { ...head, base, changes, events, acknowledged };
        sent.push(written((writer) => encodeAnswer(writer, storyGame, answer)));
        sent.push(JSON.stringify(answerToJson(answer)));
      }
    }
  }
  return sent;
}

/** The messages that are no frames, as their types say. */
function messageTypes(): string {
  const path = fileURLToPath(new URL("../../shared/protocol.ts", import.meta.url));
  return withoutComments(readFileSync(path, "utf8"))
    .replace(/^import .*$/gm, "")
    .replace(/\s+/g, "");
}

test("[P1] whatever changes the language changes its version, or is known not to", () => {
  const firstBytes = [STEP_BYTE, ANSWER_BYTE, HEARTBEAT_BYTE, INPUT_BYTE];
  const frames = [...firstBytes, shapeOfRecords(roomRecords), ...kindsAsBytes(), ...framesSent()];
  const reasons = Object.entries(REASONS).map(([reason, { next }]) => `${reason}:${next}`);
  expect({
    messages: hashName(messageTypes()),
    frames: hashName(frames.join("\n")),
    reasons: hashName(reasons.sort().join("\n")),
  }).toEqual(HASHES[PROTOCOL_VERSION]);
  expect(Math.max(...Object.keys(HASHES).map(Number))).toBe(PROTOCOL_VERSION);
});

test("[P2] every reason is a short plain word, says what happened, and what to do next", () => {
  const nexts = new Set(["retry", "resume", "rejoin", "sign-in", "reload", "never"]);
  for (const [reason, { next, text: told }] of Object.entries(REASONS)) {
    expect(reason).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(reason.length).toBeLessThanOrEqual(32);
    expect(nexts.has(next), reason).toBe(true);
    expect(told).toMatch(/^[A-Z].*\.$/);
    expect(isReason(reason)).toBe(true);
  }
  for (const other of ["", "no-such-reason", "toString", "__proto__"]) {
    expect(isReason(other)).toBe(false);
  }
});
