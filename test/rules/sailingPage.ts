// A sailing page for tests: the arena's rules at one end, the page's clock, lead, prediction and
// tracks at the other, and between them a line with a delay, all in virtual time.

import type { Pose } from "../../client/app/arena/interpolation.ts";
import { Track } from "../../client/app/arena/interpolation.ts";
import { Lead } from "../../client/app/arena/lead.ts";
import { type Helm, Prediction } from "../../client/app/arena/prediction.ts";
import { RoomClock } from "../../client/app/arena/roomClock.ts";
import { courseOf, TICK_MS } from "../../shared/games/arenaMotion.ts";
import { pointOf } from "../../shared/games/arenaRecords.ts";
import { seededRandom } from "../../shared/random.ts";
import { Scene } from "./arenaScene.ts";

/** How often the page draws. */
const DRAW_MS = 10;

export interface Drawn {
  readonly pageMs: number;
  readonly own: Pose;
  /** Room time that the own ship is drawn at: where it will be when the server gets there. */
  readonly ownMs: number;
  readonly other: Pose | undefined;
  readonly otherMs: number;
}

interface Message {
  readonly atMs: number;
  deliver(): void;
}

/** Delivers in order, each message after its delay and not before the one ahead of it. */
class Line {
  readonly #messages: Message[] = [];
  #newestMs = 0;

  send(atMs: number, deliver: () => void): void {
    this.#newestMs = Math.max(this.#newestMs, atMs);
    this.#messages.push({ atMs: this.#newestMs, deliver });
  }

  run(nowMs: number): void {
    while ((this.#messages[0]?.atMs ?? Number.POSITIVE_INFINITY) <= nowMs) {
      this.#messages.shift()?.deliver();
    }
  }
}

export class SailingPage {
  readonly scene = new Scene(2, 9);
  readonly clock = new RoomClock();
  readonly lead = new Lead();
  readonly prediction = new Prediction();
  readonly other = new Track();
  readonly drawn: Drawn[] = [];
  /** True places of both ships by room time. */
  readonly truth = new Map<number, { readonly own: Pose; readonly other: Pose }>();
  /** What the player and the other one do from a page time on. */
  helmAt: (pageMs: number) => Helm = () => ({ heading: 0, thrust: 0 });
  otherAt: (pageMs: number) => Helm = () => ({ heading: 0, thrust: 0 });
  isSilent = false;
  #nowMs = 0;
  #inputs = 0;
  #seen = 0;
  #sent = "";
  readonly #up = new Line();
  readonly #down = new Line();
  readonly #random = seededRandom(17);
  readonly #delay: { readonly roundTripMs: number; readonly jitterMs: number };

  constructor(delay: { readonly roundTripMs: number; readonly jitterMs: number }) {
    this.#delay = delay;
  }

  run(forMs: number): void {
    const endMs = this.#nowMs + forMs;
    for (; this.#nowMs < endMs; this.#nowMs += DRAW_MS) {
      this.#up.run(this.#nowMs);
      if (this.#nowMs % TICK_MS === 0) this.#tick();
      this.#down.run(this.#nowMs);
      this.#draw();
    }
  }

  #oneWayMs(): number {
    const { roundTripMs, jitterMs } = this.#delay;
    return roundTripMs / 2 + this.#random() * jitterMs;
  }

  #tick(): void {
    const { scene } = this;
    scene.steer(1, this.otherAt(this.#nowMs));
    scene.tick();
    const [own, other] = [0, 1].map((seat) => {
      const { x, y, course } = scene.ship(seat);
      return { x, y, course };
    });
    if (own === undefined || other === undefined) throw new Error("a ship is missing");
    const frameMs = scene.nowMs;
    this.truth.set(frameMs, { own, other });
    if (this.isSilent) return;
    const told = [0, 1].map((seat) => {
      const ship = scene.ship(seat);
      return { ...pointOf(ship), heading: ship.heading };
    });
    const seen = this.#seen;
    this.#down.send(this.#nowMs + this.#oneWayMs(), () => this.#frame(frameMs, told, seen));
  }

  #frame(
    frameMs: number,
    told: readonly { readonly x: number; readonly y: number; readonly heading: number }[],
    seen: number,
  ): void {
    const [own, other] = told;
    if (own === undefined || other === undefined) return;
    this.clock.arrived(frameMs, this.#nowMs);
    this.lead.seen(seen, frameMs);
    this.prediction.reconcile({ frameMs, ...own });
    this.other.add(frameMs, { x: other.x, y: other.y, course: courseOf(other.heading) });
  }

  #draw(): void {
    const helm = this.helmAt(this.#nowMs);
    const roomMs = this.clock.at(this.#nowMs);
    const { roundTripMs } = this.#delay;
    const ownMs = roomMs + this.lead.at(this.#nowMs, roundTripMs);
    this.#order(helm, ownMs);
    this.prediction.advance(ownMs, helm);
    const own = this.prediction.draw(ownMs, this.#nowMs, helm);
    const otherMs = roomMs - this.clock.delayMs(TICK_MS);
    if (own === undefined) return;
    this.drawn.push({ pageMs: this.#nowMs, own, ownMs, other: this.other.at(otherMs), otherMs });
  }

  #order(helm: Helm, ownMs: number): void {
    const values = JSON.stringify(helm);
    if (values === this.#sent) return;
    this.#sent = values;
    this.#inputs += 1;
    const number = this.#inputs;
    this.lead.sent(number, ownMs);
    this.#up.send(this.#nowMs + this.#oneWayMs(), () => {
      this.scene.steer(0, helm);
      this.#seen = number;
    });
  }

  /** How far what was drawn lies from what came true, for the draws since a page time. */
  errors(who: "own" | "other", sinceMs: number): readonly number[] {
    const found: number[] = [];
    for (const { pageMs, own, ownMs, other, otherMs } of this.drawn) {
      const pose = who === "own" ? own : other;
      const true_ = this.#trueAt(who, who === "own" ? ownMs : otherMs);
      if (pageMs < sinceMs || pose === undefined || true_ === undefined) continue;
      found.push(Math.hypot(pose.x - true_.x, pose.y - true_.y));
    }
    return found;
  }

  #trueAt(who: "own" | "other", roomMs: number): Pose | undefined {
    const before = Math.floor(roomMs / TICK_MS) * TICK_MS;
    const one = this.truth.get(before)?.[who];
    const next = this.truth.get(before + TICK_MS)?.[who];
    if (one === undefined || next === undefined) return undefined;
    const part = (roomMs - before) / TICK_MS;
    return {
      x: one.x + (next.x - one.x) * part,
      y: one.y + (next.y - one.y) * part,
      course: one.course,
    };
  }

  /** The largest distance between two draws that follow each other, since a page time. */
  largestStep(who: "own" | "other", sinceMs: number): number {
    const poses = this.drawn.filter(({ pageMs }) => pageMs >= sinceMs).map((each) => each[who]);
    let largest = 0;
    for (const [at, pose] of poses.entries()) {
      const next = poses[at + 1];
      if (pose === undefined || next === undefined) continue;
      largest = Math.max(largest, Math.hypot(next.x - pose.x, next.y - pose.y));
    }
    return largest;
  }
}
