// Pages: which files the server hands out and how, and what it does with senders that know no end.
import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { UNANSWERED_MAX } from "../../server/http/pipelining.ts";
import { newFolder } from "../contract/folders.ts";
import { until } from "../contract/until.ts";
import { openBed } from "./httpBed.ts";

describe("the pages", () => {
  const built = async () => {
    const folder = await newFolder();
    mkdirSync(join(folder, "assets"));
    writeFileSync(
      join(folder, "index.html"),
      "<!doctype html><title>Landing</title>".padEnd(2_000),
    );
    writeFileSync(join(folder, "admin.html"), "<!doctype html><title>Admin</title>");
    writeFileSync(join(folder, "assets", "page-1a2b.js"), `${"export const x = 1;".repeat(200)}`);
    writeFileSync(join(folder, "assets", "page-1a2b.js.map"), "{}");
    writeFileSync(join(folder, "assets", "fish-1a2b.png"), Buffer.from([0x89, 0x50, 0x4e, 0x47]));
    return folder;
  };

  test("[W19] are served with their types; names that change with the content are kept for ever", async () => {
    const bed = await openBed({ pages: await built() });
    const page = await bed.ask("GET /");
    expect(page.text).toContain("<title>Landing</title>");
    expect(page.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-cache",
    });
    const script = await bed.ask("GET /assets/page-1a2b.js");
    expect(script.headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
    });
    const picture = await bed.ask("GET /assets/fish-1a2b.png");
    expect(picture.headers["content-type"]).toBe("image/png");
    expect([...picture.bytes]).toEqual([0x89, 0x50, 0x4e, 0x47]);
    const head = await bed.ask("HEAD /");
    expect([head.status, head.text]).toEqual([200, ""]);
  });

  test("[W19] are sent again only if they changed, and small to who can unpack", async () => {
    const bed = await openBed({ pages: await built() });
    const { headers, text } = await bed.ask("GET /");
    const again = await bed.ask("GET /", { headers: { "If-None-Match": String(headers.etag) } });
    expect([again.status, again.text]).toEqual([304, ""]);
    const small = await bed.ask("GET /", { headers: { "Accept-Encoding": "gzip, br" } });
    expect(small.headers["content-encoding"]).toBe("gzip");
    expect(small.bytes.length).toBeLessThan(text.length / 4);
    expect(gunzipSync(small.bytes).toString()).toBe(text);
  });

  test("[W20] have addresses of their own; an address without an ending is for the first page", async () => {
    const bed = await openBed({ pages: await built() });
    expect((await bed.ask("GET /admin")).text).toContain("Admin");
    expect((await bed.ask("GET /room/abcd")).text).toContain("Landing");
    expect((await bed.ask("GET /assets/missing.js")).status).toBe(404);
    expect((await bed.ask("POST /", { body: {} })).status).toBe(404);
  });

  test("[W21] are all that can be read: no path leads out of their folder", async () => {
    const bed = await openBed({ pages: await built() });
    const paths = [
      "/../package.json",
      "/assets/../../package.json",
      "/%2e%2e/package.json",
      "/..%2fpackage.json",
      "/assets/..%5c..%5cpackage.json",
      "//etc/passwd.txt",
      "/assets/%00.js",
      "/assets/",
    ];
    for (const path of paths) {
      const answer = await bed.ask(`GET ${path}`);
      expect(answer.text).not.toMatch(/"version"|root:/);
      if (answer.status === 200) expect(answer.text).toContain("Landing");
    }
    const production = await openBed({
      ...{ production: true, allowedOrigins: ["https://play.example.org"], pages: await built() },
    });
    expect((await bed.ask("GET /assets/page-1a2b.js.map")).status).toBe(200);
    expect((await production.ask("GET /assets/page-1a2b.js.map")).status).toBe(404);
  });
});

describe("a sender without manners", () => {
  /** Writes raw bytes and waits for the end; resolves with what came and how long it took. */
  const raw = (port: number, write: (send: (text: string) => void) => void) =>
    new Promise<{ text: string; ms: number }>((resolve) => {
      const startedMs = performance.now();
      let text = "";
      const socket = connect(port, "127.0.0.1", () => write((part) => void socket.write(part)));
      socket.on("data", (chunk) => {
        text += chunk.toString();
      });
      socket.on("error", () => undefined);
      socket.on("close", () => resolve({ text, ms: performance.now() - startedMs }));
    });

  test("[W22] cannot keep a socket by sending its headers slowly", async () => {
    const bed = await openBed();
    const timers: NodeJS.Timeout[] = [];
    const { text, ms } = await raw(bed.port, (send) => {
      send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n");
      timers.push(setInterval(() => send("X: 1\r\n"), 500));
    });
    for (const timer of timers) clearInterval(timer);
    expect(text).toContain("408");
    // Half of what Node itself would let it take.
    expect(ms).toBeLessThan(30_000);
  });

  test("[W23] is answered and cut off for too much of anything", async () => {
    const bed = await openBed();
    const head =
      "POST /api/session/guest HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    const large = await bed.ask("POST /api/session/guest", { body: { name: "a".repeat(5_000) } });
    expect([large.status, large.json?.error]).toMatchObject([413, { reason: "packet-too-large" }]);
    const chunk = `1000\r\n${"a".repeat(0x1000)}\r\n`;
    const chunked = await raw(bed.port, (send) => {
      send(
        `${head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunk}${chunk}0\r\n\r\n`,
      );
    });
    expect(chunked.text).toMatch(/^HTTP\/1\.1 413 /);
    const headers = await raw(bed.port, (send) =>
      send(`GET / HTTP/1.1\r\nX: ${"a".repeat(9_000)}\r\n\r\n`),
    );
    expect(headers.text).toMatch(/^HTTP\/1\.1 431 /);
    const garbage = await raw(bed.port, (send) => send("\u0000\u0001\u0002 nonsense\r\n\r\n"));
    expect(garbage.text).toMatch(/^HTTP\/1\.1 400 /);
    expect((await bed.ask("GET /healthz")).status).toBe(200);
  });
});

describe("answers", () => {
  /** Far more than any system takes for a reader that takes nothing. */
  const LARGE_BYTES = 32 * 1024 * 1024;

  /** A bed with a large page, and the ports of the sockets that it has closed. */
  const largeBed = async () => {
    const folder = await newFolder();
    writeFileSync(join(folder, "large.bin"), Buffer.alloc(LARGE_BYTES));
    const bed = await openBed({ pages: folder });
    const seen = { requests: 0, closed: [] as (number | undefined)[] };
    bed.server.on("request", () => seen.requests++);
    bed.server.on("connection", (socket) => {
      const { remotePort } = socket;
      socket.once("close", () => seen.closed.push(remotePort));
    });
    return { bed, seen };
  };

  /** Asks for the page so many times at once, and reads nothing. */
  const deaf = async (port: number, count: number) => {
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    onTestFinished(() => void socket.destroy());
    await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
    socket.pause().write("GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(count));
    return socket.localPort;
  };

  test("[G120] end with their socket if far more is asked on it than is answered", async () => {
    const { bed, seen } = await largeBed();
    await deaf(bed.port, UNANSWERED_MAX);
    await until("all is asked", () => seen.requests === UNANSWERED_MAX);
    const greedy = await deaf(bed.port, UNANSWERED_MAX + 1);
    await until("a socket is closed", () => seen.closed.length > 0);
    expect(seen.closed).toEqual([greedy]);
  });

  test("[G120] come one after the other on one socket, however many they are", async () => {
    const bed = await openBed();
    let heard = "";
    const socket = connect(bed.port, "127.0.0.1").on("error", () => undefined);
    onTestFinished(() => void socket.destroy());
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.toString("latin1");
    });
    for (let count = 1; count <= 3 * UNANSWERED_MAX; count++) {
      socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
      await until(`answer ${count}`, () => heard.split("200 OK").length === count + 1);
    }
  });

  test("[G121] are kept for nobody who takes nothing of them", async () => {
    const { bed, seen } = await largeBed();
    const { timeout } = bed.server;
    expect(timeout).toBeGreaterThan(0);
    bed.server.timeout = timeout / 30;
    const port = await deaf(bed.port, 1);
    await until("its socket is closed", () => seen.closed.length > 0);
    expect(seen.closed).toEqual([port]);
  });
});
