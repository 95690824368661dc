// Sitting: the client library as a whole against a room's machine, over a network that misbehaves.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Outbox } from "../../client/outbox.ts";
import { Play } from "../../client/play.ts";
import type { CommandEnd, EventTold, SeatOf } from "../../client/seat.ts";
import type { Socket } from "../../client/socket.ts";
import { ByteWriter } from "../../shared/bytes.ts";
import type { Json } from "../../shared/field.ts";
import { encodeAnswer, STEP_BYTE } from "../../shared/frame.ts";
import { COMMAND_AGE_MS_MAX } from "../../shared/limits.ts";
import { Harbour, logbook } from "./harbour.ts";

describe("a seat", () => {
  test("[C80] whoever joins sees the room, and a command ends when the room has taken it", async () => {
    const harbour = new Harbour();
    const ann = await harbour.sitDown("ann");
    const bob = await harbour.sitDown("bob");
    expect([ann.seat.index, bob.seat.index]).toEqual([0, 1]);
    const ends = Promise.all([
      ann.seat.send.write({ text: "calm" }),
      ann.seat.send.write({ text: "" }),
    ]);
    await harbour.pass(200);
    expect(await ends).toEqual([
      { end: "applied" },
      { end: "refused", reason: "empty-line", text: "empty-line" },
    ]);
    expect(bob.lines).toEqual(["calm"]);
    expect([ann.events, bob.events]).toEqual([["calm"], ["calm"]]);
    expect(ann.seat.seats.map(({ name }) => name)).toEqual(["ann", "bob"]);
    expect(ann.seat.roundTripMs).toBeGreaterThanOrEqual(40);
  });

  test("[C112] of arguments that do not fit the page names the first, and what it must be", async () => {
    const ann = await new Harbour().sitDown("ann");
    const write = ann.seat.send.write as (args: unknown) => Promise<CommandEnd>;
    for (const [args, text] of [
      [{ text: "x".repeat(33) }, "text must be at most 32 characters"],
      [{}, "text must be text"],
      [{ text: "calm", loud: true }, "loud is not known"],
      [["calm"], "what is given must be an object"],
    ] as const) {
      expect(await write(args)).toEqual({ end: "refused", reason: "args-invalid", text });
    }
  });

  test("[C115] a page names its seat and its events by the game's declaration, and the compiler knows both", async () => {
    const harbour = new Harbour();
    const ann = await harbour.sitDown("ann");
    const shown: string[] = [];
    const show = (event: EventTold<typeof logbook.events>) => shown.push(event.values.text);
    const follow = (seat: SeatOf<typeof logbook>) => seat.on("event", show);
    follow(ann.seat);
    // @ts-expect-error: the game has no such command
    expect(() => ann.seat.send.wriet({ text: "calm" })).toThrow(TypeError);
    // @ts-expect-error: it declares no such event
    show({ name: "rote", values: { text: "typed" } });
    ann.seat.send.write({ text: "calm" });
    await harbour.pass(200);
    expect(shown).toEqual(["typed", "calm"]);
  });

  test("[C120] a page learns why the game ended, in the words of its rules", async () => {
    const harbour = new Harbour();
    const [ann, bob] = [await harbour.sitDown("ann"), await harbour.sitDown("bob")];
    expect([bob.seat.roomStatus, bob.seat.ending]).toEqual(["running", ""]);
    ann.seat.send.close({});
    await harbour.pass(200);
    expect([bob.seat.roomStatus, bob.seat.ending]).toEqual(["ended", "the last page"]);
  });

  test("[C119] each listener is told on its own: given twice, given anew while it is told, and no more once it has ended", async () => {
    const harbour = new Harbour();
    const ann = await harbour.sitDown("ann");
    const heard: string[] = [];
    const twice = () => heard.push("twice");
    const ends = [ann.seat.on("event", twice), ann.seat.on("event", twice)];
    let again = ann.seat.on("event", anew);
    function anew(): void {
      heard.push("anew");
      again();
      // One that is never done would be told for ever.
      if (heard.length < 20) again = ann.seat.on("event", anew);
    }
    const endLast = () => last();
    ann.seat.on("event", endLast);
    const last = ann.seat.on("event", () => heard.push("last"));
    ann.seat.send.write({ text: "calm" });
    await harbour.pass(200);
    expect(heard).toEqual(["twice", "twice", "anew"]);
    ends[0]?.();
    ann.seat.send.write({ text: "calm" });
    await harbour.pass(200);
    expect(heard.slice(3).sort()).toEqual(["anew", "twice"]);
  });

  test("[C123] what a listener brings about is told after what it was told of, and nothing is once the seat is over", async () => {
    const harbour = new Harbour();
    const [ann, bob] = [await harbour.sitDown("ann"), await harbour.sitDown("bob")];
    const told: string[] = [];
    ann.seat.on("status", ({ phase }) => phase === "reconnecting" && ann.seat.close());
    ann.seat.on("status", ({ phase }) => told.push(phase));
    harbour.network.weather = "refusing";
    harbour.cutAll();
    expect(told).toEqual(["reconnecting", "over"]);
    harbour.network.weather = "fine";
    await harbour.until(() => bob.seat.status.phase === "live");
    told.length = 0;
    bob.seat.on("event", () => bob.seat.close());
    for (const name of ["event", "change"] as const) bob.seat.on(name, () => told.push(name));
    bob.seat.on("status", ({ phase }) => told.push(phase));
    bob.seat.send.write({ text: "one" });
    bob.seat.send.write({ text: "two" });
    await harbour.until(() => bob.seat.status.phase === "over");
    expect(told.at(-1)).toBe("over");
    expect(told).not.toContain("event");
    await harbour.pass(200);
    expect(told.at(-1)).toBe("over");
  });

  test("[C124] what was given before a seat was closed is kept for the next page, and the closed one waits for nothing", async () => {
    for (const weather of ["fine", "refusing"] as const) {
      const harbour = new Harbour();
      const ann = await harbour.sitDown("ann");
      harbour.network.weather = weather;
      if (weather === "refusing") harbour.cutAll();
      const ends: CommandEnd[] = [];
      ann.seat.send.write({ text: "first" }).then((end) => ends.push(end), expect.unreachable);
      await harbour.pass(10);
      // So soon that it may not leave yet.
      ann.seat.send.write({ text: "last" }).then((end) => ends.push(end), expect.unreachable);
      ann.seat.close();
      expect(ann.armed()).toBe(0);
      harbour.network.weather = "fine";
      const next = await harbour.sitDown("ann");
      await harbour.until(() => next.lines.length === 2);
      expect(next.lines).toEqual(["first", "last"]);
      // No age ends what the next page has sent.
      await harbour.pass(COMMAND_AGE_MS_MAX + 1_000);
      expect(ends).toEqual([]);
    }
  });

  test("[C126] what was given before a seat is left takes effect before it is, and is told so, while there is time", async () => {
    // Given at once, so soon after another that it may not leave yet, and while the other is on its way.
    for (const betweenMs of [0, 10, 30, 1_000]) {
      const harbour = new Harbour();
      const [ann, bob] = [await harbour.sitDown("ann"), await harbour.sitDown("bob")];
      const ends: CommandEnd[] = [];
      const write = (text: string) =>
        ann.seat.send.write({ text }).then((end) => ends.push(end), expect.unreachable);
      write("first");
      await harbour.pass(betweenMs);
      write("last");
      let isLeft = false;
      ann.seat.leave().then(() => {
        isLeft = true;
      }, expect.unreachable);
      expect(await harbour.until(() => isLeft)).toBeLessThan(500);
      expect(ends).toEqual([{ end: "applied" }, { end: "applied" }]);
      await harbour.until(() => bob.seat.seats.length === 1);
      expect(bob.lines).toEqual(["first", "last"]);
    }
  });

  test("[C126] whoever leaves and is not answered in time has left all the same", async () => {
    const harbour = new Harbour();
    const [ann, bob] = [await harbour.sitDown("ann"), await harbour.sitDown("bob")];
    harbour.network.latencyMs = 1_500;
    ann.seat.send.write({ text: "last" });
    const left = ann.seat.leave();
    expect(await harbour.until(() => ann.seat.status.phase === "over")).toBeLessThanOrEqual(2_000);
    await left;
    await harbour.until(() => bob.seat.seats.length === 1, 5_000);
    expect(bob.lines).toEqual(["last"]);
  });

  test("[C105] what the server's guard would take for an attack is refused by the page, and the rest goes on", async () => {
    const harbour = new Harbour();
    const ann = await harbour.sitDown("ann");
    const nested = (levels: number): Json => (levels === 0 ? 1 : [nested(levels - 1)]);
    const ends = Promise.all([
      ann.seat.send.pin({ page: nested(11) }),
      ann.seat.send.pin({ page: nested(10) }),
    ]);
    expect(ann.seat.pending.map(({ seq }) => seq)).toEqual([1]);
    await harbour.pass(200);
    expect(await ends).toMatchObject([
      { end: "refused", reason: "args-invalid" },
      { end: "applied" },
    ]);
  });

  test("[C110] a page hears that it is put away soon, and of what is unusual; its answer leaves however lately it spoke", async () => {
    const harbour = new Harbour();
    const { seat } = await harbour.sitDown("ann");
    const told: unknown[] = [];
    seat.on("idling", (inMs) => told.push(inMs));
    seat.on("alert", (alert) => told.push(alert));
    for (let count = 0; count < 3; count++) seat.extend();
    await harbour.pass(5_000);
    seat.extend();
    await harbour.pass(200);
    expect(harbour.network.extended).toBe(1);
    const alert = { alert: "new-device", device: "Firefox on Linux" } as const;
    for (const socket of harbour.network.sockets) {
      socket.notify({ kind: "idling", inMs: 60_000 });
      socket.notify({ kind: "alert", ...alert });
    }
    await harbour.pass(200);
    expect(told).toEqual([60_000, alert]);
    for (let count = 0; count < 3; count++) seat.extend();
    await harbour.pass(200);
    expect(harbour.network.extended).toBe(2);
  });

  test("[C81] after a cut the same page sits in the same seat, commands given meanwhile take effect once, and events are told once", async () => {
    const harbour = new Harbour();
    const ann = await harbour.sitDown("ann");
    const bob = await harbour.sitDown("bob");
    const { index } = ann.seat;
    const sent = [ann.seat.send.write({ text: "before" })];
    harbour.cutAll();
    sent.push(ann.seat.send.write({ text: "between" }));
    expect(ann.seat.status.phase).toBe("reconnecting");
    const ms = await harbour.until(() => ann.seat.pending.length === 0 && bob.lines.length === 2);
    // Three round trips to the handshake, one for its answer, and a tick.
    expect(ms).toBeLessThanOrEqual(4 * 40 + 100);
    expect(await Promise.all(sent)).toEqual([{ end: "applied" }, { end: "applied" }]);
    expect(ann.seat.index).toBe(index);
    expect(ann.lines).toEqual(["before", "between"]);
    expect([ann.events, bob.events]).toEqual([
      ["before", "between"],
      ["before", "between"],
    ]);
    expect(harbour.table.runs).toHaveLength(2);
  });

  test("[C82] a line that goes dark is noticed within 0.6 s, and the page is back within half a second of the network", async () => {
    const harbour = new Harbour();
    const ann = await harbour.sitDown("ann");
    await harbour.pass(1_000);
    harbour.network.weather = "dark";
    const noticedMs = await harbour.until(() => harbour.network.sockets.size > 1);
    expect(noticedMs).toBeLessThanOrEqual(600);
    await harbour.pass(5_000 - noticedMs);
    expect(ann.seat.status).toMatchObject({ phase: "reconnecting", attempt: expect.any(Number) });
    const sent = ann.seat.send.write({ text: "dark" });
    harbour.network.weather = "fine";
    const backMs = await harbour.until(() => ann.seat.status.phase === "live");
    expect(backMs).toBeLessThanOrEqual(500);
    await harbour.pass(200);
    expect(await sent).toEqual({ end: "applied" });
    expect(ann.statuses).toEqual(expect.arrayContaining(["shaky", "reconnecting", "live"]));
  });

  test("[C118] whoever does something on a line that is long silent has it doubted at once", async () => {
    const harbour = new Harbour();
    const ann = await harbour.sitDown("ann");
    await harbour.pass(1_000);
    harbour.network.weather = "dark";
    harbour.isAsleep = true;
    await harbour.pass(10_000);
    harbour.isAsleep = false;
    expect(harbour.network.sockets.size).toBe(1);
    ann.seat.send.write({ text: "awake" });
    expect(await harbour.until(() => harbour.network.sockets.size > 1)).toBeLessThan(200);
  });

  test("[C83] a pause of the network that is over within a second shows nothing", async () => {
    const harbour = new Harbour();
    const ann = await harbour.sitDown("ann");
    await harbour.pass(1_000);
    ann.statuses.length = 0;
    harbour.network.weather = "dark";
    await harbour.pass(900);
    harbour.network.weather = "fine";
    await harbour.pass(3_000);
    expect(ann.statuses).toEqual([]);
    expect(ann.seat.status.phase).toBe("live");
    expect(harbour.network.sockets.size).toBe(1);
  });

  test("[C84] after a reload the next page sits in the same seat, and what the page before had sent takes effect once", async () => {
    const harbour = new Harbour();
    const ann = await harbour.sitDown("ann");
    const { index } = ann.seat;
    ann.seat.send.write({ text: "first" }).then(
      () => undefined,
      () => undefined,
    );
    await harbour.pass(25);
    harbour.network.weather = "refusing";
    harbour.cutAll();
    ann.seat.send.write({ text: "second" }).then(
      () => undefined,
      () => undefined,
    );
    await harbour.pass(5);
    harbour.unload(ann);
    harbour.network.weather = "fine";
    const next = await harbour.sitDown("ann");
    await harbour.until(() => next.seat.pending.length === 0);
    await harbour.pass(200);
    expect(next.seat.index).toBe(index);
    expect(next.lines).toEqual(["first", "second"]);
    expect(harbour.table.runs).toHaveLength(2);
  });

  test("[C85] of two pages of one player the newer has the seat, the older is told and stays down until it takes it back", async () => {
    const harbour = new Harbour();
    const older = await harbour.sitDown("ann", "tab one");
    const waiting = older.seat.send.write({ text: "lost" });
    harbour.network.latencyMs = 1;
    const newer = await harbour.sitDown("ann", "tab two");
    await harbour.until(() => older.seat.status.phase === "elsewhere");
    expect(newer.seat.index).toBe(older.seat.index);
    expect(["applied", "superseded"]).toContain((await waiting).end);
    expect(await older.seat.send.write({ text: "no" })).toEqual({ end: "superseded" });
    await harbour.pass(30_000);
    expect(older.seat.status.phase).toBe("elsewhere");
    expect(newer.seat.status.phase).toBe("live");
    older.seat.takeBack();
    await harbour.until(() => newer.seat.status.phase === "elsewhere");
    expect(older.seat.status.phase).toBe("live");
    const end = older.seat.send.write({ text: "mine" });
    await harbour.pass(200);
    expect(await end).toEqual({ end: "applied" });
  });

  test("[C86] a duplicated tab takes the seat over with the tail it copied, and nothing takes effect twice", async () => {
    const harbour = new Harbour();
    const ann = await harbour.sitDown("ann");
    harbour.network.weather = "dark";
    ann.seat.send.write({ text: "copied" }).then(
      () => undefined,
      () => undefined,
    );
    await harbour.pass(50);
    harbour.network.weather = "fine";
    const twin = await harbour.sitDown("ann");
    await harbour.pass(3_000);
    expect([ann.seat.status.phase, twin.seat.status.phase].sort()).toEqual(["elsewhere", "live"]);
    expect(twin.lines).toEqual(["copied"]);
    expect(harbour.table.runs).toHaveLength(1);
  });

  test("[C87] when the room lost its newest moments the page is told once, with how many of its commands are undone, and what was not confirmed ends as rolled back", async () => {
    const harbour = new Harbour();
    const ann = await harbour.sitDown("ann");
    await harbour.pass(500);
    for (const text of ["one", "two", "three"]) {
      const end = ann.seat.send.write({ text });
      await harbour.pass(200);
      expect(await end).toEqual({ end: "applied" });
    }
    harbour.network.weather = "refusing";
    harbour.cutAll();
    const late = ann.seat.send.write({ text: "four" });
    const { instance } = ann.sitting.play.outbox;
    const entries = harbour.table.log.top.version;
    harbour.table.kill({ losing: Math.min(entries - 3, 14) });
    harbour.network.weather = "fine";
    await harbour.until(() => ann.rollbacks > 0 && ann.seat.status.phase === "live", 30_000);
    expect(await late).toEqual({ end: "rolled-back" });
    const left = [...harbour.table.state.lines].length;
    expect(ann.undone).toBe(3 - left);
    expect(ann.undone).toBeGreaterThan(0);
    // Under the old one, what an older connection still delivers could take effect after all.
    expect(ann.sitting.play.outbox.instance).not.toEqual(instance);
    // The server may say the same in words of its own.
    const [from, to] = [
      { epoch: 1, version: 9 },
      { epoch: 2, version: 5 },
    ];
    ann.sitting.notice({ kind: "rolled-back", room: ann.seat.room, from, to });
    expect(ann.rollbacks).toBe(1);
    const end = ann.seat.send.write({ text: "five" });
    await harbour.pass(500);
    expect(await end).toEqual({ end: "applied" });
    expect(ann.lines).toEqual([...harbour.table.state.lines].map((line) => line.text));
    expect(ann.lines).not.toContain("four");
  });

  test("[C87] two losses within seconds are told as two", async () => {
    const harbour = new Harbour();
    const ann = await harbour.sitDown("ann");
    const bob = await harbour.sitDown("bob");
    for (let losses = 1; losses <= 2; losses++) {
      const end = bob.seat.send.write({ text: `of loss ${losses}` });
      await harbour.until(() => ann.lines.includes(`of loss ${losses}`));
      expect(await end).toEqual({ end: "applied" });
      harbour.table.kill({ losing: 1 });
      await harbour.until(() => ann.rollbacks === losses && bob.rollbacks === losses, 4_000);
      await harbour.until(() => [ann, bob].every(({ seat }) => seat.status.phase === "live"));
    }
    await harbour.pass(5_000);
    expect([ann.rollbacks, bob.rollbacks]).toEqual([2, 2]);
    expect([ann.undone, bob.undone]).toEqual([0, 2]);
  });

  test("[C116] what somebody without a seat steers is never sent, and the line stays", async () => {
    const harbour = new Harbour();
    await harbour.sitDown("ann");
    const eve = harbour.load("eve", "eve", { watch: true });
    await harbour.until(
      () => eve.seat.status.phase === "live" && eve.seat.roomStatus === "running",
    );
    for (let n = 0; n < 20; n++) {
      eve.seat.input.steer({ by: n });
      await harbour.pass(50);
    }
    expect(harbour.table.lines.messages.filter(({ kind }) => kind === "input")).toEqual([]);
    expect(eve.statuses).toEqual(["live"]);
    const armed = eve.armed();
    await harbour.pass(1_000);
    expect(eve.armed()).toBe(armed);
  });

  test("[C127] a line that takes nothing up, though all is heard on it, is left for another within ten seconds, and nobody is troubled", async () => {
    const harbour = new Harbour();
    const ann = await harbour.sitDown("ann");
    const bob = await harbour.sitDown("bob");
    const [annsLine] = harbour.network.sockets;
    if (annsLine !== undefined) annsLine.isUnheard = true;
    const written = ann.seat.send.write({ text: "calm" });
    await harbour.until(() => ann.seat.pending.length === 0, 10_000);
    expect(await written).toEqual({ end: "applied" });
    expect(bob.lines).toEqual(["calm"]);
    expect(ann.statuses).toEqual(["live"]);

    // What is steered has no answer but in what the room does, which others see to here.
    const [, annsSecond] = [...harbour.network.sockets];
    if (annsSecond !== undefined) annsSecond.isUnheard = true;
    const steered = () => harbour.table.lines.messages.some(({ kind }) => kind === "input");
    ann.seat.input.steer({ by: 7 });
    for (let tick = 0; tick < 200 && !steered(); tick++) {
      bob.seat.send.write({ text: `${tick}` });
      await harbour.pass(50);
    }
    expect(steered()).toBe(true);
    expect(ann.statuses).toEqual(["live"]);
    // Where nothing moves nobody can tell, and no line is left for that.
    const lines = harbour.network.sockets.size;
    for (const socket of harbour.network.sockets) socket.isUnheard = true;
    ann.seat.input.steer({ by: 8 });
    await harbour.pass(15_000);
    expect(harbour.network.sockets.size).toBe(lines);
  });

  test("[C111] a page that takes its seat back is told once of what it was shown and is lost since", async () => {
    const harbour = new Harbour();
    const ann = await harbour.sitDown("ann");
    ann.seat.send.write({ text: "kept" });
    await harbour.until(() => ann.seat.pending.length === 0);
    ann.seat.send.write({ text: "lost" });
    await harbour.until(() => ann.seat.pending.length === 0);
    const before = harbour.table.log.top.version;
    const newer = await harbour.sitDown("ann", "tab two");
    await harbour.until(() => ann.seat.status.phase === "elsewhere");
    // So much is lost that the room forgets the other page as well.
    harbour.table.kill({ losing: harbour.table.log.top.version - before + 1 });
    harbour.unload(newer);
    await harbour.pass(1_000);
    ann.seat.takeBack();
    await harbour.until(() => ann.seat.status.phase === "live");
    expect(ann.lines).toEqual([...harbour.table.state.lines].map((line) => line.text));
    expect(ann.lines).toEqual(["kept"]);
    expect(ann.rollbacks).toBe(1);
    // Once it holds what stands, nothing of it is said again.
    await harbour.sitDown("ann", "tab three");
    await harbour.until(() => ann.seat.status.phase === "elsewhere");
    ann.seat.takeBack();
    await harbour.until(() => ann.seat.status.phase === "live");
    expect(ann.rollbacks).toBe(1);
  });

  test("[C94] what is given before the page has its new instance leaves under that one: after a rollback, and after taking the seat back", async () => {
    const harbour = new Harbour();
    const ann = await harbour.sitDown("ann");
    await harbour.pass(500);
    for (const text of ["one", "two"]) ann.seat.send.write({ text });
    await harbour.until(() => ann.seat.pending.length === 0);
    harbour.network.weather = "refusing";
    harbour.cutAll();
    harbour.table.kill({ losing: 1 });
    const given: Promise<CommandEnd>[] = [];
    ann.seat.on("rolledBack", () => given.push(ann.seat.send.write({ text: "after" })));
    harbour.network.weather = "fine";
    await harbour.until(() => given.length > 0 && ann.seat.pending.length === 0, 30_000);
    const newer = await harbour.sitDown("ann", "tab two");
    await harbour.until(() => ann.seat.status.phase === "elsewhere");
    ann.seat.takeBack();
    given.push(ann.seat.send.write({ text: "mine" }));
    await harbour.until(() => ann.seat.pending.length === 0);
    expect(await Promise.all(given)).toEqual([{ end: "applied" }, { end: "applied" }]);
    expect(newer.seat.status.phase).toBe("elsewhere");
    expect(ann.lines).toEqual(["after", "mine"]);
  });

  test("[C88] a server that forgot the connection's seat is found out by its heartbeat, and the seat is taken up again", async () => {
    const harbour = new Harbour();
    const ann = await harbour.sitDown("ann");
    await harbour.pass(500);
    for (const socket of harbour.network.sockets) socket.unlink();
    await harbour.pass(2_000);
    expect(ann.seat.status.phase).toBe("live");
    const end = ann.seat.send.write({ text: "still here" });
    await harbour.pass(300);
    expect(await end).toEqual({ end: "applied" });
  });

  test("[C89] leaving empties the seat and forgets it; closing keeps both", async () => {
    const harbour = new Harbour();
    const ann = await harbour.sitDown("ann");
    await harbour.sitDown("bob");
    harbour.unload(ann);
    await harbour.pass(200);
    expect(harbour.table.presenceOf(0)).toBe("away");
    expect(await ann.seat.send.write({ text: "x" })).toMatchObject({ reason: "line-closed" });
    const again = await harbour.sitDown("ann");
    const left = again.seat.leave();
    await harbour.until(() => again.seat.status.phase === "over");
    await left;
    expect(again.seat.status).toMatchObject({ reason: "seat-left" });
    expect(harbour.table.presenceOf(0)).toBe("empty");
    // Nothing of it keeps a program alive.
    expect(harbour.network.sockets.size).toBe(1);
    expect([ann.armed(), again.armed()]).toEqual([0, 0]);
    // The next page of the tab asks for a seat as if there had been none.
    const fresh = await harbour.sitDown("ann");
    expect(fresh.refused).toBeUndefined();
    expect(harbour.table.presenceOf(0)).toBe("held");
    // So it is for who does not wait for the answer.
    const hasty = fresh.seat.leave();
    fresh.seat.close();
    await hasty;
    expect(fresh.seat.status).toMatchObject({ reason: "seat-left" });
    await harbour.pass(200);
    expect(harbour.table.presenceOf(0)).toBe("empty");
  });

  test("[C90] inputs leave as often as a tick sees them, equal ones twice a second, and again on a new line", async () => {
    const harbour = new Harbour();
    const ann = await harbour.sitDown("ann");
    const inputs = () =>
      harbour.table.lines.messages.flatMap((message) =>
        message.kind === "input" ? [message] : [],
      );
    for (let n = 0; n < 100; n++) {
      ann.seat.input.steer({ by: n });
      await harbour.pass(5);
    }
    await harbour.pass(100);
    expect(inputs().length).toBeGreaterThanOrEqual(9);
    expect(inputs().length).toBeLessThanOrEqual(12);
    expect(inputs().at(-1)).toMatchObject({ n: 100, name: "steer", values: { by: 99 } });
    expect(ann.seat.inputSeen).toBe(100);
    const before = inputs().length;
    for (let n = 0; n < 200; n++) {
      ann.seat.input.steer({ by: 7 });
      await harbour.pass(10);
    }
    expect(inputs().length - before).toBeGreaterThanOrEqual(4);
    expect(inputs().length - before).toBeLessThanOrEqual(5);
    harbour.cutAll();
    const cut = inputs().length;
    await harbour.until(() => inputs().length > cut);
    expect(inputs().at(-1)?.values).toEqual({ by: 7 });
    expect(() => ann.seat.input.steer({ by: 256 })).toThrow(/by must be/);
  });
});

test("[C92] the round trip goes from the hand to the room's word, and a room that stood still does not count", async () => {
  const harbour = new Harbour();
  const ann = await harbour.sitDown("ann");
  for (let n = 0; n < 100; n++) {
    ann.seat.input.steer({ by: n });
    await harbour.pass(50);
  }
  // Two ways of 20 ms, and up to a tick.
  expect(ann.seat.roundTripMs).toBeGreaterThanOrEqual(40);
  expect(ann.seat.roundTripMs).toBeLessThanOrEqual(40 + 50 + 10);
  const before = ann.seat.roundTripMs;
  const end = ann.seat.send.write({ text: "slow" });
  await harbour.pass(5);
  harbour.table.stall(2_500);
  await harbour.pass(500);
  expect(await end).toEqual({ end: "applied" });
  expect(Math.abs((ann.seat.roundTripMs ?? 0) - (before ?? 0))).toBeLessThan(50);
});

test("[C93] a view that does not come is asked for, ever less often, and nothing is due that cannot be sent", () => {
  const play = new Play(logbook as never, new Outbox());
  const asked: number[] = [];
  let nowMs = 1_000;
  const line: Socket = {
    send: (...[name]) => void asked.push(name === "sync" ? nowMs - 1_000 : Number.NaN),
    join: () => undefined,
    write: () => undefined,
    close: () => undefined,
  };
  play.inputs.offer("steer", { by: 1 }, nowMs);
  const seated = {
    room: "room0001",
    game: "logbook",
    seat: 0,
    instance: [7, 1],
    code: "c",
    applied: 0,
  } as const;
  play.carried(seated, nowMs);
  while (nowMs < 30_000) {
    const dueMs = play.deadlineMs(true);
    expect(dueMs).toBeGreaterThan(nowMs);
    nowMs = dueMs;
    play.due(line, nowMs);
  }
  expect(asked.slice(0, 5)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
});

test("[C109] a view that was asked for is not asked for again with each frame that does not fit, nor before the server wants it", () => {
  const play = new Play(logbook as never, new Outbox());
  const asked: number[] = [];
  let nowMs = 0;
  const line: Socket = {
    send: (...[name]) => void asked.push(name === "sync" ? nowMs : Number.NaN),
    join: () => undefined,
    write: () => undefined,
    close: () => undefined,
  };
  const room = "room0001";
  const seated = {
    room,
    game: "logbook",
    seat: 0,
    instance: [7, 1],
    code: "c",
    applied: 0,
  } as const;
  play.carried(seated, nowMs);
  const answer = new ByteWriter();
  encodeAnswer(answer, logbook as never, {
    ...{ kind: "answer", room: room as never, epoch: 7, base: undefined, version: 1, timeMs: 0 },
    ...{ changes: [], events: [], acknowledged: undefined },
  });
  /** A step of a line that this page knows nothing of. */
  const strange = new Uint8Array([STEP_BYTE, 0, 0, 0, 0, 1, 1, 0, 0, 0]);
  const live = (untilMs: number) => {
    for (; nowMs < untilMs; nowMs += 50) {
      play.read(strange, nowMs);
      play.due(line, nowMs);
    }
  };
  play.read(answer.finish(), nowMs);
  live(2_900);
  expect(asked).toEqual([0, 1_000]);
  play.askLater(700, nowMs);
  live(4_000);
  expect(asked).toEqual([0, 1_000, 3_600]);
});

test("[C91] whatever the network and the pages do, every command takes effect at most once, and exactly once if it ended as applied", async () => {
  const action = fc.oneof(
    { weight: 6, arbitrary: fc.constant("write" as const) },
    { weight: 2, arbitrary: fc.constant("refused" as const) },
    { weight: 1, arbitrary: fc.constant("cancel" as const) },
    { weight: 2, arbitrary: fc.constant("cut" as const) },
    { weight: 2, arbitrary: fc.constant("dark" as const) },
    { weight: 3, arbitrary: fc.constant("fine" as const) },
    { weight: 1, arbitrary: fc.constant("kill" as const) },
    { weight: 1, arbitrary: fc.constant("reload" as const) },
    { weight: 1, arbitrary: fc.constant("unlink" as const) },
  );
  const script = fc.array(fc.tuple(action, fc.integer({ min: 0, max: 1_200 })), { maxLength: 25 });
  const property = fc.asyncProperty(script, fc.integer({ min: 1 }), async (steps, seed) => {
    const harbour = new Harbour(seed);
    harbour.network.latencyMs = 1 + (seed % 60);
    let page = await harbour.sitDown("ann");
    const witness = await harbour.sitDown("bob");
    const ends = new Map<string, CommandEnd>();
    const written: string[] = [];
    let cancel: (() => void) | undefined;
    for (const [what, ms] of steps) {
      if (what === "write" || what === "refused") {
        const text = what === "write" ? `line ${written.length}` : "";
        if (what === "write") written.push(text);
        const sent = page.seat.send.write({ text });
        cancel = () => sent.cancel?.();
        if (what === "write") void sent.then((end) => ends.set(text, end));
      } else if (what === "cancel") cancel?.();
      else if (what === "cut") harbour.cutAll();
      else if (what === "kill") harbour.table.kill();
      else if (what === "unlink") for (const socket of harbour.network.sockets) socket.unlink();
      else if (what === "reload") {
        await harbour.pass(0);
        harbour.unload(page);
        page = harbour.load("ann");
      } else harbour.network.weather = what;
      await harbour.pass(ms);
    }
    harbour.network.weather = "fine";
    const calm = () => page.seat.status.phase === "live" && page.seat.pending.length === 0;
    await harbour.until(() => calm() && witness.seat.status.phase === "live", 30_000);
    await harbour.pass(3_000);
    const took = [...harbour.table.state.lines].map((line) => line.text);
    expect(new Set(took).size).toBe(took.length);
    for (const [text, { end }] of ends) {
      expect(took.includes(text), `${text} ended as ${end}`).toBe(end === "applied");
    }
    expect(page.lines).toEqual(took);
    expect(witness.lines).toEqual(took);
    expect(witness.events).toEqual(took);
    expect(page.seat.index).toBe(0);
  });
  await fc.assert(property, { numRuns: 60 });
}, 60_000);
