// Redis URL: its forms, and that no message of it tells a password.

import { expect, test } from "vitest";
import { nameOfAddress, parseRedisUrl } from "../../server/store/redisUrl.ts";

const at = (host: string, port: number) => ({ host, port });

test("[D98] REDIS_URL names a host, a socket, a master by its Sentinels, or a Cluster, with or without TLS", () => {
  const plain = { kind: "host", tls: false, database: 0 };
  const forms: readonly [string, object][] = [
    ["redis://localhost", { ...plain, ...at("localhost", 6379) }],
    ["redis://10.0.0.1:7000/3", { ...plain, ...at("10.0.0.1", 7000), database: 3 }],
    ["redis://[::1]:7000", { ...plain, ...at("::1", 7000) }],
    ["redis://:p%40ss@h", { ...plain, ...at("h", 6379), password: "p@ss" }],
    ["rediss://u:p@h:1/", { ...plain, ...at("h", 1), username: "u", password: "p", tls: true }],
    [
      "unix:///run/redis.sock",
      { kind: "socket", path: "/run/redis.sock", database: 0, tls: false },
    ],
    [
      "redis+sentinel://u:p@a:1,b/holdfast/2",
      {
        ...{ kind: "sentinel", username: "u", password: "p", tls: false, database: 2 },
        ...{ sentinels: [at("a", 1), at("b", 26_379)], master: "holdfast" },
      },
    ],
    ["rediss+cluster://a:1,b:2", { kind: "cluster", tls: true, seeds: [at("a", 1), at("b", 2)] }],
  ];
  for (const [url, address] of forms) expect(parseRedisUrl(url)).toEqual(address);
});

test("[D99] a REDIS_URL that is none is refused with the forms there are, and no name shows its password", () => {
  const wrong = [
    "localhost:6379",
    "http://u:sesame@h",
    "redis://u:sesame@h:0",
    "redis://u:sesame@h:70000",
    "redis://u:sesame@h/x",
    "redis://u:sesame@a,b",
    "redis://u:sesame%@h",
    "redis+sentinel://u:sesame@a:1",
    "redis+cluster://u:sesame@a:1/1",
    "redis+cluster://u:sesame@",
  ];
  for (const url of wrong) {
    const failure = (() => {
      try {
        return JSON.stringify(parseRedisUrl(url));
      } catch (error) {
        return String(error);
      }
    })();
    expect(`${url}: ${failure}`).toContain("It has one of these forms: redis://");
    expect(failure).not.toContain("sesame");
  }
  const right = [
    "redis://u:sesame@h",
    "redis+cluster://u:sesame@a,b",
    "redis+sentinel://:sesame@a/m",
  ];
  for (const url of right) expect(nameOfAddress(parseRedisUrl(url))).not.toContain("sesame");
});
