// Steering: what keys, mouse and fingers together say the ship shall do. It knows neither events nor
// elements; whoever listens to those tells it.

import { courseOf, DIRECTIONS, headingOf, THRUST_MAX } from "../../../shared/games/arenaMotion.ts";

export interface Steer {
  readonly heading: number;
  readonly thrust: number;
  readonly fire: boolean;
}

type Key = "left" | "right" | "ahead" | "fire";

const KEYS: Readonly<Record<string, Key>> = {
  ArrowLeft: "left",
  KeyA: "left",
  ArrowRight: "right",
  KeyD: "right",
  ArrowUp: "ahead",
  KeyW: "ahead",
  Space: "fire",
};

/** Radians a second while a turning key is held. */
const KEY_TURN_RATE = 3.4;
/** A pointer this close to the ship asks for no sail; this much further out for all of it. */
const POINTER_CALM = 46;
const POINTER_REACH = 150;
/** A stick is moved at least this part of its way before it counts. */
const STICK_CALM = 0.18;

export class Steering {
  readonly #held = new Set<Key>();
  #course = 0;
  /** Sail asked for by pointer or stick, 0 to 10. */
  #thrust = 0;
  #isTriggered = false;

  /** Whether the key is one that steers. */
  press(code: string): boolean {
    const key = KEYS[code];
    if (key === undefined) return false;
    this.#held.add(key);
    // Whoever takes the keys has let go of the pointer.
    if (key !== "fire") this.#thrust = 0;
    return true;
  }

  release(code: string): void {
    const key = KEYS[code];
    if (key !== undefined) this.#held.delete(key);
  }

  /** The page lost the keyboard, or the ship: nothing is held any more. */
  releaseAll(): void {
    this.#held.clear();
    this.#thrust = 0;
    this.#isTriggered = false;
  }

  /** The mouse points so far from the ship, in pixels. */
  point(dx: number, dy: number): void {
    const distance = Math.hypot(dx, dy);
    this.#course = Math.atan2(dy, dx);
    this.#thrust = thrustOf((distance - POINTER_CALM) / POINTER_REACH);
  }

  /** A stick is moved, each way from −1 to 1. */
  tilt(dx: number, dy: number): void {
    const part = Math.min(1, Math.hypot(dx, dy));
    if (part > STICK_CALM) this.#course = Math.atan2(dy, dx);
    this.#thrust = thrustOf((part - STICK_CALM) / (1 - STICK_CALM));
  }

  trigger(isHeld: boolean): void {
    this.#isTriggered = isHeld;
  }

  /** The ship looks this way now: keys turn from here. */
  align(heading: number): void {
    this.#course = courseOf(heading);
  }

  /** What to do now, after `ms` more of what is held. */
  steer(ms: number): Steer {
    const turn = (this.#held.has("right") ? 1 : 0) - (this.#held.has("left") ? 1 : 0);
    this.#course += turn * KEY_TURN_RATE * (ms / 1000);
    const thrust = this.#held.has("ahead") ? THRUST_MAX : this.#thrust;
    const fire = this.#isTriggered || this.#held.has("fire");
    return { heading: headingOf(this.#course) % DIRECTIONS, thrust, fire };
  }
}

function thrustOf(part: number): number {
  return Math.round(Math.max(0, Math.min(1, part)) * THRUST_MAX);
}
