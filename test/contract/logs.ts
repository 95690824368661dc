// Log rules: creation, appends, the fence, claims, snapshots and loading, for any store.

import { expect, test } from "vitest";
import { claim, EVERY_BYTE, NODE, newRoom, newRoomAt, newRoomId, RIVAL } from "./newcomers.ts";
import type { Stage } from "./store.ts";

const appended = { kind: "appended" };

export function logRules(stage: Stage): void {
  creationRules(stage);
  appendRules(stage);
  claimRules(stage);
  snapshotRules(stage);
  reseedRules(stage);
}

function creationRules(stage: Stage): void {
  test("[D1] a new room has its snapshot at version 0, a claim by its node, and an epoch of now", async () => {
    const { store } = stage;
    const beforeMs = await store.timeMs();
    const { room, epoch } = await newRoom(store, EVERY_BYTE);
    const afterMs = await store.timeMs();
    expect(epoch).toBeGreaterThanOrEqual(beforeMs);
    expect(epoch).toBeLessThanOrEqual(afterMs);
    expect(await store.loadRoom(room)).toEqual({
      snapshot: { place: { epoch, version: 0 }, bytes: EVERY_BYTE },
      entries: [],
      node: NODE,
      top: { epoch, version: 0 },
    });
  });

  test("[D2] a room that exists is not made again, and nothing of it changes", async () => {
    const { store } = stage;
    const { room } = await newRoomAt(store, 2);
    const before = await store.loadRoom(room);
    expect(await store.createRoom(room, RIVAL, Uint8Array.of(9))).toEqual({ kind: "exists" });
    expect(await store.loadRoom(room)).toEqual(before);
  });
}

function appendRules(stage: Stage): void {
  test("[D3] commits are kept in the order of their versions, with their node and their very bytes", async () => {
    const { store } = stage;
    const { room, epoch, commit } = await newRoom(store);
    const all = [
      commit(1, { bytes: EVERY_BYTE }),
      commit(2, { bytes: new Uint8Array(0) }),
      commit(3, { bytes: new Uint8Array(100_000).fill(0xff) }),
    ];
    for (const each of all) expect(await store.append([each])).toEqual([appended]);
    expect((await store.loadRoom(room))?.entries).toEqual(
      all.map(({ version, bytes }) => ({ kind: "commit", node: NODE, epoch, version, bytes })),
    );
  });

  test("[D4] an entry at or below the newest version is refused and told the newest place", async () => {
    const { store } = stage;
    const { room, epoch, commit } = await newRoomAt(store, 3);
    const before = await store.loadRoom(room);
    const fenced = { kind: "fenced", top: { epoch, version: 3 } };
    const late = [commit(3, { bytes: Uint8Array.of(9) }), commit(2), commit(0)];
    expect(await store.append(late)).toEqual([fenced, fenced, fenced]);
    expect(await store.loadRoom(room)).toEqual(before);
  });

  test("[D5] once a room is claimed every entry of an older epoch is refused, whatever its version", async () => {
    const { store } = stage;
    const { room, epoch, commit } = await newRoomAt(store, 3);
    const newer = await claim(store, room, epoch);
    const fenced = { kind: "fenced", top: { epoch: newer, version: 3 } };
    expect(await store.append([commit(4), commit(1_000_000)])).toEqual([fenced, fenced]);
    expect(await store.append([commit(4, { epoch: newer, node: RIVAL })])).toEqual([appended]);
    expect((await store.loadRoom(room))?.top).toEqual({ epoch: newer, version: 4 });
  });

  test("[D6] an append to a room without a log says so and makes none", async () => {
    const { store } = stage;
    const { commit } = await newRoom(store);
    const room = newRoomId();
    expect(await store.append([commit(1, { room })])).toEqual([{ kind: "missing" }]);
    expect(await store.loadRoom(room)).toBeUndefined();
    expect(await store.logTop(room)).toBeUndefined();
  });

  test("[D7] of many rooms in one append each stands by itself, and is answered in its place", async () => {
    const { store } = stage;
    const good = await Promise.all(Array.from({ length: 20 }, () => newRoom(store)));
    const taken = await newRoom(store);
    const epoch = await claim(store, taken.room, taken.epoch);
    const entries = good.map(({ commit }) => commit(1));
    entries.splice(5, 0, taken.commit(1));
    entries.splice(11, 0, taken.commit(1, { room: newRoomId() }));
    const outcomes = await store.append(entries);
    expect(outcomes[5]).toEqual({ kind: "fenced", top: { epoch, version: 0 } });
    expect(outcomes[11]).toEqual({ kind: "missing" });
    expect(outcomes.filter(({ kind }) => kind === "appended")).toHaveLength(20);
    for (const { room } of good) expect((await store.logTop(room))?.version).toBe(1);
    expect((await store.logTop(taken.room))?.epoch).toBe(epoch);
  });

  test("[D8] several entries of one room in one append are kept in the order given", async () => {
    const { store } = stage;
    const { room, commit } = await newRoom(store);
    const outcomes = await store.append([commit(1), commit(2), commit(2), commit(3)]);
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      "appended",
      "appended",
      "fenced",
      "appended",
    ]);
    const { entries } = (await store.loadRoom(room)) ?? { entries: [] };
    expect(entries.map(({ version }) => version)).toEqual([1, 2, 3]);
    expect(await store.append([])).toEqual([]);
  });

  test("[D9] bytes given and got are one's own: changing them changes nothing that is kept", async () => {
    const { store } = stage;
    const given = Uint8Array.of(1, 2, 3);
    const { room, commit } = await newRoom(store, given);
    await store.append([commit(1, { bytes: given })]);
    given.fill(9);
    const got = await store.loadRoom(room);
    got?.snapshot.bytes.fill(9);
    got?.entries[0]?.bytes.fill(9);
    const kept = await store.loadRoom(room);
    expect([...(kept?.snapshot.bytes ?? [])]).toEqual([1, 2, 3]);
    expect([...(kept?.entries[0]?.bytes ?? [])]).toEqual([1, 2, 3]);
  });

  test("[D10] the newest place and its node can be asked for without loading", async () => {
    const { store } = stage;
    const { room, epoch } = await newRoomAt(store, 2);
    expect(await store.logTop(room)).toEqual({ epoch, version: 2, node: NODE });
    const newer = await claim(store, room, epoch);
    expect(await store.logTop(room)).toEqual({ epoch: newer, version: 2, node: RIVAL });
  });
}

function claimRules(stage: Stage): void {
  test("[D12] a claim opens a newer epoch at the version there is, and is part of the tail", async () => {
    const { store } = stage;
    const { room, epoch, commit } = await newRoomAt(store, 2);
    const outcome = await store.claimRoom(room, RIVAL, epoch);
    const { epoch: newer } = (await store.logTop(room)) ?? { epoch: 0 };
    expect(outcome).toEqual({ kind: "claimed", epoch: newer, version: 2 });
    await store.append([commit(3, { epoch: newer, node: RIVAL })]);
    const loaded = await store.loadRoom(room);
    expect(loaded?.entries.map(({ kind, version }) => `${kind} ${version}`)).toEqual([
      "commit 1",
      "commit 2",
      "claim 2",
      "commit 3",
    ]);
    expect(loaded?.entries[2]).toEqual({
      kind: "claim",
      node: RIVAL,
      epoch: newer,
      version: 2,
      bytes: new Uint8Array(0),
    });
    expect(loaded?.node).toBe(RIVAL);
    expect(loaded?.top).toEqual({ epoch: newer, version: 3 });
  });

  test("[D13] a claim's epoch is never below the store's time, and above every epoch before it", async () => {
    const { store } = stage;
    const { room, epoch } = await newRoom(store);
    await stage.pass(30);
    const nowMs = await store.timeMs();
    const second = await claim(store, room, epoch);
    expect(second).toBeGreaterThanOrEqual(nowMs);
    expect(second).toBeLessThanOrEqual(await store.timeMs());
    // An epoch from a clock that ran ahead.
    const ahead = second + 1_000_000_000;
    const written = { node: NODE, epoch: ahead - 1, version: 0, bytes: EVERY_BYTE };
    expect(await store.reseedRoom(room, written)).toEqual({ kind: "reseeded", epoch: ahead });
    expect(await claim(store, room, ahead)).toBe(ahead + 1);
  });

  test("[D14] of two who expect the same epoch one hosts, and the other is told who", async () => {
    const { store } = stage;
    const { room, epoch } = await newRoomAt(store, 1);
    const outcomes = await Promise.all([
      store.claimRoom(room, NODE, epoch),
      store.claimRoom(room, RIVAL, epoch),
    ]);
    const top = await store.logTop(room);
    const loser = outcomes.find(({ kind }) => kind !== "claimed");
    expect(outcomes.filter(({ kind }) => kind === "claimed")).toHaveLength(1);
    expect(loser).toEqual({ kind: "hosted", epoch: top?.epoch, node: top?.node });
    expect(await store.claimRoom(room, RIVAL, epoch)).toEqual(loser);
    expect(await store.claimRoom(room, RIVAL, (top?.epoch ?? 0) + 1)).toEqual(loser);
    expect(
      (await store.loadRoom(room))?.entries.filter(({ kind }) => kind === "claim"),
    ).toHaveLength(1);
  });

  test("[D15] a room without a log cannot be claimed, and claiming it makes none", async () => {
    const { store } = stage;
    const room = newRoomId();
    expect(await store.claimRoom(room, NODE, 1)).toEqual({ kind: "missing" });
    expect(await store.logTop(room)).toBeUndefined();
  });

  test("[D16] after three claims in a row without a commit a room is quarantined, and can be read", async () => {
    const { store } = stage;
    const { room, epoch } = await newRoomAt(store, 1);
    const first = await claim(store, room, epoch);
    const second = await claim(store, room, first);
    const third = await claim(store, room, second);
    const before = await store.loadRoom(room);
    expect(await store.claimRoom(room, NODE, third)).toEqual({ kind: "quarantined" });
    expect(await store.claimRoom(room, NODE, second)).toEqual({
      kind: "hosted",
      epoch: third,
      node: RIVAL,
    });
    expect(await store.loadRoom(room)).toEqual(before);
    expect(before?.entries).toHaveLength(4);
  });

  test("[D17] a commit ends the row, also one of the last claim of a quarantined room", async () => {
    const { store } = stage;
    const { room, epoch, commit } = await newRoom(store);
    const second = await claim(store, room, epoch);
    const third = await claim(store, room, second);
    expect(await store.claimRoom(room, NODE, third)).toEqual({ kind: "quarantined" });
    expect(await store.append([commit(1, { epoch: third, node: RIVAL })])).toEqual([appended]);
    const fourth = await claim(store, room, third);
    const fifth = await claim(store, room, fourth);
    const sixth = await claim(store, room, fifth);
    expect(await store.claimRoom(room, NODE, sixth)).toEqual({ kind: "quarantined" });
  });

  test("[D159] a snapshot at its end ends the row too: a quarantined room is let out and loses nothing, not even its fence", async () => {
    const { store } = stage;
    const { room, epoch } = await newRoomAt(store, 2);
    const first = await claim(store, room, epoch);
    const second = await claim(store, room, first);
    const third = await claim(store, room, second);
    const end = { epoch: third, version: 2 };
    expect(await store.keepSnapshot(room, { epoch: second, version: 2 }, EVERY_BYTE)).toBe(
      "fenced",
    );
    expect(await store.claimRoom(room, NODE, third)).toEqual({ kind: "quarantined" });
    expect(await store.keepSnapshot(room, end, EVERY_BYTE)).toBe("kept");
    expect(await store.loadRoom(room)).toMatchObject({
      snapshot: { place: end, bytes: EVERY_BYTE },
      ...{ entries: [], top: end },
    });
    const late = { room, node: RIVAL, epoch: second, version: 3, bytes: EVERY_BYTE };
    expect(await store.append([late])).toEqual([{ kind: "fenced", top: end }]);
    const fourth = await claim(store, room, third);
    const fifth = await claim(store, room, fourth);
    expect(await store.claimRoom(room, NODE, fifth)).toEqual({ kind: "quarantined" });
  });
}

function snapshotRules(stage: Stage): void {
  test("[D18] a kept snapshot takes the place of the one before and of every entry up to it", async () => {
    const { store } = stage;
    const { room, epoch } = await newRoomAt(store, 5);
    const place = { epoch, version: 3 };
    expect(await store.keepSnapshot(room, place, EVERY_BYTE)).toBe("kept");
    const loaded = await store.loadRoom(room);
    expect(loaded?.snapshot).toEqual({ place, bytes: EVERY_BYTE });
    expect(loaded?.entries.map(({ version }) => version)).toEqual([4, 5]);
    // Its answer may have been lost: it is kept again.
    expect(await store.keepSnapshot(room, place, EVERY_BYTE)).toBe("kept");
    expect(await store.loadRoom(room)).toEqual(loaded);
    expect(await store.keepSnapshot(newRoomId(), place, EVERY_BYTE)).toBe("missing");
  });

  test("[D19] a host that was taken over from keeps no snapshot any more", async () => {
    const { store } = stage;
    const { room, epoch } = await newRoomAt(store, 4);
    const newer = await claim(store, room, epoch);
    const before = await store.loadRoom(room);
    expect(await store.keepSnapshot(room, { epoch, version: 4 }, EVERY_BYTE)).toBe("fenced");
    expect(await store.loadRoom(room)).toEqual(before);
    expect(await store.keepSnapshot(room, { epoch: newer, version: 4 }, EVERY_BYTE)).toBe("kept");
    expect(await store.loadRoom(room)).toEqual({
      snapshot: { place: { epoch: newer, version: 4 }, bytes: EVERY_BYTE },
      entries: [],
      node: RIVAL,
      top: { epoch: newer, version: 4 },
    });
  });

  test("[D20] a snapshot of a place that the log does not hold is refused: it would leave a gap", async () => {
    const { store } = stage;
    const { room, epoch } = await newRoomAt(store, 5);
    await store.keepSnapshot(room, { epoch, version: 4 }, Uint8Array.of(4));
    const before = await store.loadRoom(room);
    for (const version of [0, 3, 6]) {
      expect(await store.keepSnapshot(room, { epoch, version }, EVERY_BYTE)).toBe("fenced");
    }
    const future = { epoch: epoch + 1, version: 5 };
    expect(await store.keepSnapshot(room, future, EVERY_BYTE)).toBe("fenced");
    expect(await store.loadRoom(room)).toEqual(before);
  });

  test("[D21] a log of nothing but its snapshot still fences, and can be claimed", async () => {
    const { store } = stage;
    const { room, epoch, commit } = await newRoomAt(store, 3);
    await store.keepSnapshot(room, { epoch, version: 3 }, Uint8Array.of(3));
    expect(await store.logTop(room)).toEqual({ epoch, version: 3, node: NODE });
    expect(await store.append([commit(3)])).toEqual([
      { kind: "fenced", top: { epoch, version: 3 } },
    ]);
    const newer = await claim(store, room, epoch);
    expect(await store.append([commit(4, { epoch: newer })])).toEqual([appended]);
    expect((await store.loadRoom(room))?.entries.map(({ kind }) => kind)).toEqual([
      "claim",
      "commit",
    ]);
  });
}

function reseedRules(stage: Stage): void {
  test("[D130] a room that the store has lost, or the newest entries of, is written back whole under a newer epoch", async () => {
    const { store } = stage;
    const { room, epoch } = await newRoomAt(store, 3);
    const losses = [
      () => store.removeRoom(room),
      // A copy that had come to version 3 only.
      async () => undefined,
    ];
    let [host, version] = [epoch, 5];
    for (const lose of losses) {
      await lose();
      const reseed = { node: NODE, epoch: host, version, bytes: EVERY_BYTE };
      const outcome = await store.reseedRoom(room, reseed);
      if (outcome.kind !== "reseeded") throw new Error(`not reseeded but ${outcome.kind}`);
      expect(outcome.epoch).toBeGreaterThan(host);
      const claimed = { epoch: outcome.epoch, version };
      expect(await store.loadRoom(room)).toEqual({
        snapshot: { place: { epoch: host, version }, bytes: EVERY_BYTE },
        entries: [{ ...claimed, kind: "claim", node: NODE, bytes: new Uint8Array(0) }],
        node: NODE,
        top: claimed,
      });
      const late = { room, node: NODE, epoch: host, version: version + 1, bytes: EVERY_BYTE };
      expect(await store.append([late])).toEqual([{ kind: "fenced", top: claimed }]);
      expect(await store.append([{ ...late, epoch: outcome.epoch }])).toEqual([appended]);
      [host, version] = [outcome.epoch, version + 3];
    }
  });

  test("[D131] a room whose log reaches as far, or was claimed since, is not written back and says whose it is", async () => {
    const { store } = stage;
    const { room, epoch } = await newRoomAt(store, 3);
    const lost = { node: NODE, epoch, version: 4, bytes: EVERY_BYTE };
    const first = await store.reseedRoom(room, lost);
    if (first.kind !== "reseeded") throw new Error(`not reseeded but ${first.kind}`);
    const before = await store.loadRoom(room);
    // The answer was lost: the same again shows that it was done.
    const held = { kind: "held", top: { epoch: first.epoch, version: 4, node: NODE } };
    expect(await store.reseedRoom(room, lost)).toEqual(held);
    const newer = await claim(store, room, first.epoch);
    const ahead = { ...lost, epoch: first.epoch, version: 9 };
    const theirs = { kind: "held", top: { epoch: newer, version: 4, node: RIVAL } };
    expect(await store.reseedRoom(room, ahead)).toEqual(theirs);
    expect((await store.loadRoom(room))?.snapshot).toEqual(before?.snapshot);
  });

  test("[D132] a commit that does not follow the end of its log is refused and leaves no gap", async () => {
    const { store } = stage;
    const { room, epoch, commit } = await newRoom(store);
    const behind = { kind: "behind", top: { epoch, version: 0 } };
    const late = [commit(2), commit(1, { epoch: epoch + 1 })];
    expect(await store.append(late)).toEqual([behind, behind]);
    expect((await store.loadRoom(room))?.entries).toEqual([]);
    expect(await store.append([commit(1)])).toEqual([appended]);
  });
}
