// Frame tells: steps and answers as what is told, in bytes or as JSON. Bytes that many share are
// made once. It writes what it is given; who gets what is decided by the attachments.

import { ByteWriter } from "../../shared/bytes.ts";
import type { Changes } from "../../shared/changes.ts";
import { changesToJson, type JsonChanges } from "../../shared/codec.ts";
import {
  type Answer,
  answerToJson,
  type Bookmark,
  encodeAnswer,
  encodeOwnPart,
  encodeStep,
  type JsonFrame,
  lineTag,
  type OwnPart,
  type SeenEvent,
} from "../../shared/frame.ts";
import type { ConnectionId, RoomId } from "../../shared/ids.ts";
import type { RoomCore } from "./core.ts";
import type { AnswerKind, Arrival, Tell } from "./turn.ts";

/** The part of a step that everybody gets. */
export interface CommonPart {
  readonly changes: Changes;
  readonly events: readonly SeenEvent[];
}

/** What one of those in step gets beside the common part; undefined if nothing. */
export interface PlannedStep {
  readonly arrival: Arrival;
  readonly own: OwnPart | undefined;
}

/** What an answer holds beside the room's own marks. */
export type AnswerPart = Pick<Answer, "base" | "changes" | "events" | "acknowledged">;

/** One for all rooms: what is written is copied out before anybody else writes. */
const writer = new ByteWriter(2048);

export class FrameTells {
  readonly #core: RoomCore;
  /** The tag of the room's steps, which only a new host changes. */
  #tagged: { readonly epoch: number; readonly tag: number } | undefined;

  constructor(core: RoomCore) {
    this.#core = core;
  }

  /** One step from `base` to the newest version for each that is planned. */
  steps(common: CommonPart, planned: readonly PlannedStep[], base: number): Tell[] {
    const tells: Tell[] = [];
    const shown = this.#bookmark();
    const sharing: ConnectionId[] = [];
    const apart: { readonly to: ConnectionId; readonly endAt: number }[] = [];
    this.#encodeCommon(common, base);
    const commonEndAt = writer.length;
    for (const { arrival, own } of planned) {
      const to = arrival.connection;
      if (arrival.frames === "json") {
        tells.push({ kind: "json", to, shown, frame: this.#jsonStep(common, own, base) });
      } else if (own === undefined) {
        sharing.push(to);
      } else {
        writer.repeat(commonEndAt);
        this.#encodeOwn(own);
        apart.push({ to, endAt: writer.length });
      }
    }
    // All of a turn's frames are one piece of memory: a piece for each costs more than writing it.
    const all = writer.finish();
    let beginAt = commonEndAt;
    for (const { to, endAt } of apart) {
      tells.push({ kind: "frame", to, shown, bytes: all.subarray(beginAt, endAt) });
      beginAt = endAt;
    }
    if (sharing.length > 0)
      tells.push({ kind: "step", to: sharing, bytes: all.subarray(0, commonEndAt), shown });
    return tells;
  }

  /** The answer to somebody who asked. */
  answer({ connection: to, frames }: Arrival, part: AnswerPart): Tell {
    const given = this.#answerOf(part);
    const shown = this.#bookmark();
    const answer = kindOf(part);
    if (frames === "json") return { kind: "json", to, shown, answer, frame: answerToJson(given) };
    writer.reset();
    encodeAnswer(writer, this.#core.game, given);
    return { kind: "frame", to, shown, answer, bytes: writer.finish() };
  }

  #encodeCommon(common: CommonPart, base: number): void {
    const { id, game, history, version, time } = this.#core;
    const tag = this.#tagOf(id, history.epoch);
    writer.reset();
    encodeStep(writer, game, { tag, base, version, timeMs: time.nowMs, ...common });
  }

  #encodeOwn({ changes, events, acknowledged }: OwnPart): void {
    const { game, version } = this.#core;
    encodeOwnPart(writer, game, { changes, events, acknowledged, version });
  }

  #tagOf(room: RoomId, epoch: number): number {
    if (this.#tagged?.epoch !== epoch) this.#tagged = { epoch, tag: lineTag(room, epoch) };
    return this.#tagged.tag;
  }

  #jsonStep(common: CommonPart, own: OwnPart | undefined, base: number): JsonFrame {
    const events = [...common.events, ...(own?.events ?? [])];
    const { acknowledged } = own ?? {};
    const frame = answerToJson(this.#answerOf({ base, changes: [], events, acknowledged }));
    const changes = mergeJson(changesToJson(common.changes), changesToJson(own?.changes ?? []));
    return { ...frame, changes };
  }

  #answerOf(part: AnswerPart): Answer {
    const { id: room, version, history, time } = this.#core;
    return {
      kind: "answer",
      room,
      epoch: history.epoch,
      version,
      timeMs: time.nowMs,
      ...part,
    };
  }

  #bookmark(): Bookmark {
    return { epoch: this.#core.history.epoch, version: this.#core.version };
  }
}

function kindOf({ base, changes, events }: AnswerPart): AnswerKind {
  if (base === undefined) return "full";
  return changes.length === 0 && events.length === 0 ? "current" : "changes";
}

/** Joins what everybody gets and what one seat gets, field by field: they never hold the same field. */
function mergeJson(common: JsonChanges, own: JsonChanges): JsonChanges {
  const merged: Record<string, JsonChanges[string]> = { ...common };
  for (const [collection, records] of Object.entries(own)) {
    const joined = { ...merged[collection] };
    for (const [id, fields] of Object.entries(records)) {
      const known = joined[id];
      const bothFields = typeof known === "object" && known !== null && typeof fields === "object";
      joined[id] = bothFields ? { ...known, ...fields } : fields;
    }
    merged[collection] = joined;
  }
  return merged;
}
