// Sparing log: how many lines strangers can cause, and what becomes of the rest.
import { expect, test } from "vitest";
import { type LogFields, openLog } from "../../server/log.ts";
import { sparingLog } from "../../server/sparingLog.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";

function scene() {
  const clock = new VirtualClock();
  const lines: LogFields[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as LogFields);
  const log = openLog({ level: "info", node: "node", terminal: false, write });
  return { clock, lines, log: sparingLog(log, clock) };
}

test("[N16] of lines that belong to no session twenty of a kind are written in a minute, the rest are counted", () => {
  const { clock, lines, log } = scene();
  const refused = () => log.warn("request-refused", { reason: "origin-refused", address: "x" });
  for (let at = 0; at < 1_000; at++) refused();
  expect(lines).toHaveLength(20);
  log.note("connection-closed", { reason: "token-invalid" });
  log.note("connection-closed", { reason: "token-expired" });
  expect(lines).toHaveLength(22);
  clock.advance(60_000);
  refused();
  expect(lines.slice(22)).toMatchObject([
    { event: "lines-spared", why: "request-refused", reason: "origin-refused", count: 980 },
    { event: "request-refused" },
  ]);
  for (let at = 0; at < 29; at++) refused();
  log.flush();
  expect(lines.at(-1)).toMatchObject({ event: "lines-spared", count: 10 });
  log.flush();
  expect(lines.filter((line) => "count" in line)).toHaveLength(2);
});

test("[N16] no line of a player is spared, nor a fault that somebody was given the name of; others are", () => {
  const { lines, log } = scene();
  for (let at = 0; at < 100; at++) {
    log.note("connection-closed", { session: `session${at}`, reason: "server-draining" });
    log.fault("connection-failed", { incident: String(at) });
    log.fault("room-log-unreadable", { room: "one and the same" });
  }
  expect(lines).toHaveLength(220);
});

test("[N16] however many kinds there are, a thousand of them are counted at most", () => {
  const { lines, log } = scene();
  for (let at = 0; at < 5_000; at++)
    for (let count = 0; count < 21; count++)
      log.warn("connection-closed", { reason: `reason ${at}` });
  // The kind that was not heard of for longest is told of and forgotten.
  expect(lines.filter((line) => "count" in line)).toHaveLength(4_000);
});
