// Sounds: how moments of the arena are heard, made from waves and noise on the spot. It is silent until
// somebody has touched the page, as browsers want it, and whenever it is told to be.

import type { Point } from "../../../shared/games/arenaSea.ts";
import { seededRandom } from "../../../shared/random.ts";
import type { Moment } from "./moments.ts";

/** One part of a sound: it begins at once or later, changes its pitch on the way, and dies away. */
interface Part {
  readonly wave: OscillatorType | "noise";
  /** Pitch in Hz at its beginning and its end; of noise, the highest that is let through. */
  readonly hz: readonly [number, number];
  readonly forMs: number;
  /** 0 to 1. */
  readonly loud: number;
  readonly afterMs?: number;
}

const SOUNDS: Readonly<Record<Moment["kind"], readonly Part[]>> = {
  shot: [
    { wave: "noise", hz: [1_400, 200], forMs: 110, loud: 0.5 },
    { wave: "sine", hz: [150, 50], forMs: 130, loud: 0.6 },
  ],
  splash: [{ wave: "noise", hz: [2_600, 500], forMs: 160, loud: 0.12 }],
  hit: [
    { wave: "noise", hz: [3_200, 700], forMs: 80, loud: 0.5 },
    { wave: "triangle", hz: [230, 80], forMs: 150, loud: 0.7 },
  ],
  wreck: [
    { wave: "noise", hz: [900, 90], forMs: 800, loud: 0.8 },
    { wave: "sine", hz: [95, 32], forMs: 700, loud: 0.8 },
  ],
  pearl: [
    { wave: "sine", hz: [990, 990], forMs: 130, loud: 0.3 },
    { wave: "sine", hz: [1_480, 1_480], forMs: 190, loud: 0.25, afterMs: 70 },
  ],
  finish: [
    { wave: "triangle", hz: [523, 523], forMs: 260, loud: 0.5 },
    { wave: "triangle", hz: [659, 659], forMs: 260, loud: 0.5, afterMs: 170 },
    { wave: "triangle", hz: [784, 784], forMs: 620, loud: 0.5, afterMs: 340 },
  ],
};

/** Quiet beside whatever else somebody listens to. */
const VOLUME = 0.16;
/** What is this far from the middle of the image is not heard, and half as far is heard at one side. */
const EARSHOT = 1_000;
/** More at once is noise; and the same twice within so long is one. */
const PARTS_MAX = 16;
const SAME_MS = 35;

export class Sounds {
  #context: AudioContext | undefined;
  #noise: AudioBuffer | undefined;
  #isTouched = false;
  #isMuted = true;
  #sounding = 0;
  readonly #playedMs = new Map<Moment["kind"], number>();

  /** Somebody has touched the page: from here on it may be heard. */
  wake(): void {
    this.#isTouched = true;
    this.#begin();
  }

  mute(isMuted: boolean): void {
    this.#isMuted = isMuted;
    if (isMuted) void this.#context?.suspend();
    else this.#begin();
  }

  /** Lets go of the machine's sound; the next touch would take it again. */
  close(): void {
    void this.#context?.close();
    this.#context = undefined;
    this.#isTouched = false;
  }

  #begin(): void {
    if (this.#isMuted || !this.#isTouched) return;
    this.#context ??= new AudioContext({ latencyHint: "interactive" });
    if (this.#context.state === "suspended") void this.#context.resume();
  }

  /** Plays what happens within earshot of a place. */
  play(moments: readonly Moment[], ear: Point): void {
    const context = this.#context;
    if (this.#isMuted || context?.state !== "running") return;
    for (const moment of moments) this.#playOne(context, moment, ear);
  }

  #playOne(context: AudioContext, { kind, x, y }: Moment, ear: Point): void {
    const nowMs = context.currentTime * 1000;
    const near = 1 - Math.hypot(x - ear.x, y - ear.y) / EARSHOT;
    const parts = SOUNDS[kind];
    const isRepeat = nowMs - (this.#playedMs.get(kind) ?? -SAME_MS) < SAME_MS;
    if (near <= 0 || isRepeat || this.#sounding + parts.length > PARTS_MAX) return;
    this.#playedMs.set(kind, nowMs);
    const pan = context.createStereoPanner();
    pan.pan.value = Math.max(-0.8, Math.min(0.8, (2 * (x - ear.x)) / EARSHOT));
    pan.connect(context.destination);
    for (const part of parts) this.#sound(context, pan, { ...part, loud: part.loud * near * near });
  }

  #sound(context: AudioContext, to: AudioNode, part: Part): void {
    const [begin, end] = [part.afterMs ?? 0, (part.afterMs ?? 0) + part.forMs].map(
      (ms) => context.currentTime + ms / 1000,
    ) as [number, number];
    const source = part.wave === "noise" ? this.#hiss(context) : context.createOscillator();
    const pitch = source instanceof OscillatorNode ? source : context.createBiquadFilter();
    if (source instanceof OscillatorNode && part.wave !== "noise") source.type = part.wave;
    pitch.frequency.setValueAtTime(part.hz[0], begin);
    pitch.frequency.exponentialRampToValueAtTime(part.hz[1], end);
    const gain = context.createGain();
    gain.gain.setValueAtTime(part.loud * VOLUME, begin);
    gain.gain.exponentialRampToValueAtTime(0.0001, end);
    if (pitch !== source) source.connect(pitch);
    pitch.connect(gain).connect(to);
    source.start(begin);
    source.stop(end);
    this.#sounding += 1;
    source.onended = () => {
      this.#sounding -= 1;
    };
  }

  /** A second of noise, made once and played over and over. */
  #hiss(context: AudioContext): AudioBufferSourceNode {
    if (this.#noise === undefined) {
      const random = seededRandom(5);
      this.#noise = context.createBuffer(1, context.sampleRate, context.sampleRate);
      const samples = this.#noise.getChannelData(0);
      for (let at = 0; at < samples.length; at++) samples[at] = random() * 2 - 1;
    }
    const source = context.createBufferSource();
    source.buffer = this.#noise;
    return source;
  }
}
