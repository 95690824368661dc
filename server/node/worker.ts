// Worker: the end of a supervised server that speaks with its supervisor: it takes the sockets it is
// given, says that it lives, and ends when its supervisor does. It opens no port.

import type { Server as HttpServer } from "node:http";
import { Socket } from "node:net";
import type { Clock } from "../../shared/clock.ts";
import { ALIVE_EVERY_MS, type FromSupervisor, type FromWorker, kindOf } from "./workerMessages.ts";

export interface WorkerParts {
  readonly http: HttpServer;
  readonly clock: Clock;
  /** What was counted, for the supervisor to sum. */
  counts(): Promise<unknown>;
}

export interface WorkerLine {
  /** Whether the whole server ends, and not this worker alone. */
  readonly isEnding: boolean;
  /** Takes no new connection from here on. */
  leave(): void;
}

/** Takes connections from here on. */
export function serveAsWorker({ http, clock, counts }: WorkerParts): WorkerLine {
  const line = { isEnding: false, leave: () => tell({ kind: "leaving" }) };
  process.on("message", (message: unknown, socket: unknown) => {
    switch (kindOf(message)) {
      case "connection":
        if (!(socket instanceof Socket)) return;
        http.emit("connection", socket);
        // It was passed on before anything was read from it.
        socket.resume();
        return;
      case "ask-metrics": {
        const { ask } = message as Extract<FromSupervisor, { kind: "ask-metrics" }>;
        void counts().then((counted) => tell({ kind: "metrics", ask, counts: counted }));
        return;
      }
      case "end":
        line.isEnding = true;
        return endThisProcess();
      default:
        return;
    }
  });
  // Without a port of its own this is what makes it watch over requests that never end.
  http.emit("listening");
  // Nobody gives it connections any more, and nobody would start it again.
  const orphaned = () => {
    line.isEnding = true;
    endThisProcess();
  };
  process.once("disconnect", orphaned);
  // The supervisor may have ended while this worker was starting; signals are heard a moment later.
  if (!process.connected) clock.after(0, orphaned);
  const live = () => {
    tell({ kind: "alive" });
    clock.after(ALIVE_EVERY_MS, live);
  };
  tell({ kind: "serving" });
  live();
  return line;
}

function tell(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

/** As if the operator had asked it: what is to be done then is done in one place. */
function endThisProcess(): void {
  process.kill(process.pid, "SIGTERM");
}
