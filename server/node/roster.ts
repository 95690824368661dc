// Roster: the machine of a supervisor: which of its workers takes the next connection, and when one
// that ended is started again. It sees no process, no socket and no clock.

/** A worker that says nothing for so long gets no new connection: it hangs, or is about to end. */
const SILENCE_MS = 500;
/** A worker that ends is started again after a pause, doubled each time it ends soon. */
const RESTART_MS_MIN = 100;
const RESTART_MS_MAX = 10_000;
/** A worker that lived for so long was well. */
const WELL_MS = 10_000;

type Phase = "starting" | "serving" | "leaving" | "ended";

interface Worker {
  phase: Phase;
  begunMs: number;
  heardMs: number;
  /** Pause before it is started again. */
  restartMs: number;
}

export class Roster {
  readonly #workers: readonly Worker[];
  #last = 0;

  constructor(count: number) {
    this.#workers = Array.from({ length: count }, () => ({
      phase: "ended" as const,
      begunMs: 0,
      heardMs: 0,
      restartMs: RESTART_MS_MIN,
    }));
  }

  /** A process was started for the worker. */
  begun(worker: number, nowMs: number): void {
    this.#set(worker, { phase: "starting", begunMs: nowMs, heardMs: nowMs });
  }

  /** It takes connections from here on, or no more. */
  noted(worker: number, phase: "serving" | "leaving", nowMs: number): void {
    this.#set(worker, { phase, heardMs: nowMs });
  }

  /** It gave a sign of life. */
  heard(worker: number, nowMs: number): void {
    this.#set(worker, { heardMs: nowMs });
  }

  /** Its process has ended; gives how long to wait before it is started again, in ms. */
  ended(worker: number, nowMs: number): number {
    const known = this.#workers[worker];
    if (known === undefined) return RESTART_MS_MAX;
    const wasWell = nowMs - known.begunMs >= WELL_MS;
    const pauseMs = wasWell ? RESTART_MS_MIN : known.restartMs;
    known.restartMs = Math.min(pauseMs * 2, RESTART_MS_MAX);
    known.phase = "ended";
    return pauseMs;
  }

  /** Who takes the next connection, in turn; undefined if nobody can now. */
  next(nowMs: number): number | undefined {
    const count = this.#workers.length;
    for (let step = 1; step <= count; step++) {
      const worker = (this.#last + step) % count;
      const known = this.#workers[worker];
      if (known?.phase !== "serving" || nowMs - known.heardMs > SILENCE_MS) continue;
      this.#last = worker;
      return worker;
    }
    return undefined;
  }

  #set(worker: number, news: Partial<Worker>): void {
    const known = this.#workers[worker];
    if (known !== undefined) Object.assign(known, news);
  }
}
