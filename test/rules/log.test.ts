// Log: what a line may hold, whatever it is given.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type LogFields, openLog } from "../../server/log.ts";
import { deriveKeys } from "../../server/session/keys.ts";
import { openTickets } from "../../server/session/ticket.ts";
import { writeToken } from "../../server/session/token.ts";
import { randomSecret } from "../../shared/random.ts";
import { SECRETS } from "./peopleScene.ts";

function logged(terminal: boolean, level: "debug" | "warn" = "debug") {
  const lines: string[] = [];
  const log = openLog({ level, node: "nodeoftest", terminal, write: (line) => lines.push(line) });
  return { log, lines };
}

const lineOf = (fields: object) => {
  const { log, lines } = logged(false);
  log.note("something", fields as LogFields);
  return JSON.parse(lines[0] ?? "") as Record<string, unknown>;
};

test("[N6] a line is one object of JSON with time, level, node and event", () => {
  const line = lineOf({ room: "roomofsomebody", count: 3, reason: undefined });
  expect(line).toEqual({
    ...{ level: "info", time: line.time, node: "nodeoftest", event: "something" },
    ...{ room: "roomofsomebody", count: 3 },
  });
  expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test("[N6] levels below the chosen one are left out", () => {
  const { log, lines } = logged(false, "warn");
  log.debug("a");
  log.note("b");
  log.warn("c");
  log.fault("d");
  expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(["c", "d"]);
});

test("[N7] what no field is meant for cannot be logged", () => {
  const cause = Object.assign(new Error("broken"), {
    token: "hidden",
    config: { secret: "hidden" },
  });
  const line = lineOf({
    ...{ token: "hidden", cookie: "hidden", auth: { token: "hidden" }, name: "hidden" },
    reason: { toString: () => "shown", token: "hidden" },
    cause,
  });
  expect(JSON.stringify(line)).not.toContain("hidden");
  expect(line).toMatchObject({ reason: "shown", cause: { name: "Error", message: "broken" } });
});

test("[N8] no credential of ours gets into a line, whatever quotes it", () => {
  const keys = deriveKeys(SECRETS);
  const claims = { identity: "identityofsomebody", session: "sessionofsomebody", revision: 1 };
  const secrets = [
    writeToken(keys.token, claims as Parameters<typeof writeToken>[1], 1_800_000_000_000),
    randomSecret(32),
    openTickets(keys.ticket)
      .write({
        ...({ room: "roomofsomebody", session: "sessionofsomebody" } as const),
        claim: { seat: 0, family: 1, generation: 1 },
      } as Parameters<ReturnType<typeof openTickets>["write"]>[0])
      .split(".")
      .slice(-1)
      .join(),
    "hunter2",
  ];
  const [token, cookie, mac] = secrets;
  const cause = new Error(`cannot send ${token} with holdfast=${cookie}; seat ${mac}`);
  const line = lineOf({ cause, url: "rediss://user:hunter2@redis:6379", reason: `(${cookie})` });
  for (const secret of secrets) expect(JSON.stringify(line)).not.toContain(secret);
  expect(line.url).toBe("rediss://***@redis:6379");
});

test("[N9] whatever a text holds, a line stays one line of bounded length", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 600 }), fc.boolean(), (text, terminal) => {
      const { log, lines } = logged(terminal);
      log.warn("something", { reason: text, path: `\u001b[2J\r\n\u202e${text}`, room: text });
      expect(lines).toHaveLength(1);
      const [line = ""] = lines;
      expect(line.slice(0, -1)).not.toMatch(/[\n\r]/);
      expect(line).not.toContain("\u001b");
      if (terminal) expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
      expect(line.endsWith("\n")).toBe(true);
      expect(line.length).toBeLessThan(6_000);
      if (!terminal) expect(() => JSON.parse(line) as unknown).not.toThrow();
    }),
  );
});

test("[N10] on a terminal an announcement stands alone, and a stack below its line", () => {
  const { log, lines } = logged(true);
  log.announce("Holdfast plays on http://localhost:3000");
  expect(lines).toEqual(["Holdfast plays on http://localhost:3000\n"]);
  log.fault("room-stopped", { room: "roomofsomebody", cause: new TypeError("no such field") });
  const [first = "", second = ""] = (lines[1] ?? "").split("\n");
  expect(first).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} error room-stopped room=roomofsomebody \(nodeoftest\)$/,
  );
  expect(second.trim()).toBe("TypeError: no such field");
});
