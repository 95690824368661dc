// Config: which environments the server starts in, and what it says of the others.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Config, readConfig } from "../../server/config.ts";
import { urlOf } from "../../server/door.ts";
import { cautionOf } from "../../server/ground.ts";
import { withIdleTimes } from "../../server/idleTimes.ts";
import { deriveKeys, keptSecret } from "../../server/session/keys.ts";
import { randomSecret } from "../../shared/random.ts";
import { nook, pond } from "./gateScene.ts";

const SECRET = `k1:${randomSecret(32)}`;
const PRODUCTION = {
  NODE_ENV: "production",
  SECRETS: SECRET,
  ALLOWED_ORIGINS: "https://play.example.org",
};

type Environment = Readonly<Record<string, string | undefined>>;

function configOf(environment: Environment): Config {
  const read = readConfig(environment);
  if (read.kind === "refused") throw new Error(JSON.stringify(read.problems));
  return read.config;
}

function refusedFor(environment: Environment): readonly string[] {
  const read = readConfig(environment);
  return read.kind === "read" ? [] : read.problems.map(({ variable }) => variable);
}

test("[N1] an empty environment starts a server for this machine alone", () => {
  expect(configOf({})).toEqual({
    production: false,
    port: 3000,
    host: "127.0.0.1",
    redisUrl: undefined,
    keyPrefix: "hf:",
    dataDirectory: resolve("./.data"),
    allowedOrigins: [],
    secrets: undefined,
    trustedProxies: [],
    logLevel: "info",
    metricsPort: undefined,
    outside: undefined,
    ...{ sessionLifeMs: 1_800_000, sessionAbsoluteMs: 86_400_000, idleTimes: new Map() },
  });
  expect(configOf({ PORT: "", REDIS_URL: " ", SECRETS: "" })).toEqual(configOf({}));
});

test("[N1] every variable is read, and nothing of the config can be changed", () => {
  const config = configOf({
    ...PRODUCTION,
    PORT: "8080",
    HOST: "0.0.0.0",
    REDIS_URL: "rediss://user:password@redis.example:6380/2",
    KEY_PREFIX: "game:",
    DATA_DIR: "/var/lib/holdfast",
    ALLOWED_ORIGINS: "https://play.example.org, https://example.org:8443/",
    TRUST_PROXY: "10.0.0.0/8,::1",
    LOG_LEVEL: "debug",
    METRICS_PORT: "9100",
    OUTSIDE_ISSUER: "https://studio.example",
    OUTSIDE_AUDIENCE: "our-game",
    OUTSIDE_KEYS: "/etc/keys.json",
    SESSION_LIFE_MINUTES: "5",
    SESSION_ABSOLUTE_MINUTES: "60",
    SEAT_IDLE_MINUTES: "30, chess:0.5",
    SECRETS: `k2:${randomSecret(48)},${SECRET}`,
  });
  expect(config).toMatchObject({
    ...{ production: true, port: 8080, host: "0.0.0.0", keyPrefix: "game:" },
    dataDirectory: "/var/lib/holdfast",
    allowedOrigins: ["https://play.example.org", "https://example.org:8443"],
    trustedProxies: ["10.0.0.0/8", "::1"],
    ...{ logLevel: "debug", metricsPort: 9100 },
    ...{ sessionLifeMs: 300_000, sessionAbsoluteMs: 3_600_000 },
    idleTimes: new Map([
      ["*", 1_800_000],
      ["chess", 30_000],
    ]),
    outside: {
      ...{ issuer: "https://studio.example", audience: "our-game", keysFile: "/etc/keys.json" },
    },
    secrets: [{ kid: "k2" }, { kid: "k1" }],
  });
  expect(Buffer.from(config.secrets?.[1]?.bytes ?? []).toString("base64url")).toBe(SECRET.slice(3));
  expect(Object.isFrozen(config)).toBe(true);
});

type Refused = readonly [string, Environment];

const REFUSED: readonly Refused[] = [
  ["PORT", { PORT: "99999" }],
  ["PORT", { PORT: "-1" }],
  ["PORT", { PORT: "3000x" }],
  ["HOST", { HOST: "not a host" }],
  ["REDIS_URL", { REDIS_URL: "localhost:6379" }],
  ["KEY_PREFIX", { KEY_PREFIX: "a{b}" }],
  ["ALLOWED_ORIGINS", { ALLOWED_ORIGINS: "play.example.org" }],
  ["ALLOWED_ORIGINS", { ALLOWED_ORIGINS: "https://play.example.org/path" }],
  ["ALLOWED_ORIGINS", { ALLOWED_ORIGINS: "*" }],
  ["TRUST_PROXY", { TRUST_PROXY: "true" }],
  ["TRUST_PROXY", { TRUST_PROXY: "10.0.0.0/33" }],
  ["LOG_LEVEL", { LOG_LEVEL: "loud" }],
  ["METRICS_PORT", { METRICS_PORT: "0" }],
  ["METRICS_PORT", { METRICS_PORT: "3000" }],
  ["SESSION_LIFE_MINUTES", { SESSION_LIFE_MINUTES: "0" }],
  ["OUTSIDE_KEYS", { OUTSIDE_ISSUER: "https://studio.example", OUTSIDE_AUDIENCE: "our-game" }],
  ["SESSION_LIFE_MINUTES", { SESSION_LIFE_MINUTES: "60", SESSION_ABSOLUTE_MINUTES: "30" }],
  ["SESSION_ABSOLUTE_MINUTES", { SESSION_ABSOLUTE_MINUTES: "a day" }],
  ...["1e3", "-5", "0.01", "90000", "Chess:5", "chess", ":5"].map((text): Refused => {
    return ["SEAT_IDLE_MINUTES", { SEAT_IDLE_MINUTES: `30,${text}` }];
  }),
  ["SECRETS", { SECRETS: "changeme" }],
  ["SECRETS", { SECRETS: "k1:c2hvcnQ=" }],
  ["SECRETS", { SECRETS: `${SECRET},${SECRET}` }],
  [
    "SECRETS",
    { SECRETS: Array.from({ length: 9 }, (_, at) => `k${at}:${randomSecret(32)}`).join() },
  ],
];

describe("an environment that makes no sense", () => {
  test.each(REFUSED)("[N2] is refused by the name of its variable: %s %o", (variable, given) => {
    expect(refusedFor(given)).toEqual([variable]);
  });

  test("[N2] is told as a whole, with remedies and without values", () => {
    const wrong = { PORT: "x", LOG_LEVEL: "loud", REDIS_URL: "redis://u:hunter2@[" };
    const given = { ...wrong, SECRETS: "changeme" };
    const read = readConfig(given);
    if (read.kind === "read") throw new Error("it was read");
    expect(read.problems.map(({ variable }) => variable).sort()).toEqual([
      "LOG_LEVEL",
      "PORT",
      "REDIS_URL",
      "SECRETS",
    ]);
    for (const { remedy } of read.problems) expect(remedy).toMatch(/[.)@"]$|;|rediss/);
    expect(JSON.stringify(read.problems)).not.toContain("hunter2");
  });
});

const WEAK: readonly (readonly [string, string, Environment])[] = [
  ["no secret", "SECRETS", { SECRETS: undefined }],
  ["an empty secret", "SECRETS", { SECRETS: "" }],
  ["16 bytes", "SECRETS", { SECRETS: `k1:${randomSecret(16)}` }],
  [
    "a repeated word",
    "SECRETS",
    { SECRETS: `k1:${Buffer.from("changeme".repeat(8)).toString("base64")}` },
  ],
  ["zeros", "SECRETS", { SECRETS: `k1:${Buffer.alloc(64).toString("base64")}` }],
  ["plain http for the world", "TRUST_PROXY", { HOST: "0.0.0.0" }],
  ["no origin", "ALLOWED_ORIGINS", { ALLOWED_ORIGINS: undefined }],
  ["an origin without TLS", "ALLOWED_ORIGINS", { ALLOWED_ORIGINS: "http://play.example.org" }],
  ["libraries that print packets", "DEBUG", { DEBUG: "socket.io*" }],
];

describe("production", () => {
  test("[N3] starts with a strong secret, its origins, and a proxy in front of it", () => {
    expect(refusedFor(PRODUCTION)).toEqual([]);
    expect(refusedFor({ ...PRODUCTION, HOST: "0.0.0.0", TRUST_PROXY: "10.0.0.1" })).toEqual([]);
    expect(refusedFor({ ...PRODUCTION, ALLOWED_ORIGINS: "http://localhost:3000" })).toEqual([]);
  });

  test.each(WEAK)("[N3] does not start with %s", (_what, variable, given) => {
    expect(refusedFor({ ...PRODUCTION, ...given })).toEqual([variable]);
    const { secret } = { secret: given.SECRETS };
    const read = JSON.stringify(readConfig({ ...PRODUCTION, ...given }));
    if (secret !== undefined && secret !== "") expect(read).not.toContain(secret.slice(3));
  });
});

describe("a server that was given no secret", () => {
  const directories: string[] = [];
  const newDirectory = () => {
    const directory = mkdtempSync(join(tmpdir(), "holdfast-secret-"));
    directories.push(directory);
    return directory;
  };
  afterAll(() => {
    for (const directory of directories) rmSync(directory, { recursive: true });
  });

  test("[N4] draws one, keeps it where only its owner reads it, and finds it again", () => {
    const directory = join(newDirectory(), "made");
    const drawn = keptSecret(directory);
    expect(drawn.bytes).toHaveLength(32);
    expect(keptSecret(directory)).toEqual(drawn);
    const [name = ""] = readdirSync(directory);
    expect(readdirSync(directory)).toHaveLength(1);
    expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(keptSecret(newDirectory())).not.toEqual(drawn);
  });

  test("[N4] does not start over one that is damaged", () => {
    const directory = newDirectory();
    keptSecret(directory);
    const path = join(directory, readdirSync(directory)[0] ?? "");
    writeFileSync(path, readFileSync(path).subarray(0, 20));
    expect(() => keptSecret(directory)).toThrow(/damaged\. Put back a copy/);
  });
});

test("[N40] an operator says how long somebody may do nothing in a seat, for all games or one; else the game does", () => {
  const games = new Map([pond, nook].map((game) => [game.name, game]));
  const idleOf = (environment: Environment) => {
    const served = withIdleTimes(games, configOf(environment).idleTimes);
    expect([...served.values()].map(({ shape }) => shape)).toEqual([pond.shape, nook.shape]);
    return [...served.values()].map(({ seats }) => seats.idleMs / 60_000);
  };
  expect(idleOf({})).toEqual([60, 10]);
  expect(idleOf({ SEAT_IDLE_MINUTES: "5" })).toEqual([5, 5]);
  expect(idleOf({ SEAT_IDLE_MINUTES: "nook:0.1" })).toEqual([60, 0.1]);
  expect(idleOf({ SEAT_IDLE_MINUTES: "nook:20,5" })).toEqual([5, 20]);
  expect(() => idleOf({ SEAT_IDLE_MINUTES: "chess:5" })).toThrow(/chess; the games here are pond/);
});

test("[N141] an operator who lets other devices in over plain http is told so", () => {
  expect(cautionOf(configOf({}))).toBe(undefined);
  expect(cautionOf(configOf({ HOST: "0.0.0.0" }))).toMatch(/plain http.*NODE_ENV=production/);
  const proxied = { ...PRODUCTION, HOST: "0.0.0.0", TRUST_PROXY: "10.0.0.0/8" };
  expect(cautionOf(configOf(proxied))).toBe(undefined);
});

test("[N148] an operator whose NODE_ENV looks like production and is not is told that nothing is hardened", () => {
  for (const NODE_ENV of ["prod", "Production", "PROD", "production "])
    expect(cautionOf(configOf({ NODE_ENV }))).toMatch(/^NODE_ENV .*NODE_ENV=production/);
  for (const NODE_ENV of ["development", "test", "reproduction"])
    expect(cautionOf(configOf({ NODE_ENV }))).toBe(undefined);
  expect(cautionOf(configOf(PRODUCTION))).toBe(undefined);
  const open = cautionOf(configOf({ NODE_ENV: "prod", HOST: "0.0.0.0" }));
  expect(open).toMatch(/^NODE_ENV .*\n.*plain http/);
});

test("[N149] the address that a start prints is one that a browser opens", () => {
  const printed = ["0.0.0.0", "::", "127.0.0.1", "localhost", "192.0.2.7", "2001:db8::7"];
  expect(printed.map((host) => urlOf(host, 3000))).toEqual([
    ...Array(4).fill("http://localhost:3000"),
    "http://192.0.2.7:3000",
    "http://[2001:db8::7]:3000",
  ]);
  for (const host of printed) expect(URL.canParse(urlOf(host, 3000))).toBe(true);
});

test("[N5] keys of two purposes or two secrets are never the same", () => {
  const one = { kid: "one", bytes: Buffer.alloc(32, 1) };
  const two = { kid: "two", bytes: Buffer.alloc(32, 2) };
  const { token, ticket } = deriveKeys([one, two]);
  const all = [...token.all, ...ticket.all].map(({ secret }) => secret.export().toString("hex"));
  expect(new Set(all).size).toBe(4);
  expect(all.every((key) => key.length === 64)).toBe(true);
  expect(token.newest).toBe(token.byKid("one"));
  expect(deriveKeys([one]).token.newest.secret.equals(token.newest.secret)).toBe(true);
});
