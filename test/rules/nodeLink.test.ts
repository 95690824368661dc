// Links between nodes: whatever the bus loses, doubles and turns round, payloads come once and in
// order, or both ends learn that something is gone.

import { expect, test } from "vitest";
import { Link, type LinkTurn, type Packet } from "../../server/node/link.ts";
import { seededRandom } from "../../shared/random.ts";

interface End {
  link: Link;
  readonly got: number[];
  sent: number;
  breaks: number;
}

interface Weather {
  readonly lost: number;
  readonly doubled: number;
  readonly jitterMs: number;
}

const FINE: Weather = { lost: 0, doubled: 0, jitterMs: 0 };

/** Two ends and the bus between them, in virtual milliseconds. */
class Pair {
  readonly ends: readonly [End, End];
  weather: Weather;
  nowMs = 0;
  readonly #random: () => number;
  readonly #streams = [0, 0];
  #flying: { readonly to: number; readonly atMs: number; readonly packet: Packet }[] = [];

  constructor(seed: number, weather: Weather = FINE) {
    this.#random = seededRandom(seed);
    this.weather = weather;
    this.ends = [this.#newEnd(0), this.#newEnd(1)];
  }

  #newLink(at: number): Link {
    return new Link(() => {
      const next = (this.#streams[at] ?? 0) + 1;
      this.#streams[at] = next;
      return next;
    });
  }

  #newEnd(at: number): End {
    return { link: this.#newLink(at), got: [], sent: 0, breaks: 0 };
  }

  end(at: number): End {
    return this.ends[at === 0 ? 0 : 1];
  }

  /** The end forgets all it knew of the other, as a node does that takes it for dead. */
  forget(at: number): void {
    this.end(at).link = this.#newLink(at);
  }

  send(at: number): void {
    const end = this.end(at);
    end.sent += 1;
    this.#perform(at, end.link.send(Uint8Array.of(end.sent >> 8, end.sent & 0xff), this.nowMs));
  }

  #perform(at: number, { packets, payloads, broken }: LinkTurn): void {
    const end = this.end(at);
    if (broken) end.breaks += 1;
    for (const [high = 0, low = 0] of payloads.filter(({ length }) => length > 0))
      end.got.push((high << 8) | low);
    for (const packet of packets) {
      if (this.#random() < this.weather.lost) continue;
      const copies = this.#random() < this.weather.doubled ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        const atMs = this.nowMs + 1 + this.#random() * this.weather.jitterMs;
        this.#flying.push({ to: 1 - at, atMs, packet });
      }
    }
  }

  pass(ms: number): void {
    for (let step = 0; step < ms; step++) {
      this.nowMs += 1;
      const arrived = this.#flying.filter(({ atMs }) => atMs <= this.nowMs);
      this.#flying = this.#flying.filter(({ atMs }) => atMs > this.nowMs);
      for (const { to, packet } of arrived.sort((one, other) => one.atMs - other.atMs))
        this.#perform(to, this.end(to).link.receive(packet, this.nowMs));
      for (const at of [0, 1]) {
        if (this.end(at).link.dueMs <= this.nowMs)
          this.#perform(at, this.end(at).link.wake(this.nowMs));
      }
    }
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test("[N100] whatever is lost, doubled or turned round, what one node sends another gets once and in order", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = seededRandom(seed);
    const pair = new Pair(seed, { lost: random() * 0.5, doubled: random() * 0.5, jitterMs: 30 });
    for (let round = 0; round < 100; round++) {
      if (random() < 0.7) pair.send(0);
      if (random() < 0.5) pair.send(1);
      pair.pass(Math.floor(random() * 20));
    }
    pair.weather = FINE;
    pair.pass(6_000);
    for (const at of [0, 1]) {
      expect(pair.end(1 - at).got, `seed ${seed}`).toEqual(upTo(pair.end(at).sent));
      expect(pair.end(at).breaks, `seed ${seed}`).toBe(0);
      // Nothing is kept that was acknowledged: nothing is due any more.
      expect(pair.end(at).link.dueMs, `seed ${seed}`).toBe(Number.POSITIVE_INFINITY);
    }
  }
});

test("[N105] what piled up while nothing arrived comes all at once, in whatever order it travels", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const pair = new Pair(seed, { lost: 1, doubled: 0, jitterMs: 0 });
    for (let count = 0; count < 500; count++) {
      pair.send(0);
      pair.pass(1);
    }
    pair.weather = { ...FINE, jitterMs: 30 };
    // The next time that it is sent again, and the way there.
    pair.pass(2_000 + 31);
    expect(pair.end(1).got, `seed ${seed}`).toEqual(upTo(500));
  }
});

test("[N101] a node that was forgotten learns it, and what both send after that arrives", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const pair = new Pair(seed, { lost: 0.2, doubled: 0.2, jitterMs: 20 });
    for (let round = 0; round < 30; round++) {
      pair.send(round % 2);
      pair.pass(7);
    }
    pair.weather = FINE;
    pair.pass(5_000);
    pair.forget(0);
    pair.send(1);
    pair.pass(2_000);
    expect(pair.end(1).breaks, `seed ${seed}`).toBeGreaterThan(0);
    const [before, breaks] = [
      pair.ends.map(({ got }) => got.length),
      pair.ends.map((e) => e.breaks),
    ];
    for (const at of [0, 1, 0, 1]) pair.send(at);
    pair.pass(1_000);
    const news = pair.ends.map(({ got }, at) => got.slice(before[at]));
    const sent = pair.ends.map(({ sent: count }) => [count - 1, count]);
    // A break that was under way is over; what is sent now comes, in both directions.
    expect(news[0]?.slice(-2), `seed ${seed}`).toEqual(sent[1]);
    expect(news[1]?.slice(-2), `seed ${seed}`).toEqual(sent[0]);
    pair.pass(20_000);
    expect(pair.ends.map((end) => end.breaks - (breaks[pair.ends.indexOf(end)] ?? 0) <= 1)).toEqual(
      [true, true],
    );
  }
});

test("[N102] who acknowledges nothing for ten seconds is given up, and both ends learn it when it is back", () => {
  const pair = new Pair(1);
  pair.send(0);
  pair.pass(100);
  pair.weather = { lost: 1, doubled: 0, jitterMs: 0 };
  pair.send(0);
  pair.pass(9_900);
  expect(pair.end(0).breaks).toBe(0);
  pair.pass(300);
  expect(pair.end(0).breaks).toBe(1);
  pair.weather = FINE;
  pair.pass(3_000);
  expect(pair.end(1).breaks).toBe(1);
  pair.send(0);
  pair.send(1);
  pair.pass(100);
  expect(pair.end(1).got).toEqual([1, 3]);
  expect(pair.end(0).got).toEqual([1]);
});

test("[N102] it is given up when that is due, at whatever fraction of a millisecond", () => {
  for (let round = 1; round <= 100; round++) {
    let stream = 0;
    const link = new Link(() => ++stream);
    link.send(Uint8Array.of(1), 997.31 * round + 1 / round);
    let wakes = 0;
    for (; stream === 1 && wakes < 100; wakes++) link.wake(link.dueMs);
    expect(wakes, `round ${round}`).toBeLessThan(20);
  }
});

test("[N103] a stream that nobody goes on with gives way to the one that somebody does", () => {
  const pair = new Pair(1);
  pair.send(0);
  pair.pass(100);
  // Somebody who can speak on the bus forged it in the name of the other end.
  const forged = { stream: 2 ** 50, seq: 1, heard: 0, ack: 0, wants: false };
  pair.end(1).link.receive({ ...forged, payload: Uint8Array.of(9, 9) }, pair.nowMs);
  for (let second = 0; second < 45; second++) {
    pair.send(0);
    pair.send(1);
    pair.pass(1_000);
  }
  const got = pair.end(1).got.length;
  for (let count = 0; count < 3; count++) pair.send(0);
  pair.pass(1_000);
  expect(pair.end(1).got.slice(got)).toEqual([47, 48, 49]);
  expect(pair.end(0).got.at(-1)).toBe(45);
});
