// Lab: spoils the line from inside the page, between the client library and the platform's
// WebSocket, so that anybody can watch a seat hold. Without it pages use the platform's own.

import { type Cancel, systemClock } from "../../../shared/clock.ts";
import { jitterRandom } from "../../../shared/random.ts";
import type { WebSocketClass } from "../../join.ts";
import { arrivalMs, CALM, type Conditions, Lane } from "./conditions.ts";

type Line = InstanceType<WebSocketClass>;

/** What a line that ended without a word is told. */
const ABNORMAL = 1006;

export class Lab {
  #conditions = CALM;
  readonly #lines = new Set<LabSocket>();
  readonly #listeners = new Set<() => void>();

  get conditions(): Conditions {
    return this.#conditions;
  }

  get lineCount(): number {
    return this.#lines.size;
  }

  set(changed: Partial<Conditions>): void {
    this.#conditions = { ...this.#conditions, ...changed };
    if (this.#conditions.isOffline) this.cut();
    for (const line of this.#lines) line.run();
    this.#tell();
  }

  /** Ends every line at once, as a network does that changes. */
  cut(): void {
    for (const line of [...this.#lines]) line.end();
    this.#tell();
  }

  on(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What stands in for the platform's WebSocket. */
  get WebSocket(): WebSocketClass {
    const lab = this;
    return class extends LabSocket {
      constructor(url: string) {
        super(url, lab);
      }
    };
  }

  opened(line: LabSocket): void {
    this.#lines.add(line);
    this.#tell();
  }

  ended(line: LabSocket): void {
    this.#lines.delete(line);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

class LabSocket implements Line {
  onopen: WebSocket["onopen"] = null;
  onclose: WebSocket["onclose"] = null;
  onmessage: WebSocket["onmessage"] = null;
  onerror: WebSocket["onerror"] = null;
  readonly #lab: Lab;
  /** Undefined if the line was opened while there is no network. */
  readonly #real: WebSocket | undefined;
  readonly #up = new Lane();
  readonly #down = new Lane();
  #cancel: Cancel = () => undefined;
  #isEnded = false;

  constructor(url: string, lab: Lab) {
    this.#lab = lab;
    lab.opened(this);
    if (!lab.conditions.isOffline) this.#real = this.#heard(new WebSocket(url));
    // Nobody listens yet while the line is being made. No real line that is given up at once: it
    // would make the browser hold back the next ones.
    else queueMicrotask(() => this.end());
  }

  #heard(real: WebSocket): WebSocket {
    real.onopen = (event) => this.#put(this.#down, () => this.onopen?.call(real, event));
    real.onmessage = (event) => this.#put(this.#down, () => this.onmessage?.call(real, event));
    real.onerror = (event) => this.#put(this.#down, () => this.onerror?.call(real, event));
    real.onclose = (event) => this.#put(this.#down, () => this.#finish(event));
    return real;
  }

  get binaryType(): BinaryType {
    return this.#real?.binaryType ?? "blob";
  }

  set binaryType(type: BinaryType) {
    if (this.#real !== undefined) this.#real.binaryType = type;
  }

  send(bytes: Parameters<WebSocket["send"]>[0]): void {
    this.#put(this.#up, () => {
      if (this.#real?.readyState === WebSocket.OPEN) this.#real.send(bytes);
    });
  }

  close(): void {
    this.#up.clear();
    this.#real?.close();
  }

  /** The line is cut: both ends find out at once, and nothing under way arrives. */
  end(): void {
    this.#up.clear();
    this.#down.clear();
    this.#real?.close();
    this.#finish(new CloseEvent("close", { code: ABNORMAL }));
  }

  /** Delivers what has arrived, and wakes up for what comes next. */
  run(): void {
    this.#cancel();
    if (this.#isEnded || this.#lab.conditions.isBlackHole) return;
    const nowMs = systemClock.now();
    const next = [this.#up.run(nowMs), this.#down.run(nowMs)].filter((at) => at !== undefined);
    if (next.length === 0 || this.#isEnded) return;
    this.#cancel = systemClock.after(Math.min(...next) - nowMs, () => this.run());
  }

  #put(lane: Lane, deliver: () => void): void {
    if (this.#isEnded) return;
    lane.put(arrivalMs(this.#lab.conditions, systemClock.now(), jitterRandom), deliver);
    this.run();
  }

  #finish(event: CloseEvent): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#cancel();
    this.#lab.ended(this);
    this.onclose?.call(this.#real as WebSocket, event);
  }
}

/** The page's one lab; undefined unless somebody asked for it. */
export const lab = isWanted() ? new Lab() : undefined;

function isWanted(): boolean {
  if (typeof location === "undefined") return false;
  return new URLSearchParams(location.search).has("lab");
}
