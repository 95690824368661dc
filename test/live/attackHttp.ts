// Attacks over HTTP: pages of other sites, methods, paths, heads and bodies that nobody of ours sends.
// Each is answered in few words or not at all, and no answer tells how the server is made.

import { type Attack, type AttackBed, ORIGIN, tellsNothing } from "./attackBed.ts";
import { sendBytes } from "./attackWire.ts";
import { until } from "./lab.ts";

/** A page of some origin that opens a socket, and one that makes a guest. */
const page = (
  what: string,
  expected: string,
  headers: Readonly<Record<string, string>>,
): Attack => ({
  what: `page: ${what}`,
  expected,
  async run(bed) {
    const wire = bed.wire(bed.nextAddress(), headers);
    await until("the socket is open or not", () => wire.ending !== "open" || wire.texts.length > 0);
    const socket = wire.texts.length > 0 ? "open" : wire.ending;
    wire.drop();
    const made = await bed.ask("POST /api/session/guest", { headers, body: { name: "Ann" } });
    tellsNothing(made.text);
    bed.keepSecret(made.cookie?.split("=")[1] ?? "");
    return `${socket}, ${made.status}`;
  },
});

const REFUSED = "400, 403";

export const foreignPages: readonly Attack[] = [
  page("a terminal's commands", REFUSED, { Origin: "https://x\u009b31m\u0085\u00a0.example" }),
  page("ours", "open, 200", { Origin: ORIGIN }),
  page("a program without any", "open, 200", {}),
  page("another host", REFUSED, { Origin: "https://evil.example" }),
  page("null", REFUSED, { Origin: "null" }),
  page("none, with a cookie", "400, 200", { Cookie: "__Host-holdfast=x" }),
  page("none, but a browser says it is another site's", REFUSED, {
    "Sec-Fetch-Site": "cross-site",
  }),
  page("http", REFUSED, { Origin: "http://play.example.org" }),
  page("in capitals", REFUSED, { Origin: "https://PLAY.example.org" }),
  page("the default port", REFUSED, { Origin: "https://play.example.org:443" }),
  page("another port", REFUSED, { Origin: "https://play.example.org:8443" }),
  page("our name as a user", REFUSED, { Origin: "https://play.example.org@evil.example" }),
  page("our name as a part", REFUSED, { Origin: "https://play.example.org.evil.example" }),
  page("a path", REFUSED, { Origin: "https://play.example.org/" }),
  page("two", REFUSED, { Origin: "https://play.example.org, https://evil.example" }),
  page("our host header", REFUSED, { Origin: "https://evil.example", Host: "evil.example" }),
  page("empty", REFUSED, { Origin: "" }),
];

/** Everything that changes something, as whoever is signed in may ask it. */
const CHANGES = [
  ...["POST /api/session/guest", "POST /api/session/token", "DELETE /api/session"],
  ...["POST /api/account/register", "POST /api/account/sign-in", "POST /api/account/password"],
  ...["DELETE /api/account", "DELETE /api/sessions", "DELETE /api/sessions/0123456789ab"],
  ...["PUT /api/name", "PUT /api/preferences", "POST /api/saves", "POST /api/session/outside"],
  ...["POST /api/hand-off", "POST /api/hand-off/take"],
  ...["ban", "unban", "kick", "role"].map((deed) => `POST /api/admin/${deed}`),
];

/** A page of another site that asks for all of it in the name of whoever looks at it. */
const luring = (what: string, foreign: Readonly<Record<string, string>>): Attack => ({
  what: `luring: ${what}`,
  expected: "403 origin-refused, and who was lured is still somebody",
  async run(bed) {
    const { cookie } = await bed.guest("Lured");
    const headers = { Cookie: cookie, ...foreign };
    const answers = new Set<string>();
    for (const line of CHANGES) {
      const asked = line.startsWith("DELETE") ? { headers } : { headers, body: {} };
      const { status, reason } = await bed.ask(line, asked);
      answers.add(`${status} ${reason}`);
    }
    const { text } = await bed.ask("GET /api/session", { headers: { Cookie: cookie } });
    const still = text.includes('"name":"Lured"') ? "still somebody" : text;
    return `${[...answers].join(" and ")}, and who was lured is ${still}`;
  },
});

export const luringPages: readonly Attack[] = [
  luring("another host", { Origin: "https://evil.example" }),
  luring("a sandboxed frame", { Origin: "null" }),
  luring("a neighbour without an origin", { "Sec-Fetch-Site": "same-site" }),
  luring("another method in disguise", {
    ...{ Origin: "https://evil.example", "X-HTTP-Method-Override": "GET" },
  }),
];

/** What a request of exactly these bytes is answered with: the status, or nothing. */
async function sent(bed: AttackBed, bytes: string | Buffer): Promise<string> {
  const answer = await sendBytes(bed.port, bed.nextAddress(), bytes);
  tellsNothing(answer);
  if (/^server:|x-powered-by/im.test(answer)) return "an answer that names what runs here";
  return /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? answer;
}

/** A line and, if given, what comes after the host. */
const request = (what: string, expected: string, ...[head, rest = ""]: string[]): Attack => ({
  what: `request: ${what}`,
  expected,
  run: (bed) => sent(bed, `${head}\r\nHost: play.example.org\r\n${rest}\r\n`),
});

const many = (count: number, write: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => write(at)).join("");

export const strangeRequests: readonly Attack[] = [
  { what: "request: no host", expected: "400", run: (bed) => sent(bed, "GET / HTTP/1.1\r\n\r\n") },
  { what: "request: HTTP/0.9", expected: "400", run: (bed) => sent(bed, "GET /\r\n\r\n") },
  {
    what: "request: HTTP/2",
    expected: "400",
    run: (bed) => sent(bed, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  },
  {
    what: "request: TLS",
    expected: "400",
    run: (bed) => sent(bed, Buffer.from("16030100a5010000a1", "hex")),
  },
  request("TRACE", "405", "TRACE /api/session HTTP/1.1", "Cookie: a=b\r\n"),
  request("CONNECT", "", "CONNECT evil.example:443 HTTP/1.1"),
  request("PUT where POST is due", "415", "PUT /api/session/guest HTTP/1.1"),
  request("GET where POST is due", "405", "GET /api/session/guest HTTP/1.1"),
  request("GET to sign out", "405", "GET /api/account/sign-in HTTP/1.1"),
  request("PROPFIND", "404", "PROPFIND / HTTP/1.1"),
  request("small letters", "400", "get / HTTP/1.1"),
  request("a whole address", "200", "GET http://evil.example/healthz HTTP/1.1"),
  request("two slashes", "404", "GET //healthz/x.js HTTP/1.1"),
  request("up and out", "404", "GET /../../../etc/passwd.txt HTTP/1.1"),
  request("up and out, encoded", "404", "GET /%2e%2e/%2e%2e/etc/passwd.txt HTTP/1.1"),
  request("a NUL", "404", "GET /index%00.html HTTP/1.1"),
  request("half a percent", "404", "GET /%.js HTTP/1.1"),
  request("half a letter", "401", "DELETE /api/sessions/%E0%A4%A HTTP/1.1"),
  request("lines in a path", "404", "GET /%0d%0aSet-Cookie:%20a=b%1b%5b31m.js HTTP/1.1"),
  request("a game called __proto__", "400", "GET /api/rooms?game=__proto__ HTTP/1.1"),
  request("a list of games", "200", "GET /api/rooms?game[]=nim HTTP/1.1"),
  request("source files", "404", "GET /server/main.ts HTTP/1.1"),
  request("the socket by GET", "400", "GET /socket.io/?EIO=4&transport=polling HTTP/1.1"),
  request(
    "the socket by POST",
    "400",
    "POST /socket.io/?EIO=4&transport=polling HTTP/1.1",
    "Content-Length: 1\r\n",
  ),
  request("JSONP", "400", "GET /socket.io/?EIO=4&transport=polling&j=0 HTTP/1.1"),
  request("the client library", "400", "GET /socket.io/socket.io.js HTTP/1.1"),
  request("an upgrade to h2c", "", "GET / HTTP/1.1", "Connection: Upgrade\r\nUpgrade: h2c\r\n"),
  request("a path of 9 KB", "431", `GET /${"a".repeat(9_000)} HTTP/1.1`),
  request(
    "cookies of 9 KB",
    "431",
    "GET /api/session HTTP/1.1",
    `Cookie: ${"a=b; ".repeat(1_800)}\r\n`,
  ),
  request(
    "1,500 cookies",
    "200",
    "GET /api/session HTTP/1.1",
    `Cookie: ${many(1_500, (at) => `${at % 10}=;`)}\r\n`,
  ),
  request(
    "the cookie twice",
    "200",
    "GET /api/session HTTP/1.1",
    "Cookie: __Host-holdfast=a; __Host-holdfast=b\r\n",
  ),
  request(
    "a cookie that is no text",
    "200",
    "GET /api/session HTTP/1.1",
    "Cookie: __Host-holdfast=%E0%A4%A\r\n",
  ),
  request(
    "500 headers",
    "200",
    "GET /api/session HTTP/1.1",
    many(500, (at) => `x${at}: y\r\n`),
  ),
  request(
    "forwarded by nobody we know",
    "200",
    "GET /api/session HTTP/1.1",
    "X-Forwarded-For: 203.0.113.7\r\n",
  ),
  request("a NUL in a header", "400", "GET /api/session HTTP/1.1", "X: a\0b\r\n"),
  request("a folded header", "400", "GET /api/session HTTP/1.1", "X: a\r\n b: c\n\r\n"),
  request(
    "two lengths",
    "400",
    "POST /api/session/guest HTTP/1.1",
    "Content-Length: 5\r\nContent-Length: 6\r\n",
  ),
  request("a negative length", "400", "POST /api/session/guest HTTP/1.1", "Content-Length: -1\r\n"),
  request(
    "length and chunks",
    "400",
    "POST /api/session/guest HTTP/1.1",
    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
  ),
  request(
    "chunks in disguise",
    "400",
    "POST /api/session/guest HTTP/1.1",
    "Transfer-Encoding: xchunked\r\n",
  ),
  request(
    "a chunk of no size",
    "400",
    "POST /api/session/guest HTTP/1.1",
    "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
  ),
  request(
    "a chunk of 2^64",
    "413",
    "POST /api/session/guest HTTP/1.1",
    `Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n${"a".repeat(5_000)}`,
  ),
  request(
    "a length of 1 GB",
    "413",
    "POST /api/session/guest HTTP/1.1",
    "Content-Type: application/json\r\nContent-Length: 1000000000\r\n",
  ),
];

/** A body that asks for a guest in a way nobody of ours does. */
const body = (
  what: string,
  expected: string,
  ...[text, type = "application/json"]: string[]
): Attack => ({
  what: `body: ${what}`,
  expected,
  async run(bed) {
    const headers = { "Content-Type": type };
    const answer = await bed.ask("POST /api/session/guest", { headers, body: text });
    tellsNothing(answer.text);
    bed.keepSecret(answer.cookie?.split("=")[1] ?? "");
    return `${answer.status} ${answer.reason}`.trim();
  },
});

const INVALID = "400 request-invalid";
const NO_NAME = "400 name-invalid";
const ANN = '{"name":"Ann"}';
const named = (name: string) => JSON.stringify({ name });

export const strangeBodies: readonly Attack[] = [
  body("as it should be", "200", ANN),
  body("with a charset", "200", ANN, "application/json; charset=utf-8"),
  body("as text", "415 request-invalid", ANN, "text/plain"),
  body("as a form", "415 request-invalid", "name=Ann", "application/x-www-form-urlencoded"),
  body("as a form with files", "415 request-invalid", "--x", "multipart/form-data; boundary=x"),
  body("nearly JSON by name", "415 request-invalid", ANN, "application/jsonp"),
  body("nothing", INVALID, ""),
  body("no JSON", INVALID, "{"),
  body("null", INVALID, "null"),
  body("a list", INVALID, '["Ann"]'),
  body("4,000 open brackets", INVALID, "[".repeat(4_000)),
  body("4,097 bytes", "413 packet-too-large", `{"name":"${"a".repeat(4_086)}"}`),
  body("1 MB", "413 packet-too-large", "a".repeat(1_000_000)),
  body("more fields", INVALID, '{"name":"Ann","role":"admin"}'),
  body("__proto__", INVALID, '{"name":"Ann","__proto__":{"role":"admin"}}'),
  body("constructor", INVALID, '{"name":"Ann","constructor":{"prototype":{"role":"admin"}}}'),
  body("the name twice", "200", '{"name":"Eve","name":"Ann"}'),
  body("a name that is a number", NO_NAME, '{"name":1e999}'),
  body("a name that is a list", NO_NAME, '{"name":["Ann","EX","1"]}'),
  body("a name with lines", NO_NAME, named("Ann\r\nSet-Cookie: a=b")),
  body("a name with a terminal's commands", NO_NAME, named("\u001b[2J\u001b[31mAnn")),
  body("a name with others of them", NO_NAME, named("\u009b2JAnn")),
  body("a name turned round", NO_NAME, named("\u202enimda")),
  body("a name with nothing in it", NO_NAME, named("A\u200bn\u2060n")),
  body("a name of nothing", NO_NAME, named("\u3164")),
  body("a name under 1,000 marks", NO_NAME, named(`A${"\u0300".repeat(1_000)}`)),
  body("a name under 20 marks", NO_NAME, named(`A${"\u0300".repeat(20)}`)),
  body("half a letter", NO_NAME, '{"name":"\\ud800"}'),
  body("a line of another kind", NO_NAME, named("Ann\u2028Eve")),
  body("a name that is a page", "200", named("</script><b>")),
  body("a name of Redis", "200", named("{x}:log * $1")),
];
