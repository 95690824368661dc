// Link: when a connection is opened, doubted and given up, and what a refusal leads to.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deadlineMs } from "../../client/linkDeadlines.ts";
import type { LinkInput } from "../../client/linkState.ts";
import { GRACE_MS, LinkBench, seatedLink } from "./linkBench.ts";

const BUSY = { reason: "server-busy", next: "retry" } as const;

describe("when to try", () => {
  test("[C1] a line that closes without a reason is tried again at once", () => {
    const link = seatedLink();
    link.close(link.carrier);
    expect(link.opened).toHaveLength(2);
    expect(link.done.at(-1)?.atMs).toBe(link.nowMs);
    expect(link.all("open").at(-1)).toMatchObject({ wish: "resume", ticket: "ticket-2" });
    // Also when it was doubted and an attempt beside it has just failed.
    const doubted = seatedLink().pass(500).close();
    expect(doubted.opened).toHaveLength(2);
    expect(doubted.close(doubted.carrier).opened).toHaveLength(3);
  });

  test("[C2] attempts that are closed after an answer wait for a jitter of up to 300 ms, doubling up to 5 s", () => {
    const widest: number[] = [];
    for (let seed = 1; seed <= 200; seed++) {
      const link = seatedLink({}, seed);
      link.close(link.carrier);
      for (let failure = 0; failure < 7; failure++) {
        link.take({ kind: "opened", connection: link.newest });
        const waited = link.close().until("open");
        expect(waited).toBeLessThanOrEqual(Math.min(5_000, 300 * 2 ** failure));
        widest[failure] = Math.max(widest[failure] ?? 0, waited);
      }
    }
    // Of 200 draws the widest comes close to the range, so the range is not smaller either.
    for (const [failure, waited] of widest.entries()) {
      expect(waited).toBeGreaterThan(Math.min(5_000, 300 * 2 ** failure) * 0.9);
    }
  });

  test("[C3] while nothing answers, an attempt begins every 300 ms for ten seconds, then rarely, and two at most are out", () => {
    const link = seatedLink();
    link.close(link.carrier);
    const lostMs = link.nowMs;
    link.pass(120_000);
    const times = link.times("open", lostMs);
    const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
    const eager = gaps.filter((_gap, at) => (times[at] ?? 0) < 9_000);
    const patient = gaps.filter((_gap, at) => (times[at] ?? 0) > 10_000);
    expect(eager.length).toBeGreaterThan(25);
    for (const gap of eager) expect(gap).toBe(300);
    expect(patient.length).toBeGreaterThan(15);
    for (const gap of patient) {
      expect(gap).toBeGreaterThanOrEqual(500);
      expect(gap).toBeLessThanOrEqual(5_000);
    }
    expect(Math.max(...patient) - Math.min(...patient)).toBeGreaterThan(2_000);
    let out = 0;
    for (const { effect, atMs } of link.done) {
      if (atMs < lostMs) continue;
      if (effect.kind === "open") out++;
      if (effect.kind === "drop") out--;
      expect(out).toBeLessThanOrEqual(2);
    }
  });

  test("[C101] attempts that are closed before an answer begin 150 to 300 ms apart for ten seconds, then rarely, and never more slowly for being many", () => {
    const gaps: { eager: number[]; patient: number[] } = { eager: [], patient: [] };
    for (let seed = 1; seed <= 20; seed++) {
      const link = seatedLink({}, seed);
      const lostMs = link.close(link.carrier).nowMs;
      while (link.nowMs - lostMs < 60_000) {
        const atMs = link.nowMs;
        const waited = link.pass(2).close().until("open");
        gaps[atMs - lostMs < 9_990 ? "eager" : "patient"].push(waited + 2);
      }
    }
    expect(Math.min(...gaps.eager)).toBeGreaterThanOrEqual(150);
    expect(Math.max(...gaps.eager)).toBeLessThanOrEqual(302);
    expect(new Set(gaps.eager.map(Math.round)).size).toBeGreaterThan(100);
    const patient = gaps.patient.filter((gap) => gap > 302);
    expect(patient.length).toBeGreaterThan(gaps.patient.length * 0.9);
    expect(Math.min(...patient)).toBeGreaterThanOrEqual(500);
    expect(Math.max(...patient)).toBeLessThanOrEqual(5_002);
    // A token that cannot be fetched is the same silence.
    const stranger = new LinkBench({ seat: false });
    for (let failure = 0; failure < 8; failure++) {
      const fetch = stranger.all("fetch-token").at(-1)?.fetch ?? 0;
      const waited = stranger.take({ kind: "token-failed", fetch }).until("fetch-token");
      expect(waited).toBeGreaterThanOrEqual(150);
      expect(waited).toBeLessThanOrEqual(300);
    }
    // What the server asked to wait for comes first here, too.
    const told = seatedLink();
    const refused = { reason: "server-draining", next: "resume", retryInMs: 900 } as const;
    told.close(told.carrier).pass(300);
    const [one = 0, other = 0] = told.opened.slice(-2);
    told.take({ kind: "closing", connection: one, refused });
    expect(told.close(other).until("open")).toBe(900);
  });

  test("[C102] after four connections that nobody answered a page asks over HTTP whether the server is there, and opens the next when it is", () => {
    const link = seatedLink({ canProbe: true });
    link.close(link.carrier);
    while (link.all("probe").length === 0) link.pass(1).close(link.newest);
    const opened = link.opened.length;
    expect(opened).toBe(1 + 4);
    // However long it takes, and whatever wakes the page: sockets that fail make browsers slow.
    for (let question = 1; question < 60; question++) {
      expect(link.all("probe")).toHaveLength(question);
      link.close(link.all("probe").at(-1)?.connection);
      if (question % 7 === 0) link.take({ kind: "woken" });
      else link.until("probe");
    }
    expect(link.opened).toHaveLength(opened);
    const [asked = 0] = [link.all("probe").at(-1)?.connection];
    link.take({ kind: "reached", connection: asked });
    expect(link.opened).toHaveLength(opened + 1);
    expect(link.dropped).not.toContain(asked);
    // The answer counts once, and questions are as many and as patient as attempts.
    link.take({ kind: "reached", connection: asked });
    expect(link.opened).toHaveLength(opened + 1);
    link.seat();
    expect(link.status).toEqual({ phase: "live" });
    const hanging = seatedLink({ canProbe: true });
    hanging.close(hanging.carrier);
    while (hanging.all("probe").length < 3) hanging.pass(100);
    const [first = 0] = hanging.all("probe").map(({ connection }) => connection);
    expect(hanging.dropped).toContain(first);
    // Whoever is heard on a connection is asked no more.
    hanging.take({ kind: "reached", connection: hanging.all("probe").at(-1)?.connection ?? 0 });
    hanging.take({ kind: "opened", connection: hanging.newest }).close(hanging.newest);
    const probes = hanging.all("probe").length;
    hanging.until("open");
    expect(hanging.all("probe")).toHaveLength(probes);
  });

  test("[C4] an attempt that nothing answers is given up after six round trips, at least 600 ms and at most 5 s, or 3 s while unknown", () => {
    const until = (link: LinkBench) => {
      const { newest, nowMs } = link;
      while (!link.dropped.includes(newest)) link.pass(1);
      return link.nowMs - nowMs;
    };
    expect(until(new LinkBench())).toBe(3_000);
    const near = seatedLink();
    expect(until(near.close(near.carrier))).toBe(600);
    const far = seatedLink();
    for (let n = 0; n < 200; n++) far.take({ kind: "round-trip", ms: 250 });
    const waited = until(far.close(far.carrier));
    expect(waited).toBeGreaterThan(1_480);
    expect(waited).toBeLessThanOrEqual(1_501);
    const slow = seatedLink();
    for (let n = 0; n < 200; n++) slow.take({ kind: "round-trip", ms: 2_000 });
    expect(until(slow.close(slow.carrier))).toBe(5_000);
  });

  test("[C5] what the server asks to wait for is waited for, whatever wakes the page meanwhile", () => {
    const link = seatedLink();
    const refused = { reason: "server-draining", next: "resume", retryInMs: 2_000 } as const;
    link.take({ kind: "closing", connection: link.carrier ?? 0, refused });
    const opened = link.opened.length;
    link.pass(1_000).take({ kind: "woken" }, { kind: "visible" }).pass(999);
    expect(link.opened).toHaveLength(opened);
    link.pass(1);
    expect(link.opened).toHaveLength(opened + 1);
  });

  test("[C5] what was asked beside a connection that is left or doubted is waited for when it has gone", () => {
    for (const end of ["closed", "offline"] as const) {
      const link = seatedLink();
      const old = link.carrier ?? 0;
      link.take({ kind: "drain", connection: old, retryInMs: 0 });
      const refused = { reason: "server-busy", next: "retry", retryInMs: 5_000 } as const;
      link.take({ kind: "opened", connection: link.newest }).refuse(refused);
      const opened = link.opened.length;
      link.take({ kind: end, connection: old }).pass(4_999);
      expect(link.opened).toHaveLength(opened);
      expect(link.pass(1).opened).toHaveLength(opened + 1);
    }
    // Nor does a false alarm make that forgotten.
    const believed = seatedLink().pass(500);
    believed.take({ kind: "opened", connection: believed.newest });
    believed.refuse({ reason: "server-busy", next: "retry", retryInMs: 5_000 });
    believed.passHearing(1_000).pass(3_900);
    expect(believed.opened).toHaveLength(2);
    expect(believed.pass(200).opened.length).toBeGreaterThan(2);
  });

  test("[C6] once the network is back or the page is seen again, an attempt is made at once, in the place of one that hangs", () => {
    for (const kind of ["woken", "visible"] as const) {
      const link = seatedLink();
      link.close(link.carrier).pass(60_000);
      while (deadlineMs(link.state) - link.nowMs < 400) link.pass(1);
      const [opened, dropped] = [link.opened.length, link.dropped.length];
      link.take({ kind });
      expect(link.opened).toHaveLength(opened + 1);
      expect(link.opened.length - link.dropped.length).toBeLessThanOrEqual(1 + 1);
      expect(link.dropped.length).toBeGreaterThanOrEqual(dropped);
      // And eagerly again.
      expect(link.pass(300).opened).toHaveLength(opened + 2);
    }
    const hanging = new LinkBench().pass(600);
    expect(hanging.opened).toHaveLength(2);
    hanging.take({ kind: "woken" });
    expect(hanging.dropped).toEqual(hanging.opened.slice(0, 2));
    expect(hanging.opened).toHaveLength(3);
  });

  test("[C122] however often somebody asks for another attempt, one that has just begun is not given up for it", () => {
    const link = seatedLink();
    link.close(link.carrier);
    const times = () => {
      const begun = new Map<number, number>();
      const livedMs: number[] = [];
      for (const { effect, atMs } of link.done) {
        if (effect.kind === "open") begun.set(effect.connection, atMs);
        if (effect.kind === "drop") livedMs.push(atMs - (begun.get(effect.connection) ?? atMs));
      }
      return livedMs;
    };
    for (let click = 0; click < 100; click++) link.pass(10).take({ kind: "woken" });
    expect(times().length).toBeGreaterThan(3);
    expect(Math.min(...times())).toBeGreaterThanOrEqual(300);
  });
});

describe("silence", () => {
  test("[C7] silence raises doubt, sooner in a ticking room, and one connection is opened beside the old one", () => {
    for (const [ticking, silenceMs] of [
      [true, 500],
      [false, 4_500],
    ] as const) {
      const link = seatedLink({ ticking });
      const old = link.carrier;
      link.pass(silenceMs - 1);
      expect(link.opened).toHaveLength(1);
      link.pass(1);
      expect(link.opened).toHaveLength(2);
      expect(link.dropped).toEqual([]);
      expect(link.carrier).toBe(old);
      // One at a time while the doubt is young, for a server that stalls is doubted by everybody.
      for (let ms = 0; ms < 999; ms += 111) {
        expect(link.out).toHaveLength(1);
        link.pass(111);
      }
      expect(link.pass(1 + 300).out).toHaveLength(2);
    }
  });

  test("[C8] the connection that is seated first carries the seat from then on, and the old one is closed", () => {
    const link = seatedLink();
    const old = link.carrier ?? 0;
    link.pass(500 + 1_300);
    const [second = 0, third = 0] = link.out;
    const opened = link.opened.length;
    link.seat(second);
    expect(link.carrier).toBe(second);
    expect(link.dropped).toEqual(expect.arrayContaining([old, third]));
    expect(link.out).toEqual([]);
    expect(link.passHearing(10_000).opened).toHaveLength(opened);
  });

  test("[C9] a false alarm leaves no trace: nothing is shown for a second, and what the server cannot know is dropped", () => {
    const link = seatedLink();
    const old = link.carrier ?? 0;
    link.pass(500 + 999);
    expect(link.status).toEqual({ phase: "live" });
    link.take({ kind: "heard", connection: old });
    expect(link.carrier).toBe(old);
    expect([...link.dropped].sort()).toEqual(link.opened.slice(1));
    link.passHearing(10_000);
    expect(link.opened).toHaveLength(link.dropped.length + 1);
    expect(link.pass(500 + 1_000).status).toEqual({ phase: "shaky" });
  });

  test("[C10] a connection whose handshake has left is not closed in favour of another, for the server may have taken the seat up on it", () => {
    const link = seatedLink();
    const old = link.carrier ?? 0;
    link.pass(500);
    const second = link.newest;
    link.take({ kind: "opened", connection: second }, { kind: "heard", connection: old });
    expect(link.dropped).toEqual([]);
    link.seat(second);
    expect(link.carrier).toBe(second);
    expect(link.dropped).toEqual([old]);
    // Nor when another was seated before it: the newest that the server seats is the one it talks to.
    const twice = seatedLink();
    twice.pass(500 + 1_300);
    const [first = 0, [one = 0, other = 0]] = [twice.carrier, twice.out];
    const before = twice.dropped;
    twice.take({ kind: "opened", connection: one }, { kind: "opened", connection: other });
    twice.seat(one);
    expect(twice.dropped).toEqual([...before, first]);
    twice.take({ kind: "seated", connection: other, ticket: "ticket-3", watching: false });
    expect(twice.carrier).toBe(other);
    expect(twice.dropped).toEqual([...before, first, one]);
  });

  test("[C10] of two answers for the seat the one that the room gave last counts, whichever comes first", () => {
    const link = seatedLink();
    link.pass(500 + 1_300);
    const [one = 0, other = 0] = link.out;
    link.take({ kind: "opened", connection: one }, { kind: "opened", connection: other });
    const answer = { kind: "seated", ticket: "ticket-3", watching: false } as const;
    link.take({ ...answer, connection: other, attachment: [7, 3] });
    link.take({ ...answer, connection: one, attachment: [7, 2] });
    expect(link.carrier).toBe(other);
    expect(link.dropped).toContain(one);
    expect(link.dropped).not.toContain(other);
  });

  test("[C11] a hidden page judges nothing; seen again, it judges what was silent at once", () => {
    const link = seatedLink();
    link.take({ kind: "hidden" }).pass(600_000);
    expect(link.opened).toHaveLength(1);
    link.take({ kind: "visible" });
    expect(link.opened).toHaveLength(2);
    const heard = seatedLink().take({ kind: "hidden" });
    heard.passHearing(10_000).take({ kind: "visible" }).pass(399);
    expect(heard.opened).toHaveLength(1);
    // However much or little comes meanwhile, and on whichever line.
    const quiet = seatedLink().take({ kind: "hidden" }).passHearing(300).pass(60_000);
    expect(quiet.opened).toHaveLength(1);
    quiet.close(quiet.carrier).seat().pass(60_000);
    expect(quiet.opened).toHaveLength(2);
    // Doubt that began before goes away with the page.
    const doubted = seatedLink().pass(600).take({ kind: "hidden" });
    expect(doubted.pass(60_000).carrier).toBeDefined();
  });

  test("[C12] a timer that fires late tells of a page that stood still: what came meanwhile is read first", () => {
    const link = seatedLink();
    link.nowMs += 3_000;
    link.take({ kind: "wake" });
    expect(link.opened).toHaveLength(1);
    link.pass(50).take({ kind: "heard", connection: link.carrier ?? 0 });
    expect(link.pass(499).opened).toHaveLength(1);
    const silent = seatedLink();
    silent.nowMs += 3_000;
    silent.take({ kind: "wake" }).pass(100);
    expect(silent.opened).toHaveLength(2);
    // An attempt's answer may be among what came: it is neither given up yet, nor another one made.
    const trying = seatedLink();
    trying.close(trying.carrier);
    const attempt = trying.opened.at(-1);
    trying.nowMs += 700;
    trying.take({ kind: "wake" });
    expect(trying.opened).toHaveLength(2);
    expect(trying.dropped).not.toContain(attempt);
    trying.pass(100);
    expect(trying.opened).toHaveLength(3);
    expect(trying.dropped).toContain(attempt);
  });

  test("[C12] whatever a page that stood still comes to first, no attempt is given up before what came on it is read", () => {
    for (const [stage, patienceMs] of [
      ["opening", 600],
      ["opened", 4_500],
    ] as const) {
      for (const first of ["wake", "heard"] as const) {
        const link = seatedLink();
        const attempt = link.close(link.carrier).newest;
        if (stage === "opened") link.take({ kind: "opened", connection: attempt });
        link.nowMs += patienceMs + 5_900;
        link.take({ kind: first, connection: attempt }).pass(90);
        expect(link.dropped).not.toContain(attempt);
        link.take({ kind: "heard", connection: attempt }).seat(attempt);
        expect(link.carrier).toBe(attempt);
      }
    }
    // Nor is one that is heard the moment after its time was up.
    const link = seatedLink();
    const attempt = link.close(link.carrier).newest;
    link.nowMs += 650;
    expect(link.take({ kind: "heard", connection: attempt }).dropped).not.toContain(attempt);
  });

  test("[C13] a doubtful connection is given up after three seconds, and the seat counts as kept from when it was last heard", () => {
    const link = seatedLink();
    const old = link.carrier ?? 0;
    link.pass(500 + 2_999);
    expect(link.dropped).not.toContain(old);
    link.pass(1);
    expect(link.dropped).toContain(old);
    expect(link.status).toMatchObject({ phase: "reconnecting", keptMs: GRACE_MS - 3_500 });
    expect(link.pass(GRACE_MS).status).toMatchObject({ phase: "reconnecting", keptMs: 0 });
    expect(seatedLink().take({ kind: "offline" }).opened).toHaveLength(2);
  });
});

describe("what a refusal leads to", () => {
  test("[C14] every refusal is followed by the next step it names", () => {
    for (const next of ["retry", "resume"] as const) {
      const link = seatedLink();
      link.close(link.carrier).refuse({ reason: "server-busy", next, retryInMs: 700 });
      expect(link.pass(699).opened).toHaveLength(2);
      expect(link.pass(1).opened).toHaveLength(3);
    }
    for (const [reason, next] of [
      ["seat-lost", "rejoin"],
      ["room-ended", "never"],
    ] as const) {
      const link = seatedLink();
      link.close(link.carrier).refuse({ reason, next });
      expect(link.status).toMatchObject({ phase: "over", reason, next });
      expect(link.pass(600_000).take({ kind: "woken" }).opened).toHaveLength(2);
    }
  });

  test("[C15] credentials that are no good are replaced by a token from the cookie, at once and then ever slower, and not for ever", () => {
    const link = seatedLink();
    const refused = { reason: "ticket-reused", next: "sign-in" } as const;
    link.close(link.carrier).refuse(refused);
    expect(link.times("fetch-token", link.nowMs)).toEqual([0]);
    link.giveToken();
    expect(link.all("open").at(-1)).toMatchObject({ token: "token-1", ticket: undefined });
    for (let n = 2; n <= 4; n++) {
      const atMs = link.refuse({ reason: "token-invalid", next: "sign-in" }).nowMs;
      link.until("fetch-token");
      expect(link.nowMs - atMs).toBeLessThanOrEqual(300 * 2 ** n);
      link.giveToken();
    }
    link.refuse({ reason: "token-invalid", next: "sign-in" });
    expect(link.status).toMatchObject({ phase: "over", reason: "token-invalid", next: "sign-in" });
  });

  test("[C16] a new guest is only made for somebody who never had a seat", () => {
    const stranger = new LinkBench({ seat: false });
    expect(stranger.all("fetch-token")).toMatchObject([{ mayBecomeGuest: true }]);
    // A ticket without a seat that it could take up is no credential.
    const ticketed = new LinkBench({ seat: false, ticket: "ticket-1" });
    expect(ticketed.all("fetch-token")).toHaveLength(1);
    const link = seatedLink({}, 1);
    link.close(link.carrier).refuse({ reason: "session-ended", next: "sign-in" });
    expect(link.all("fetch-token")).toMatchObject([{ mayBecomeGuest: false }]);
    const fetch = link.all("fetch-token").at(-1)?.fetch ?? 0;
    const refused = { reason: "sign-in-needed", next: "sign-in" } as const;
    link.take({ kind: "token-refused", fetch, refused });
    expect(link.status).toMatchObject({ phase: "over", next: "sign-in" });
  });

  test("[C17] a room that is not found is asked for again for ten seconds by who has a seat there, and not by who has none", () => {
    const unknown = { reason: "room-unknown", next: "retry", retryInMs: 250 } as const;
    const link = seatedLink();
    const lostMs = link.close(link.carrier).nowMs;
    link.refuse(unknown);
    while (link.status.phase !== "over") {
      link.until("open");
      link.refuse(unknown);
    }
    expect(link.nowMs - lostMs).toBe(10_000);
    expect(link.status).toMatchObject({ phase: "over", reason: "room-unknown", next: "rejoin" });
    const stranger = new LinkBench({ seat: false }).giveToken();
    const connection = stranger.newest;
    stranger.take({ kind: "opened", connection }, { kind: "welcome", connection });
    expect(stranger.refuse(unknown).status).toMatchObject({
      phase: "over",
      reason: "room-unknown",
    });
    // Who is to join anew, because the server lost its newest moments, has a seat there.
    const undone = seatedLink().take({ kind: "rejoin" }).giveToken();
    undone.take({ kind: "opened", connection: undone.newest });
    undone.take({ kind: "welcome", connection: undone.newest }).refuse(unknown);
    expect(undone.status.phase).toBe("reconnecting");
  });

  test("[C95] a seat that another page of the same person holds is waited for by who comes back to it, and not by who asks for one", () => {
    const held = { reason: "seat-held", next: "retry", retryInMs: 250 } as const;
    const back = seatedLink();
    const lostMs = back.close(back.carrier).nowMs;
    while (back.nowMs - lostMs < 20_000) {
      back.refuse(held);
      back.until("open");
    }
    expect(back.status.phase).toBe("reconnecting");
    const asking = new LinkBench({ seat: false }).giveToken();
    const connection = asking.newest;
    asking.take({ kind: "opened", connection }, { kind: "welcome", connection });
    expect(asking.refuse(held).status).toMatchObject({ phase: "over", reason: "seat-held" });
  });

  test("[C18] a seat that another page took up is left to it until the person takes it back, with a token", () => {
    const superseded = { reason: "superseded", next: "never" } as const;
    const told = seatedLink();
    told.refuse(superseded, told.carrier);
    const late = seatedLink();
    late.close(late.carrier).refuse(superseded);
    for (const link of [told, late]) {
      expect(link.status).toEqual({ phase: "elsewhere" });
      const opened = link.opened.length;
      link.take({ kind: "woken" }, { kind: "visible" }, { kind: "offline" }).pass(3_600_000);
      expect(link.opened).toHaveLength(opened);
      expect([...link.dropped].sort()).not.toContain(0);
      link.take({ kind: "take-back" }).giveToken();
      expect(link.all("open").at(-1)).toMatchObject({
        wish: "join",
        ticket: undefined,
        token: "token-1",
      });
      const connection = link.newest;
      link.take({ kind: "opened", connection }, { kind: "welcome", connection });
      expect(link.all("join")).toEqual([{ kind: "join", connection }]);
      link.take({ kind: "seated", connection, ticket: "ticket-9", watching: false });
      expect(link.status).toEqual({ phase: "live" });
    }
  });

  test("[C19] a page of another version than the server is reloaded, and is at its end if that does not help", () => {
    const link = seatedLink();
    link.close(link.carrier).refuse({ reason: "wrong-version", next: "reload" });
    expect(link.all("reload")).toHaveLength(1);
    expect(link.status).toMatchObject({ phase: "over", reason: "wrong-version", next: "reload" });
  });

  test("[C20] a server that will stop is left after the spread it gives, and not before another connection is seated", () => {
    const link = seatedLink();
    const old = link.carrier ?? 0;
    link.take({ kind: "drain", connection: old, retryInMs: 900 }).passHearing(800);
    expect(link.opened).toHaveLength(1);
    link.passHearing(100);
    expect(link.opened).toHaveLength(2);
    const second = link.newest;
    link.passHearing(200, old);
    expect(link.dropped).toEqual([]);
    link.seat(second);
    expect(link.dropped).toContain(old);
    expect(link.carrier).toBe(second);
    // Also by who doubted it when it said so, and believes in it again.
    const doubted = seatedLink().pass(500);
    const connection = doubted.carrier ?? 0;
    doubted.take({ kind: "drain", connection, retryInMs: 5_000 }, { kind: "heard", connection });
    doubted.close().passHearing(4_900, connection);
    expect(doubted.opened).toHaveLength(2);
    expect(doubted.passHearing(100, connection).opened).toHaveLength(3);
    // However long that is, the search is a new one then, and as eager.
    const late = seatedLink();
    late.take({ kind: "drain", connection: late.carrier ?? 0, retryInMs: 30_000 });
    expect(late.passHearing(30_000).opened).toHaveLength(2);
    expect(late.passHearing(300).opened).toHaveLength(3);
  });

  test("[C127] what has no answer has another line tried beside, but not while the room stands still", () => {
    const link = seatedLink();
    const old = link.carrier ?? 0;
    link.take({ kind: "paused", connection: old }, { kind: "unanswered" }).passHearing(1_000, old);
    expect(link.opened).toHaveLength(1);
    link.take({ kind: "resumed", connection: old }, { kind: "unanswered" }).passHearing(100, old);
    expect(link.opened).toHaveLength(2);
    expect(link.dropped).toEqual([]);
    expect(link.carrier).toBe(old);
    link.seat(link.newest);
    expect(link.dropped).toEqual([old]);
  });

  test("[C103] who lost the line because the server is being updated is told so, until the seat is carried again", () => {
    const link = seatedLink();
    link.take({ kind: "drain", connection: link.carrier ?? 0, retryInMs: 100 });
    expect(link.close(link.carrier).status).toMatchObject({ isUpdating: true });
    expect(link.pass(5_000).status).toMatchObject({ phase: "reconnecting", isUpdating: true });
    link.seat().close(link.carrier);
    expect(link.status).toMatchObject({ phase: "reconnecting", isUpdating: false });
    const told = seatedLink();
    told.close(told.carrier).refuse({ reason: "server-draining", next: "resume" });
    expect(told.status).toMatchObject({ isUpdating: true });
    // Of another connection's server it is no news.
    const apart = seatedLink();
    apart.take({ kind: "drain", connection: 99, retryInMs: 100 });
    expect(apart.close(apart.carrier).status).toMatchObject({ isUpdating: false });
  });

  test("[C104] the time for which a server holds a connection while its store is away is no round trip", () => {
    const held = seatedLink();
    const known = held.state.roundTripMs;
    held.close(held.carrier);
    const connection = held.newest;
    held.take({ kind: "opened", connection }, { kind: "paused", connection });
    held.passHearing(30_000, connection).take({ kind: "welcome", connection });
    expect(held.state.roundTripMs).toBe(known);
    // One that is let in at once is measured.
    const quick = seatedLink();
    quick.close(quick.carrier).take({ kind: "opened", connection: quick.newest });
    quick.pass(450).take({ kind: "welcome", connection: quick.newest });
    expect(quick.state.roundTripMs).toBeCloseTo(50 + 400 / 8, 0);
  });

  test("[C121] a page that stood still while it was let in takes that for no round trip", () => {
    const still = seatedLink();
    const known = still.state.roundTripMs;
    still.close(still.carrier);
    const connection = still.newest;
    still.take({ kind: "opened", connection });
    still.nowMs += 8_000;
    still.take({ kind: "heard", connection }, { kind: "welcome", connection });
    expect(still.dropped).not.toContain(connection);
    expect(still.state.roundTripMs).toBe(known);
  });

  test("[C21] each connection is paused and goes on by itself: another one's news are no news of the seat's", () => {
    const link = seatedLink();
    const connection = link.carrier ?? 0;
    link.take({ kind: "paused", connection }).pass(500);
    const other = link.newest;
    link.take({ kind: "opened", connection: other }, { kind: "paused", connection: other });
    expect(link.status).toEqual({ phase: "paused" });
    link.take({ kind: "resumed", connection: other });
    expect(link.status).toEqual({ phase: "paused" });
    link.take({ kind: "heard", connection }, { kind: "resumed", connection });
    expect(link.status).toEqual({ phase: "live" });
  });

  test("[C21] a connection is held while the server says that it is paused, else given up when no seat comes in ten seconds", () => {
    const admit = (link: LinkBench) => {
      link.close(link.carrier);
      const connection = link.newest;
      link.take({ kind: "opened", connection }, { kind: "welcome", connection });
      return connection;
    };
    const paused = seatedLink();
    const held = admit(paused);
    paused.take({ kind: "paused", connection: held }).passHearing(60_000, held);
    expect(paused.status).toEqual({ phase: "paused" });
    expect(paused.opened).toHaveLength(2);
    expect(paused.dropped).toEqual([]);
    expect(paused.seat(held).take({ kind: "resumed", connection: held }).status.phase).toBe("live");
    const stuck = seatedLink();
    const waiting = admit(stuck);
    stuck.passHearing(9_900, waiting);
    expect(stuck.dropped).toEqual([]);
    stuck.passHearing(200, waiting);
    expect(stuck.dropped).toEqual([waiting]);
    // Many are given up at the same moment when a server stands still: they do not come back together.
    const waits = Array.from({ length: 20 }, (_each, seed) => {
      const silent = seatedLink({}, seed);
      const mute = admit(silent);
      silent.pass(4_500);
      expect(silent.dropped).toContain(mute);
      return silent.until("open");
    });
    expect(new Set(waits).size).toBeGreaterThan(10);
  });

  test("[C22] a seat is asked for on one connection alone, or the answer to another would be a second seat", () => {
    const link = new LinkBench({ seat: false }).giveToken().pass(300);
    const [one = 0, other = 0] = link.opened;
    expect(other).not.toBe(0);
    link.take({ kind: "opened", connection: one }, { kind: "opened", connection: other });
    link.take({ kind: "welcome", connection: other }, { kind: "welcome", connection: one });
    expect(link.all("join")).toEqual([{ kind: "join", connection: other }]);
    expect(link.dropped).toEqual([one]);
    link.passHearing(4_000, other).take({ kind: "woken" });
    expect(link.opened).toHaveLength(2);
  });

  test("[C23] beside a connection that is believed in, nothing that an attempt is told ends the seat", () => {
    const link = seatedLink();
    const old = link.carrier ?? 0;
    link.pass(500);
    const second = link.newest;
    link.take({ kind: "opened", connection: second }, { kind: "heard", connection: old });
    link.refuse({ reason: "seat-lost", next: "rejoin" }, second);
    expect(link.carrier).toBe(old);
    expect(link.status).toEqual({ phase: "live" });
    // Answers to single messages do not end it either.
    link.refuse({ reason: "input-invalid", next: "never" }, old);
    expect(link.carrier).toBe(old);
    // In doubt, it is the last word.
    link.pass(500).refuse({ reason: "seat-lost", next: "rejoin" });
    expect(link.status).toMatchObject({ phase: "over", reason: "seat-lost" });
    // A token that who looks on is refused is of an attempt as well.
    const watcher = new LinkBench({ seat: false }).giveToken();
    const connection = watcher.newest;
    watcher.take({ kind: "opened", connection }, { kind: "welcome", connection });
    watcher.take({ kind: "seated", connection, ticket: undefined, watching: true });
    watcher.passHearing(90_000).take({ kind: "drain", connection, retryInMs: 0 });
    const [, fetch] = watcher.all("fetch-token").map((each) => each.fetch);
    const refused = { reason: "sign-in-needed", next: "sign-in" } as const;
    watcher.take({ kind: "token-refused", fetch: fetch ?? 0, refused });
    expect(watcher.carrier).toBe(connection);
  });

  test("[C24] leaving is told to the server and is over when it knows, or after two seconds", () => {
    const link = seatedLink();
    const carrier = link.carrier ?? 0;
    link.take({ kind: "leave" });
    expect(link.all("leave")).toEqual([{ kind: "leave", connection: carrier }]);
    link.refuse({ reason: "seat-lost", next: "rejoin" }, carrier);
    expect(link.status).toMatchObject({ phase: "over", reason: "seat-left", next: "rejoin" });
    const closed = seatedLink().take({ kind: "leave" });
    closed.close(closed.carrier);
    expect(closed.status).toMatchObject({ phase: "over", reason: "seat-left" });
    const apart = seatedLink();
    apart.close(apart.carrier).take({ kind: "leave" });
    apart.seat();
    expect(apart.all("leave")).toHaveLength(1);
    expect(apart.pass(1_999).status.phase).not.toBe("over");
    expect(apart.pass(1).status).toMatchObject({ phase: "over", reason: "seat-left" });
    // However often that is asked for.
    const twice = seatedLink().take({ kind: "leave" }).passHearing(1_500);
    expect(twice.take({ kind: "leave" }).passHearing(500).status).toMatchObject({ phase: "over" });
  });

  test("[C25] a server that does not know the connection's seat is asked by a resume", () => {
    const link = seatedLink();
    link.refuse({ reason: "not-seated", next: "rejoin" }, link.carrier).pass(300);
    expect(link.status.phase).toBe("reconnecting");
    expect(link.all("open").at(-1)).toMatchObject({ wish: "resume", ticket: "ticket-2" });
    const told = seatedLink();
    told.refuse({ reason: "not-seated", next: "rejoin", retryInMs: 700 }, told.carrier);
    expect(told.until("open")).toBe(700);
  });

  test("[C26] a token is used for most of its life, then another is fetched; one that does not come in five seconds is given up", () => {
    const link = new LinkBench({ seat: false }).giveToken();
    link.refuse(BUSY).pass(5_000);
    expect(link.all("fetch-token")).toHaveLength(1);
    expect(link.opened.length).toBeGreaterThan(1);
    link.pass(63_000);
    expect(link.all("fetch-token").length).toBeGreaterThan(1);
    const asked = new LinkBench({ seat: false });
    asked.pass(5_000);
    expect(asked.all("abandon-token")).toHaveLength(1);
    expect(asked.pass(300).all("fetch-token")).toHaveLength(2);
    const failed = new LinkBench({ seat: false });
    failed.take({ kind: "token-failed", fetch: failed.all("fetch-token")[0]?.fetch ?? 0 });
    expect(failed.pass(300).all("fetch-token")).toHaveLength(2);
  });

  test("[C27] after a rollback everything begins with a new seat's instance: all is closed, and the room is joined with a token", () => {
    const link = seatedLink();
    const carrier = link.carrier ?? 0;
    link.take({ kind: "rejoin" });
    expect(link.dropped).toEqual([carrier]);
    expect(link.giveToken().all("open").at(-1)).toMatchObject({ wish: "join", ticket: undefined });
  });
});

/** Inputs about connections and fetches that exist, or did, or never will. */
const anyInput = (numbers: fc.Arbitrary<number>): fc.Arbitrary<LinkInput> => {
  const refused = fc.record({
    reason: fc.constantFrom(
      "server-busy",
      "superseded",
      "room-unknown",
      "seat-lost",
      "not-seated",
      "token-expired",
      "wrong-version",
      "input-invalid",
    ),
    next: fc.constantFrom("retry", "resume", "rejoin", "sign-in", "reload", "never"),
    retryInMs: fc.option(fc.integer({ min: 0, max: 3_000 }), { nil: undefined }),
  });
  const about = <Kind extends string>(...kinds: readonly Kind[]) =>
    fc.record({ kind: fc.constantFrom(...kinds), connection: numbers });
  return fc.oneof(
    { weight: 80, arbitrary: about("opened", "heard", "welcome", "closed", "reached") },
    {
      weight: 30,
      arbitrary: fc.record({
        kind: fc.constant("seated"),
        connection: numbers,
        ticket: fc.constantFrom("t", undefined),
        watching: fc.boolean(),
      }),
    },
    {
      weight: 20,
      arbitrary: fc.record({
        kind: fc.constantFrom("refused", "closing"),
        connection: numbers,
        refused,
      }),
    },
    { weight: 10, arbitrary: about("paused", "resumed") },
    {
      weight: 10,
      arbitrary: fc.record({
        kind: fc.constant("drain"),
        connection: numbers,
        retryInMs: fc.integer({ min: 0, max: 2_000 }),
      }),
    },
    {
      weight: 30,
      arbitrary: fc.record({
        kind: fc.constant("token"),
        fetch: numbers,
        token: fc.constant("x"),
        expiresInMs: fc.constant(90_000),
      }),
    },
    {
      weight: 10,
      arbitrary: fc.record({ kind: fc.constant("token-refused"), fetch: numbers, refused }),
    },
    { weight: 10, arbitrary: fc.record({ kind: fc.constant("token-failed"), fetch: numbers }) },
    {
      weight: 10,
      arbitrary: fc.record({
        kind: fc.constant("round-trip"),
        ms: fc.integer({ min: 1, max: 2_000 }),
      }),
    },
    {
      weight: 20,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          "woken",
          "offline",
          "hidden",
          "visible",
          "rejoin",
          "take-back",
          "wake",
        ),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("leave", "close") }) },
  ) as fc.Arbitrary<LinkInput>;
};

test("[C28] whatever comes in whatever order, connections are opened once, closed once and never too many, and a link with hope has a deadline", () => {
  const moves = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 700 }), anyInput(fc.integer({ min: 0, max: 3 }))),
    { maxLength: 80 },
  );
  const kinds = fc.record({ seat: fc.boolean(), canProbe: fc.boolean() });
  const property = fc.property(moves, fc.integer({ min: 1 }), kinds, (steps, seed, kind) => {
    const link = new LinkBench(kind, seed);
    const open = new Set<number>();
    let looked = 0;
    const look = () => {
      for (const { effect } of link.done.slice(looked)) {
        if (effect.kind === "open" || effect.kind === "probe") {
          expect(open).not.toContain(effect.connection);
          open.add(effect.connection);
        }
        if (effect.kind === "drop") expect(open.delete(effect.connection)).toBe(true);
        if (effect.kind === "join") expect(open).toContain(effect.connection);
      }
      looked = link.done.length;
      const { phase } = link.state;
      const attempts = "search" in phase ? (phase.search?.attempts.length ?? 0) : 0;
      expect(attempts).toBeLessThanOrEqual(2);
      expect(open.size).toBe(attempts + (link.carrier === undefined ? 0 : 1));
      expect(deadlineMs(link.state)).toBeGreaterThan(link.nowMs);
      if (phase.kind === "seeking")
        expect(deadlineMs(link.state)).toBeLessThan(link.nowMs + 10_001);
    };
    look();
    for (const [ms, input] of steps) {
      link.pass(ms);
      look();
      // Numbers near the newest ones, so that most inputs are about something that exists.
      const near = (back: number) => link.state.numbered - back;
      const about = "connection" in input ? { connection: near(input.connection) } : {};
      const fetched = "fetch" in input ? { fetch: near(input.fetch) } : {};
      const asked = "connection" in about ? about.connection : undefined;
      const moved = { ...input, ...about, ...fetched } as LinkInput;
      const isQuestion = link.all("probe").some(({ connection }) => connection === asked);
      // A question over HTTP is answered or is not; nothing else ever comes of it.
      if (isQuestion && moved.kind !== "reached" && moved.kind !== "closed") continue;
      link.take(moved);
      // The far end closed it: nobody closes it again.
      if (moved.kind === "closed") open.delete(moved.connection);
      // So has a question that was answered ended.
      if (moved.kind === "reached" && isQuestion) open.delete(moved.connection);
      look();
    }
  });
  fc.assert(property, { numRuns: 400 });
});
