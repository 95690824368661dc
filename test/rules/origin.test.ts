// Origin: which requests may open a socket, by their headers and their URL.
import { expect, test } from "vitest";
import { type OriginPolicy, originRefusal } from "../../server/gate/origin.ts";

const URL_PATH = "/socket.io/?EIO=4&transport=websocket";
const HOST = "play.example.org";
const strict: OriginPolicy = { allowed: new Set(["https://play.example.org"]), ownHost: false };
const open: OriginPolicy = { allowed: new Set(), ownHost: true };

const ofPage = (origin: string, policy: OriginPolicy, host = HOST) =>
  originRefusal({ origin, host }, URL_PATH, policy);

test("[G11] a page may connect if its exact origin is allowed", () => {
  expect(ofPage("https://play.example.org", strict)).toBeUndefined();
  const evil = [
    "http://play.example.org",
    "https://play.example.org:8443",
    "https://play.example.org.evil.net",
    "https://evil.net/https://play.example.org",
    "https://PLAY.example.org",
    "https://play.example.org/",
    "https://play.example.org, https://evil.net",
    "null",
    "file://",
    "",
  ];
  for (const origin of evil) {
    expect([origin, ofPage(origin, strict)]).toEqual([origin, "origin-not-allowed"]);
  }
});

test("[G12] where it is wanted, pages served under the server's own name and port may connect", () => {
  expect(ofPage("http://10.0.0.7:3000", open, "10.0.0.7:3000")).toBeUndefined();
  expect(ofPage("https://play.example.org", open, "PLAY.example.org")).toBeUndefined();
  const strangers = [
    ["http://10.0.0.7:3001", "10.0.0.7:3000"],
    ["http://localhost:3000", "127.0.0.1:3000"],
    ["http://user@10.0.0.7:3000", "10.0.0.7:3000"],
    ["http://10.0.0.7:3000/x", "10.0.0.7:3000"],
    ["ws://10.0.0.7:3000", "10.0.0.7:3000"],
    ["http://", ""],
    ["null", "null"],
  ] as const;
  for (const [origin, host] of strangers) {
    expect([origin, ofPage(origin, open, host)]).toEqual([origin, "origin-not-allowed"]);
  }
  expect(originRefusal({ origin: "http://a" }, URL_PATH, open)).toBe("origin-not-allowed");
  expect(ofPage("http://10.0.0.7:3000", strict, "10.0.0.7:3000")).toBe("origin-not-allowed");
});

test("[G13] a request without an origin passes if no other site caused it and no cookie came along", () => {
  const bare = (headers: Record<string, string>) =>
    originRefusal({ host: HOST, ...headers }, URL_PATH, strict);
  expect(bare({})).toBeUndefined();
  expect(bare({ "sec-fetch-site": "none" })).toBeUndefined();
  expect(bare({ "sec-fetch-site": "same-origin" })).toBeUndefined();
  expect(bare({ "sec-fetch-site": "cross-site" })).toBe("page-without-origin");
  expect(bare({ "sec-fetch-site": "same-site" })).toBe("page-without-origin");
  expect(bare({ cookie: "holdfast=x" })).toBe("cookie-without-origin");
  expect(ofPage("https://play.example.org", strict)).toBeUndefined();
});

test("[G14] a URL with anything but what a WebSocket handshake needs is refused", () => {
  const of = (query: string) => originRefusal({ host: HOST }, `/socket.io/?${query}`, strict);
  expect(of("EIO=4&transport=websocket&t=abc")).toBeUndefined();
  const refused = [
    "token=a.b.c",
    "%74oken=a.b.c",
    "ticket=x",
    "j=0",
    "sid=x",
    "b64=1",
    "?EIO=4",
    "#&token=x",
  ];
  for (const part of refused) {
    expect([part, of(`EIO=4&transport=websocket&${part}`)]).toEqual([part, "query-not-allowed"]);
  }
});
