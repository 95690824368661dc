// Pages: the built pages as they are served: read once at the start, so that a build that runs later
// never mixes with them, and no request ever names a file.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { gzipSync } from "node:zlib";
import type { Context } from "hono";
import { getMimeType } from "hono/utils/mime";
import { CannotStart } from "../process.ts";

interface File {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Undefined if it would not be smaller. */
  readonly gzip: Uint8Array<ArrayBuffer> | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Pages {
  /** The page or asset a GET asks for; undefined if there is none. */
  respond(context: Context): Response | undefined;
}

const WITHOUT_PAGES =
  'No page is served here. If this server is yours: createServer({ games, pages: "dist" }) names the folder of the built page.\n';

/** Their names change with their content. */
const ASSETS = "/assets/";
const FOREVER = "public, max-age=31536000, immutable";
const ASK_AGAIN = "no-cache";
const TEXT = /^(text\/|application\/(json|manifest|xml|wasm)|image\/svg)/;

/** Throws CannotStart if there is no such folder. */
export function checkPages(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new CannotStart(`pages: there is no folder ${resolve(directory)}. Build the page first.`);
}

/** Reads all pages of a folder; one that does not exist has none. Without a folder the first page says so. */
export function readPages(
  directory: string | undefined,
  { sourceMaps }: { sourceMaps: boolean },
): Pages {
  if (directory === undefined) return { respond: respondWithout };
  const files = new Map<string, File>();
  for (const path of existsSync(directory) ? filesBelow(directory) : []) {
    if (!sourceMaps && path.endsWith(".map")) continue;
    const url = `/${relative(directory, path).split(sep).join("/")}`;
    files.set(url, fileOf(url, Buffer.from(readFileSync(path))));
  }
  return {
    respond(context) {
      const file = find(files, context.req.path);
      return file === undefined ? undefined : respond(context, file);
    },
  };
}

function respondWithout(context: Context): Response | undefined {
  return context.req.path === "/" ? context.text(WITHOUT_PAGES, 404) : undefined;
}

function* filesBelow(directory: string): Iterable<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

function fileOf(url: string, bytes: Buffer<ArrayBuffer>): File {
  const type = getMimeType(url) ?? "application/octet-stream";
  const gzip = TEXT.test(type) ? gzipSync(bytes, { level: 9 }) : undefined;
  return {
    bytes,
    gzip: gzip !== undefined && gzip.length < bytes.length ? Buffer.from(gzip) : undefined,
    headers: {
      "Content-Type": type,
      ETag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`,
      "Cache-Control": url.startsWith(ASSETS) ? FOREVER : ASK_AGAIN,
      Vary: "Accept-Encoding",
    },
  };
}

/** A page has no ending in its address; one that is not known is for the first page to make sense of. */
function find(files: ReadonlyMap<string, File>, path: string): File | undefined {
  const exact = files.get(path) ?? files.get(`${path}.html`);
  if (exact !== undefined || /\.\w+$/.test(path)) return exact;
  return files.get("/index.html");
}

function respond(context: Context, { bytes, gzip, headers }: File): Response {
  const { req } = context;
  if (req.header("If-None-Match") === headers.ETag) return context.body(null, 304, headers);
  const takesGzip = /\bgzip\b/.test(req.header("Accept-Encoding") ?? "");
  if (gzip === undefined || !takesGzip) return context.body(bytes, 200, headers);
  return context.body(gzip, 200, { ...headers, "Content-Encoding": "gzip" });
}
