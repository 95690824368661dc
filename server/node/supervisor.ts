// Supervisor: a process that holds the port and several workers, each a node like any other. It deals
// connections out, starts anew what ends, and sums what is counted; it plays no game itself.

import { type ChildProcess, fork } from "node:child_process";
import { createServer, type Server, type Socket } from "node:net";
import { type Clock, pause } from "../../shared/clock.ts";
import type { Log } from "../log.ts";
import { workerArgs } from "./role.ts";
import { Roster } from "./roster.ts";
import { type FromSupervisor, type FromWorker, kindOf } from "./workerMessages.ts";

export interface SupervisorParts {
  readonly workers: number;
  readonly port: number;
  readonly host: string;
  readonly clock: Clock;
  readonly log: Pick<Log, "note" | "warn">;
}

/** A connection that nobody can take waits for so long: a worker may just be starting. */
const PATIENCE_MS = 2_000;
const LOOK_MS = 20;
/** A worker that does not say what it counted in time is left out of the sum. */
const COUNTS_MS_MAX = 1_000;
/** A worker that does not end by itself within this time is ended. */
const END_MS_MAX = 9_000;

export class Supervisor {
  readonly #parts: SupervisorParts;
  readonly #roster: Roster;
  readonly #processes = new Map<number, ChildProcess>();
  readonly #asked = new Map<number, (counts: unknown) => void>();
  readonly #server: Server;
  #asks = 0;
  #isEnding = false;
  /** Told when the first worker serves, or has ended without ever having served. */
  #first: ((end: "serves" | "ended") => void) | undefined;

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
    this.#roster = new Roster(parts.workers);
    this.#server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) =>
      this.#deal(socket),
    );
  }

  /**
   * Starts one worker, and the others once it serves: what keeps one from starting would keep all.
   * Resolves with the port. Rejects if the first one ends; it has said why.
   */
  async start(): Promise<number> {
    const { workers, port, host } = this.#parts;
    const first = new Promise<"serves" | "ended">((resolve) => {
      this.#first = resolve;
    });
    this.#begin(0);
    if ((await first) === "ended")
      throw new Error("The first worker did not start; see above why.");
    for (let worker = 1; worker < workers; worker++) this.#begin(worker);
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, () => resolve());
    });
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : port;
  }

  /** Ends every worker. Resolves when none is left. */
  async stop(): Promise<void> {
    this.#isEnding = true;
    this.#server.close();
    for (const child of this.#processes.values()) send(child, { kind: "end" });
    const { clock } = this.#parts;
    const deadlineMs = clock.now() + END_MS_MAX;
    while (this.#processes.size > 0) {
      await pause(clock, LOOK_MS);
      if (clock.now() < deadlineMs) continue;
      for (const child of this.#processes.values()) child.kill("SIGKILL");
    }
  }

  /** What every worker counted, of those that answer. */
  async counts(): Promise<readonly unknown[]> {
    const { clock } = this.#parts;
    const answers = [...this.#processes.values()].map((child) => {
      const ask = ++this.#asks;
      send(child, { kind: "ask-metrics", ask });
      return new Promise<unknown>((resolve) => {
        const settle = (counts: unknown) => {
          this.#asked.delete(ask);
          cancel();
          resolve(counts);
        };
        const cancel = clock.after(COUNTS_MS_MAX, () => settle(undefined));
        this.#asked.set(ask, settle);
      });
    });
    return (await Promise.all(answers)).filter((counts) => counts !== undefined);
  }

  #begin(worker: number): void {
    if (this.#isEnding) return;
    this.#roster.begun(worker, this.#parts.clock.now());
    const [, program = "", ...args] = process.argv;
    try {
      const child = fork(program, workerArgs(args), { execArgv: process.execArgv });
      this.#processes.set(worker, child);
      child.on("message", (message) => this.#heard(worker, message));
      child.once("exit", () => this.#ended(worker));
      child.on("error", (cause) => this.#failed(worker, cause, child.pid));
    } catch (cause) {
      this.#failed(worker, cause);
    }
  }

  /** Of a process that there was, its end says the same. Of one that the system did not give, nobody else does. */
  #failed(worker: number, cause: unknown, pid?: number): void {
    this.#parts.log.warn("worker-failed", { cause });
    if (pid === undefined) this.#ended(worker);
  }

  #heard(worker: number, message: unknown): void {
    const nowMs = this.#parts.clock.now();
    const kind = kindOf(message) as FromWorker["kind"] | undefined;
    switch (kind) {
      case "serving":
      case "leaving":
        this.#roster.noted(worker, kind, nowMs);
        if (kind === "serving") this.#first?.("serves");
        return;
      case "alive":
        return this.#roster.heard(worker, nowMs);
      case "metrics": {
        const { ask, counts } = message as Extract<FromWorker, { kind: "metrics" }>;
        return this.#asked.get(ask)?.(counts);
      }
    }
  }

  /** Other workers see its process gone and take its rooms over; here it is only started again. */
  #ended(worker: number): void {
    const { clock, log } = this.#parts;
    this.#processes.delete(worker);
    this.#first?.("ended");
    if (this.#isEnding) return;
    const pauseMs = this.#roster.ended(worker, clock.now());
    log.warn("worker-ended", { reason: `worker ${worker}, again in ${pauseMs} ms` });
    clock.after(pauseMs, () => this.#begin(worker));
  }

  #deal(socket: Socket, sinceMs = this.#parts.clock.now()): void {
    const { clock } = this.#parts;
    const nowMs = clock.now();
    const worker = this.#roster.next(nowMs);
    const child = worker === undefined ? undefined : this.#processes.get(worker);
    if (child?.connected) {
      // A client that was quicker than we are has gone: that is all an error can say here.
      socket.on("error", () => socket.destroy());
      child.send({ kind: "connection" } satisfies FromSupervisor, socket);
    } else if (nowMs - sinceMs >= PATIENCE_MS) socket.destroy();
    else clock.after(LOOK_MS, () => this.#deal(socket, sinceMs));
  }
}

function send(child: ChildProcess, message: FromSupervisor): void {
  if (child.connected) child.send(message);
}
