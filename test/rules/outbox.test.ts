// Outbox: what waits for its confirmation, under which number, and how each command ends.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mayTravel } from "../../client/mayTravel.ts";
import { Outbox } from "../../client/outbox.ts";
import { Guard } from "../../server/gate/guard.ts";
import { parseEvent, parseHandshake } from "../../server/gate/parse.ts";
import { assert } from "../../shared/assert.ts";
import type { Json } from "../../shared/field.ts";
import { COMMAND_AGE_MS_MAX, OUTBOX_BYTES_MAX, OUTBOX_COMMANDS_MAX } from "../../shared/limits.ts";
import type { Instance, NumberedCommand } from "../../shared/protocol.ts";

const FIRST: Instance = [7, 1];
const SECOND: Instance = [7, 2];

/** An outbox with a seat, and so many commands that were sent. */
function outboxWith(count: number, nowMs = 0): { outbox: Outbox; keys: number[] } {
  const outbox = new Outbox();
  outbox.seated({ instance: FIRST, applied: 0 }, nowMs);
  const keys = Array.from({ length: count }, () => add(outbox, nowMs));
  if (count > 0) outbox.sent(nowMs);
  return { outbox, keys };
}

function add(outbox: Outbox, nowMs = 0, name = "take"): number {
  const key = outbox.add(name, { count: 1 }, nowMs);
  assert(key !== undefined, "there is room in the outbox");
  return key;
}

const seqs = (outbox: Outbox) => outbox.tail.map(({ seq }) => seq);

/** What ended since the last look, as `key: end` or `key: refused reason`. */
function ended(outbox: Outbox): string[] {
  return outbox.ended
    .splice(0)
    .map(({ key, end }) => `${key}: ${end.end === "refused" ? `refused ${end.reason}` : end.end}`);
}

describe("numbers", () => {
  test("[C30] commands are numbered from 1, wait in order, and end as applied or with the reason of their refusal", () => {
    const { outbox, keys } = outboxWith(4);
    expect(outbox.tail).toEqual(
      [1, 2, 3, 4].map((seq) => ({ seq, name: "take", args: { count: 1 } })),
    );
    outbox.acknowledge({ applied: 3, refused: [[2, "not-your-turn"]] }, 10);
    expect(ended(outbox)).toEqual([
      `${keys[0]}: applied`,
      `${keys[1]}: refused not-your-turn`,
      `${keys[2]}: applied`,
    ]);
    expect(seqs(outbox)).toEqual([4]);
    expect(outbox.pending(10)).toEqual([{ seq: 4, name: "take", ageMs: 10 }]);
    outbox.acknowledge({ applied: 3, refused: [[2, "not-your-turn"]] }, 20);
    expect(ended(outbox)).toEqual([]);
  });

  test("[C31] at most 64 commands and 8 KiB of them wait; another one is not taken and uses no number", () => {
    const { outbox } = outboxWith(OUTBOX_COMMANDS_MAX);
    expect(outbox.add("take", {}, 0)).toBeUndefined();
    expect(seqs(outbox)).toHaveLength(OUTBOX_COMMANDS_MAX);
    outbox.acknowledge({ applied: 1, refused: [] }, 0);
    expect(outbox.add("take", {}, 0)).toBeDefined();
    expect(seqs(outbox).at(-1)).toBe(OUTBOX_COMMANDS_MAX + 1);
    // Some scripts take three bytes for each character, and it is bytes that must fit into a packet.
    for (const [letter, bytes] of [
      ["x", 1],
      ["я", 2],
      ["海", 3],
    ] as const) {
      const wide = outboxWith(0).outbox;
      const text = letter.repeat(Math.floor(OUTBOX_BYTES_MAX / 4 / bytes));
      while (wide.add("say", { text }, 0) !== undefined) expect(seqs(wide).length).toBeLessThan(9);
      expect(seqs(wide)).toHaveLength(3);
      expect(Buffer.byteLength(JSON.stringify(wide.tail))).toBeLessThanOrEqual(OUTBOX_BYTES_MAX);
    }
  });

  test("[C105] a command that the server's guard would take for an attack does not travel, and any other is read as it was", () => {
    const admitted = () => {
      const guard = new Guard(0);
      guard.message("0{}", 0);
      guard.admit();
      return guard;
    };
    /** How a server takes a command, alone and in a handshake. */
    const passes = (args: Json): boolean => {
      const command = { seq: 1, name: "say", args };
      const room = "roomroom12";
      const instance = [7, 1];
      const seat = { room, instance, shape: "01234567", ticket: "ticket", commands: [command] };
      const page = "page-0123456789-ann";
      const connect = { protocol: 1, page, frames: "binary", seats: [seat] };
      const opening = new Guard(0).message(`0${JSON.stringify(connect)}`, 0);
      const message = { room, instance, commands: [command] };
      const said = admitted().message(`2${JSON.stringify(["command", message])}`, 0);
      const read = [
        opening.kind === "packet" && parseHandshake(connect).kind === "greeting",
        said.kind === "packet" && parseEvent("command", [message]).kind === "message",
      ];
      expect(new Set(read).size, JSON.stringify(args)).toBe(1);
      return read[0] === true;
    };
    const nested = (levels: number): Json => (levels === 0 ? 1 : [nested(levels - 1)]);
    const object = (keys: number) =>
      Object.fromEntries(Array.from({ length: keys }, (_, at) => [`k${at}`, at]));
    const wide: Json[] = [
      ...[2_048, 2_049].map((units) => ({ text: "x".repeat(units) })),
      ...[256, 257].map((items) => ({ list: Array<number>(items).fill(1) })),
      ...[64, 65].map((keys) => ({ json: object(keys) })),
      { json: JSON.parse('{"__proto__":1}') as Json },
      { json: ['__proto__":'] },
    ];
    for (const args of wide) expect([args, mayTravel("say", args)]).toEqual([args, passes(args)]);
    expect(wide.map(passes)).toEqual([true, false, true, false, true, false, false, true]);
    // A handshake holds a command one level deeper than a message: nothing may pass in one alone.
    const deep = [8, 9, 10, 11, 12].map((levels) => mayTravel("say", { json: nested(levels) }));
    expect(deep).toEqual([true, true, true, false, false]);
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.jsonValue()), (args) => {
        if (mayTravel("say", args as Json)) expect(passes(args as Json)).toBe(true);
      }),
    );
  });

  test("[C32] the whole tail leaves when something is new, commands given in one go together, those after it within 40 ms", () => {
    const { outbox } = outboxWith(0);
    expect(outbox.deadlineMs(true)).toBe(Infinity);
    add(outbox, 1_000);
    add(outbox, 1_000);
    expect(outbox.deadlineMs(true)).toBe(1_000);
    expect(outbox.deadlineMs(false)).toBe(1_000 + COMMAND_AGE_MS_MAX);
    expect(outbox.due(1_000)).toBe(true);
    outbox.sent(1_000);
    expect(outbox.due(1_000)).toBe(false);
    add(outbox, 1_005);
    expect(outbox.due(1_039)).toBe(false);
    expect(outbox.due(1_040)).toBe(true);
    expect(seqs(outbox)).toEqual([1, 2, 3]);
  });

  test("[C33] a tail that stands still is sent again after a second, then ever later, and any progress begins anew", () => {
    const { outbox } = outboxWith(2);
    const sends: number[] = [];
    for (let nowMs = 0; nowMs <= 24_000; nowMs += 100) {
      if (!outbox.due(nowMs)) continue;
      sends.push(nowMs);
      outbox.sent(nowMs);
    }
    expect(sends).toEqual([1_000, 3_000, 7_000, 15_000, 23_000]);
    outbox.acknowledge({ applied: 1, refused: [] }, 24_000);
    expect(outbox.deadlineMs(true)).toBe(25_000);
    outbox.acknowledge({ applied: 2, refused: [] }, 24_100);
    expect(outbox.deadlineMs(true)).toBe(Infinity);
  });

  test("[C33] what left with a handshake is sent again a second after another connection was seated, however many were tried", () => {
    const { outbox } = outboxWith(0);
    for (let attempt = 0; attempt < 5; attempt++) outbox.sent(300 * attempt);
    expect(outbox.deadlineMs(true)).toBe(Infinity);
    add(outbox, 1_400);
    // The handshake that was answered was an earlier one.
    outbox.sent(1_500);
    outbox.seated({ instance: FIRST, applied: 0 }, 1_600);
    expect(outbox.deadlineMs(true)).toBeLessThanOrEqual(2_600);
    const { outbox: empty } = outboxWith(0);
    empty.seated({ instance: FIRST, applied: 0 }, 1_600);
    expect(empty.deadlineMs(true)).toBe(Infinity);
  });
});

describe("ends", () => {
  test("[C34] a cancelled command keeps its number and travels as void, and the room's word tells which came first", () => {
    const { outbox, keys } = outboxWith(3);
    for (const key of keys) outbox.cancel(key, 5);
    expect(outbox.tail).toEqual([1, 2, 3].map((seq) => ({ seq, void: "cancelled" })));
    expect(outbox.due(5)).toBe(true);
    expect(ended(outbox)).toEqual([]);
    outbox.acknowledge(
      {
        applied: 3,
        refused: [
          [2, "cancelled"],
          [3, "not-your-turn"],
        ],
      },
      10,
    );
    expect(ended(outbox)).toEqual([
      `${keys[0]}: applied`,
      `${keys[1]}: cancelled`,
      `${keys[2]}: refused not-your-turn`,
    ]);
  });

  test("[C35] what never left is cancelled at once, and only its number still travels", () => {
    const { outbox } = outboxWith(1);
    const key = add(outbox, 5);
    outbox.cancel(key, 6);
    outbox.cancel(key, 7);
    expect(ended(outbox)).toEqual([`${key}: cancelled`]);
    expect(outbox.tail.at(-1)).toEqual({ seq: 2, void: "cancelled" });
    expect(outbox.pending(8).map(({ seq }) => seq)).toEqual([1]);
    outbox.acknowledge({ applied: 2, refused: [[2, "cancelled"]] }, 10);
    expect(ended(outbox)).toEqual(["1: applied"]);
  });

  test("[C36] a command that is too old expires, by itself and also without a line", () => {
    const { outbox } = outboxWith(1);
    const later = add(outbox, 1_000);
    expect(outbox.deadlineMs(false)).toBe(COMMAND_AGE_MS_MAX);
    outbox.due(COMMAND_AGE_MS_MAX);
    expect(outbox.tail[0]).toEqual({ seq: 1, void: "expired" });
    // It was sent: only the room knows.
    expect(ended(outbox)).toEqual([]);
    outbox.due(COMMAND_AGE_MS_MAX + 1_000);
    expect(ended(outbox)).toEqual([`${later}: expired`]);
    outbox.acknowledge(
      {
        applied: 2,
        refused: [
          [1, "expired"],
          [2, "expired"],
        ],
      },
      130_000,
    );
    expect(ended(outbox)).toEqual(["1: expired"]);
  });

  test("[C37] told to expect what it holds it sends its tail; told to expect what had ended it ends all as rolled back", () => {
    const { outbox } = outboxWith(3);
    outbox.acknowledge({ applied: 1, refused: [] }, 10);
    expect(ended(outbox)).toEqual(["1: applied"]);
    expect(outbox.expected(2, 20)).toEqual({ kind: "in-step" });
    expect(outbox.due(20)).toBe(true);
    outbox.sent(20);
    expect(outbox.expected(1, 30)).toEqual({ kind: "rolled-back", undone: 1 });
    expect(ended(outbox)).toEqual(["2: rolled-back", "3: rolled-back"]);
    expect(outbox.instance).toBeUndefined();
    // What is given now waits for the new instance and its numbers.
    const key = add(outbox, 40);
    expect(outbox.seated({ instance: SECOND, applied: 0 }, 50)).toEqual({ kind: "in-step" });
    expect(seqs(outbox)).toEqual([1]);
    outbox.sent(50);
    outbox.acknowledge({ applied: 1, refused: [] }, 60);
    expect(ended(outbox)).toEqual([`${key}: applied`]);
  });

  test("[C38] a room that knows less than it confirmed was rolled back, however it tells", () => {
    const seatedLess = outboxWith(3).outbox;
    seatedLess.acknowledge({ applied: 2, refused: [] }, 0);
    expect(seatedLess.seated({ instance: FIRST, applied: 1 }, 0)).toEqual({
      kind: "rolled-back",
      undone: 1,
    });
    const frameLess = outboxWith(3).outbox;
    frameLess.acknowledge({ applied: 2, refused: [] }, 0);
    expect(frameLess.acknowledge({ applied: 1, refused: [] }, 0)).toEqual({
      kind: "rolled-back",
      undone: 1,
    });
    for (const outbox of [seatedLess, frameLess]) {
      expect(ended(outbox)).toEqual(["1: applied", "2: applied", "3: rolled-back"]);
    }
  });

  test("[C39] the same page keeps its numbers over a drop, and learns how each command ended with the frame that follows", () => {
    const { outbox } = outboxWith(3);
    expect(outbox.seated({ instance: FIRST, applied: 2 }, 100)).toEqual({ kind: "in-step" });
    expect(ended(outbox)).toEqual([]);
    expect(seqs(outbox)).toEqual([1, 2, 3]);
    outbox.acknowledge({ applied: 3, refused: [[1, "too-late"]] }, 110);
    expect(ended(outbox)).toEqual(["1: refused too-late", "2: applied", "3: applied"]);
  });
});

describe("another page", () => {
  const reload = (outbox: Outbox, awayMs = 0): Outbox => {
    const saved = outbox.save(0, 5_000);
    assert(saved !== undefined, "there is something to keep");
    const restored = Outbox.restore(saved, 900_000, 5_000 + awayMs);
    assert(restored !== undefined, "what was kept can be read");
    return restored;
  };

  test("[C40] what waits survives a reload with its number, its instance and its age", () => {
    const { outbox } = outboxWith(2);
    outbox.acknowledge({ applied: 1, refused: [] }, 0);
    outbox.cancel(add(outbox), 0);
    const restored = reload(outbox, 3_000);
    expect(restored.instance).toEqual(FIRST);
    expect(restored.tail).toEqual(outbox.tail);
    expect(restored.pending(900_000)[0]).toEqual({ seq: 2, name: "take", ageMs: 3_000 });
    add(restored, 900_000);
    expect(seqs(restored)).toEqual([2, 3, 4]);
    // All of it may have been sent before: nothing but the room's word ends it.
    restored.cancel(1, 900_000);
    expect(ended(restored)).toEqual([]);
    expect(reload(outbox, COMMAND_AGE_MS_MAX).due(900_000)).toBe(true);
    for (const text of ["", "{", "null", "{}", '{"format":0,"instance":[1,2],"commands":[]}']) {
      expect(Outbox.restore(text, 0, 0)).toBeUndefined();
    }
    const kept = JSON.parse(outboxWith(1).outbox.save(0, 0) ?? "") as object;
    expect(Outbox.restore(JSON.stringify(kept), 0, 0)).toBeDefined();
    const forged = [
      ...[{ instance: "ab" }, { instance: [1, "2"] }, { confirmed: "1" }, { wallMs: null }],
      ...[null, 7, {}, { command: null, name: "take", ageMs: 0 }].map((each) => {
        return { commands: [each] };
      }),
    ];
    for (const each of forged) {
      expect(Outbox.restore(JSON.stringify({ ...kept, ...each }), 0, 0)).toBeUndefined();
    }
    expect(new Outbox().save(0, 0)).toBeUndefined();
  });

  test("[C41] the next page learns what became of the tail before it, and goes on with the rest under its own numbers", () => {
    const outbox = reload(outboxWith(4).outbox);
    outbox.sent(900_000);
    const previous = { instance: FIRST, applied: 3, refused: [[2, "not-your-turn"]] as const };
    outbox.seated({ instance: SECOND, applied: 0, previous }, 900_000);
    expect(ended(outbox)).toEqual(["1: applied", "2: refused not-your-turn", "3: applied"]);
    expect(seqs(outbox)).toEqual([1]);
    expect(outbox.instance).toEqual(SECOND);
    expect(outbox.due(900_000)).toBe(true);
    outbox.acknowledge({ applied: 1, refused: [] }, 900_000);
    expect(ended(outbox)).toEqual(["4: applied"]);
  });

  test("[C38] a room that knows less than the page before had confirmed was rolled back as well", () => {
    const { outbox } = outboxWith(3);
    outbox.acknowledge({ applied: 2, refused: [] }, 0);
    const restored = reload(outbox);
    const previous = { instance: FIRST, applied: 1, refused: [] };
    const seated = { instance: SECOND, applied: 0, previous };
    expect(restored.seated(seated, 900_000)).toEqual({ kind: "rolled-back", undone: 1 });
    expect(ended(restored)).toEqual(["1: rolled-back"]);
    expect(restored.instance).toBeUndefined();
  });

  test("[C114] what is given after a rollback survives a reload that comes before the next instance", () => {
    const { outbox } = outboxWith(3);
    outbox.acknowledge({ applied: 2, refused: [] }, 0);
    outbox.expected(1, 0);
    expect(ended(outbox)).toEqual(["1: applied", "2: applied", "3: rolled-back"]);
    add(outbox);
    // This page asks for a new instance; the one that comes after it asks by the old one.
    expect(outbox.instance).toBeUndefined();
    const restored = reload(outbox);
    expect(restored.instance).toEqual(FIRST);
    // Under numbers that nothing ever had which may still be on its way.
    expect(seqs(restored)).toEqual([4]);
    const previous = { instance: FIRST, applied: 0, refused: [] };
    const seated = { instance: SECOND, applied: 0, previous };
    expect(restored.seated(seated, 900_000)).toEqual({ kind: "in-step" });
    expect(seqs(restored)).toEqual([1]);
    restored.acknowledge({ applied: 1, refused: [] }, 900_000);
    expect(ended(restored)).toEqual(["1: applied"]);
  });

  test("[C42] a tail whose instance was overtaken ends as superseded", () => {
    for (const previous of [undefined, { instance: [7, 9] as const, applied: 9, refused: [] }]) {
      const { outbox } = outboxWith(2);
      const seated = { instance: SECOND, applied: 5 };
      outbox.seated(previous === undefined ? seated : { ...seated, previous }, 0);
      expect(ended(outbox)).toEqual(["1: superseded", "2: superseded"]);
      add(outbox);
      expect(seqs(outbox)).toEqual([6]);
    }
  });
});

/** The room's side of one seat, as the protocol defines it; applies, refuses, and counts what took effect. */
class RoomSide {
  readonly took: string[] = [];
  applied = 0;
  refused: [number, string][] = [];
  take(tail: readonly NumberedCommand[]): number | undefined {
    for (const command of tail) {
      if (command.seq <= this.applied) continue;
      if (command.seq !== this.applied + 1) return this.applied + 1;
      this.applied = command.seq;
      if ("void" in command) this.refused.push([command.seq, command.void]);
      else if (command.name === "bad") this.refused.push([command.seq, "bad-luck"]);
      else this.took.push((command.args as { id: string }).id);
    }
    return undefined;
  }
}

test("[C43] over a line that loses, delays and repeats anything, every command ends once, and as the room took it", () => {
  const action = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("add" as const, "bad" as const) },
    { weight: 2, arbitrary: fc.constant("cancel" as const) },
    {
      weight: 6,
      arbitrary: fc.constantFrom("lose" as const, "deliver" as const, "repeat" as const),
    },
    { weight: 1, arbitrary: fc.constant("resume" as const) },
  );
  const property = fc.property(
    fc.array(fc.tuple(action, fc.nat(1_500)), { maxLength: 120 }),
    (script) => {
      const { outbox } = outboxWith(0);
      const room = new RoomSide();
      const ends = new Map<number, string>();
      const ids = new Map<number, string>();
      const old: NumberedCommand[][] = [];
      let nowMs = 0;
      const settle = () => {
        for (const line of ended(outbox)) {
          const [key = "", end = ""] = line.split(": ");
          expect(ends.has(Number(key))).toBe(false);
          ends.set(Number(key), end);
        }
      };
      const send = (arrives: boolean, answered: boolean) => {
        outbox.sent(nowMs);
        old.push([...outbox.tail]);
        if (!arrives) return;
        const expected = room.take(outbox.tail);
        if (expected !== undefined)
          expect(outbox.expected(expected, nowMs)).toEqual({ kind: "in-step" });
        if (answered) outbox.acknowledge(room, nowMs);
      };
      for (const [what, number] of script) {
        nowMs += number;
        if (what === "add" || what === "bad") {
          const id = `${ids.size}`;
          const key = outbox.add(what === "bad" ? "bad" : "take", { id }, nowMs);
          if (key !== undefined) ids.set(key, id);
        } else if (what === "cancel") outbox.cancel((number % (ids.size + 1)) + 1, nowMs);
        else if (what === "resume") {
          send(true, false);
          expect(outbox.seated({ instance: FIRST, applied: room.applied }, nowMs)).toEqual({
            kind: "in-step",
          });
        } else if (what === "repeat") {
          // A copy that was on its way for long, and of which nothing is heard.
          room.take(old[number % (old.length || 1)] ?? []);
        } else if (outbox.due(nowMs))
          send(what === "deliver" || number % 2 === 0, what === "deliver");
        settle();
      }
      while (outbox.tail.length > 0) {
        nowMs = Math.max(nowMs, outbox.deadlineMs(true));
        if (outbox.due(nowMs)) send(true, true);
        settle();
      }
      expect(ends.size).toBe(ids.size);
      const applied = [...ends].filter(([, end]) => end === "applied").map(([key]) => ids.get(key));
      expect(new Set(room.took).size).toBe(room.took.length);
      expect(applied.sort()).toEqual([...room.took].sort());
    },
  );
  fc.assert(property, { numRuns: 300 });
});
