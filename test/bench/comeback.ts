// Comeback: somebody whose line was cut and who comes back by what was written for it beforehand. It
// keeps the client's times for trying again and costs next to nothing: thousands share a processor.

import { LeanLine } from "./leanLine.ts";

/** As in client/search.ts, for a page that knows its round trip to be short. */
const CADENCE_MS = 300;
const PATIENCE_MS = 600;
const ANSWERED_MS = 4_500;
const ATTEMPTS_MAX = 2;

interface Attempt {
  readonly line: LeanLine;
  isOpen: boolean;
  heardMs: number;
}

export class Comeback {
  readonly #url: string;
  /** The CONNECT that its page would send. */
  readonly #connect: string;
  readonly #back: () => void;
  #attempts: readonly Attempt[] = [];
  #nextTryMs = 0;
  #isBack = false;

  constructor(url: string, connect: string, back: () => void) {
    this.#url = url;
    this.#connect = connect;
    this.#back = back;
  }

  /** Does what is due. To be called often, after what came was read. */
  look(nowMs: number): void {
    if (this.#isBack) return;
    for (const attempt of this.#attempts) {
      const patienceMs = attempt.isOpen ? ANSWERED_MS : PATIENCE_MS;
      if (nowMs - attempt.heardMs > patienceMs) this.#drop(attempt);
    }
    if (this.#attempts.length >= ATTEMPTS_MAX || nowMs < this.#nextTryMs) return;
    this.#nextTryMs = nowMs + CADENCE_MS;
    this.#try(nowMs);
  }

  #try(nowMs: number): void {
    const line = new LeanLine(this.#url, () => this.#closed(line));
    const attempt: Attempt = { line, isOpen: false, heardMs: nowMs };
    line.onmessage = ({ data: message }) => this.#heard(attempt, message);
    this.#attempts = [...this.#attempts, attempt];
  }

  #heard(attempt: Attempt, message: unknown): void {
    const nowMs = performance.now();
    attempt.heardMs = nowMs;
    if (typeof message !== "string") return;
    if (message === "2") return attempt.line.send("3");
    if (message.startsWith("0")) {
      attempt.isOpen = true;
      this.#nextTryMs = nowMs + PATIENCE_MS;
      attempt.line.send(this.#connect);
    } else if (message.startsWith("44")) {
      const retryInMs = /"retryInMs":(\d+)/.exec(message)?.[1];
      this.#nextTryMs = nowMs + Number(retryInMs ?? Math.random() * CADENCE_MS);
      this.#drop(attempt);
    } else if (message.startsWith('42["welcome"')) {
      this.#nextTryMs = nowMs + ANSWERED_MS;
    } else if (message.startsWith('42["seated"') && !this.#isBack) {
      this.#isBack = true;
      for (const other of this.#attempts) if (other !== attempt) this.#drop(other);
      this.#back();
    }
  }

  #drop(attempt: Attempt): void {
    this.#attempts = this.#attempts.filter((other) => other !== attempt);
    attempt.line.close();
  }

  #closed(line: LeanLine): void {
    const isTried = this.#attempts.some((attempt) => attempt.line === line);
    this.#attempts = this.#attempts.filter((attempt) => attempt.line !== line);
    const soonMs = performance.now() + (CADENCE_MS * (1 + Math.random())) / 2;
    if (isTried) this.#nextTryMs = Math.min(this.#nextTryMs, soonMs);
  }
}
