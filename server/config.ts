// Config: the environment as one checked, frozen record, or what is wrong with it and how to mend
// that. The only reader of process.env; it opens nothing and never repeats a value that may be secret.

import { resolve } from "node:path";
import { z } from "zod";
import { isLoopbackHost, isNetwork } from "./http/address.ts";
import { IDLE_TIMES_FORM, type IdleTimes, readIdleTimes } from "./idleTimes.ts";
import { parseRedisUrl, REDIS_URL_FORMS } from "./store/redisUrl.ts";

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A secret that keys are derived from, under the name that what it signed carries. */
export interface Secret {
  readonly kid: string;
  readonly bytes: Uint8Array;
}

/** Somebody else who vouches for people, and where his keys are (a JWK set). */
export interface OutsideConfig {
  readonly issuer: string;
  readonly audience: string;
  readonly keysFile: string;
}

export interface Config {
  /** Hardening is on: real secrets, secure cookies, https origins. */
  readonly production: boolean;
  /** NODE_ENV as it was given. */
  readonly mode: string | undefined;
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
  readonly redisUrl: string | undefined;
  readonly keyPrefix: string;
  /** Absolute path. */
  readonly dataDirectory: string;
  /** Origins whose pages may use this server. Empty outside production: the server's own, whatever its name. */
  readonly allowedOrigins: readonly string[];
  /** Newest first. Undefined outside production: they are drawn once and kept in the data directory. */
  readonly secrets: readonly Secret[] | undefined;
  /** Addresses and networks of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: LogLevel;
  /** How long a session lives without a sign of life, and at all, in ms. */
  readonly sessionLifeMs: number;
  readonly sessionAbsoluteMs: number;
  /** How long somebody may do nothing in a seat, where the operator says so. */
  readonly idleTimes: IdleTimes;
  /** Undefined if nobody else vouches for people. */
  readonly outside: OutsideConfig | undefined;
  /** Port on loopback that metrics are read from; undefined for none. */
  readonly metricsPort: number | undefined;
}

export interface ConfigProblem {
  readonly variable: string;
  /** What is wrong and what to do about it, without the value. */
  readonly remedy: string;
}

export type ConfigRead =
  | { readonly kind: "read"; readonly config: Config }
  | { readonly kind: "refused"; readonly problems: readonly ConfigProblem[] };

/** More than enough for every secret whose credentials still live; each is tried on an old ticket. */
const SECRETS_MAX = 8;
const MINUTE_MS = 60_000;
const SECRET_BYTES_MIN = 32;
/** 32 random bytes have fewer different ones less than once in 10^16 draws; a repeated word always has. */
const SECRET_DIFFERENT_MIN = 16;

const port = (least: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .pipe(z.number().min(least).max(65_535));

const minutes = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,5}(\.\d{1,3})?$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most));

const Environment = z.object({
  NODE_ENV: z.string().optional(),
  PORT: port(0).default(3000),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]{1,255}$/)
    .default("127.0.0.1"),
  REDIS_URL: z.string().refine(isRedisUrl).optional(),
  KEY_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9:_-]{1,32}$/)
    .default("hf:"),
  DATA_DIR: z.string().default("./.data"),
  ALLOWED_ORIGINS: list().refine((origins) => origins.every(isOrigin)),
  SECRETS: list().refine((entries) => entries.length <= SECRETS_MAX),
  TRUST_PROXY: list().refine((networks) => networks.every(isNetwork)),
  LOG_LEVEL: z.enum(LOG_LEVELS).default("info"),
  METRICS_PORT: port(1).optional(),
  OUTSIDE_ISSUER: z.string().max(255).optional(),
  OUTSIDE_AUDIENCE: z.string().max(255).optional(),
  OUTSIDE_KEYS: z.string().optional(),
  SESSION_LIFE_MINUTES: minutes(1, 24 * 60).default(30),
  SESSION_ABSOLUTE_MINUTES: minutes(1, 30 * 24 * 60).default(24 * 60),
  SEAT_IDLE_MINUTES: list().refine((entries) => readIdleTimes(entries) !== undefined),
  DEBUG: z.string().optional(),
});

type Environment = z.infer<typeof Environment>;

const REMEDIES: Readonly<Record<string, string>> = {
  PORT: "is no port. Use a number from 0 to 65535, or leave it out for 3000.",
  HOST: "is no address or host name. Use 127.0.0.1, or 0.0.0.0 for other devices on your network.",
  REDIS_URL: `is not understood. It has one of these forms: ${REDIS_URL_FORMS.join("; ")}`,
  KEY_PREFIX: "has other characters than letters, digits, - _ and :, or more than 32 of them.",
  ALLOWED_ORIGINS:
    "holds something else than origins. Separate them by commas: https://play.example.org,https://example.org",
  SECRETS: `holds more than ${SECRETS_MAX} secrets. Drop those whose credentials have all ended (90 days).`,
  TRUST_PROXY:
    "holds something else than addresses and networks. Separate them by commas: 127.0.0.1,10.0.0.0/8",
  LOG_LEVEL: `is none of ${LOG_LEVELS.join(", ")}.`,
  SESSION_LIFE_MINUTES: "is not from 1 to 1440 minutes. Leave it out for 30.",
  SESSION_ABSOLUTE_MINUTES: "is not from 1 to 43200 minutes. Leave it out for 1440.",
  SEAT_IDLE_MINUTES: `is not understood. Write ${IDLE_TIMES_FORM}.`,
  METRICS_PORT: "is no port. Use a number from 1 to 65535, or leave it out for no metrics.",
};

/** Reads and checks everything at once, so that whoever starts the server mends it in one go. */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ConfigRead {
  // An empty variable is how many tools leave one out.
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
  const read = Environment.safeParse(given);
  const wrong = new Set(read.error?.issues.map((issue) => String(issue.path[0])));
  // What is wrong in itself counts as left out, so that all else is judged in the same go.
  const rest = Object.entries(given).filter(([variable]) => !wrong.has(variable));
  const checked = read.data ?? Environment.parse(Object.fromEntries(rest));
  const production = checked.NODE_ENV === "production";
  const secrets = checked.SECRETS.map(parseSecret);
  const problems = [
    ...problemsOfSecrets(secrets, production),
    ...problemsOfPorts(checked),
    ...problemsOfClocks(checked),
    ...problemsOfOutside(checked),
    ...(production ? problemsOfProduction(checked) : []),
  ].filter(({ variable }) => !wrong.has(variable));
  for (const variable of wrong)
    problems.push({ variable, remedy: REMEDIES[variable] ?? "is malformed." });
  if (problems.length > 0) return { kind: "refused", problems };
  const sound = secrets.filter((secret) => secret !== undefined);
  return { kind: "read", config: freeze(checked, sound) };
}

function freeze(given: Environment, secrets: readonly Secret[]): Config {
  return Object.freeze({
    production: given.NODE_ENV === "production",
    mode: given.NODE_ENV,
    port: given.PORT,
    host: given.HOST,
    redisUrl: given.REDIS_URL,
    keyPrefix: given.KEY_PREFIX,
    dataDirectory: resolve(given.DATA_DIR),
    allowedOrigins: given.ALLOWED_ORIGINS.map((origin) => new URL(origin).origin),
    secrets: secrets.length > 0 ? secrets : undefined,
    trustedProxies: given.TRUST_PROXY,
    logLevel: given.LOG_LEVEL,
    metricsPort: given.METRICS_PORT,
    outside: outsideOf(given),
    sessionLifeMs: given.SESSION_LIFE_MINUTES * MINUTE_MS,
    sessionAbsoluteMs: given.SESSION_ABSOLUTE_MINUTES * MINUTE_MS,
    idleTimes: readIdleTimes(given.SEAT_IDLE_MINUTES) ?? new Map(),
  });
}

function problemsOfSecrets(
  secrets: readonly (Secret | undefined)[],
  production: boolean,
): ConfigProblem[] {
  const make = "Make one with: node -p \"'k1:' + crypto.randomBytes(32).toString('base64')\"";
  const problem = (remedy: string): ConfigProblem[] => [{ variable: "SECRETS", remedy }];
  if (secrets.length === 0) {
    return production ? problem(`is missing, and production needs one. ${make}`) : [];
  }
  if (secrets.includes(undefined)) {
    return problem(
      `has an entry that is not name:base64 of at least ${SECRET_BYTES_MIN} random bytes. ${make}`,
    );
  }
  const kids = new Set(secrets.map((secret) => secret?.kid));
  return kids.size < secrets.length ? problem("has the same name twice. Name each one anew.") : [];
}

function problemsOfPorts({ PORT, METRICS_PORT }: Environment): ConfigProblem[] {
  if (METRICS_PORT === undefined || METRICS_PORT !== PORT) return [];
  return [{ variable: "METRICS_PORT", remedy: "is the port of the game itself. Choose another." }];
}

function outsideOf(given: Environment): OutsideConfig | undefined {
  const { OUTSIDE_ISSUER: issuer, OUTSIDE_AUDIENCE: audience, OUTSIDE_KEYS: file } = given;
  if (issuer === undefined || audience === undefined || file === undefined) return undefined;
  return { issuer, audience, keysFile: resolve(file) };
}

/** Half of it would believe more than was meant. */
function problemsOfOutside(given: Environment): ConfigProblem[] {
  const names = ["OUTSIDE_ISSUER", "OUTSIDE_AUDIENCE", "OUTSIDE_KEYS"] as const;
  const missing = names.filter((name) => given[name] === undefined);
  if (missing.length === 0 || missing.length === names.length) return [];
  const remedy = `is missing beside ${names.filter((name) => !missing.includes(name)).join(", ")}.`;
  return missing.map((variable) => ({ variable, remedy }));
}

/** A session that ends before it can be silent for long has only one clock. */
function problemsOfClocks(given: Environment): ConfigProblem[] {
  if (given.SESSION_LIFE_MINUTES <= given.SESSION_ABSOLUTE_MINUTES) return [];
  const remedy =
    "is longer than SESSION_ABSOLUTE_MINUTES. Shorten it, or let sessions last longer.";
  return [{ variable: "SESSION_LIFE_MINUTES", remedy }];
}

function problemsOfProduction(given: Environment): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (!isLoopbackHost(given.HOST) && given.TRUST_PROXY.length === 0) {
    problems.push({
      variable: "TRUST_PROXY",
      remedy:
        "is missing: production does not serve plain http to the world. Put a proxy that speaks " +
        "TLS in front and name its address here, or keep HOST on 127.0.0.1.",
    });
  }
  if (given.ALLOWED_ORIGINS.length === 0) {
    problems.push({
      variable: "ALLOWED_ORIGINS",
      remedy: "is missing. Name where players open the page: https://play.example.org",
    });
  } else if (!given.ALLOWED_ORIGINS.every(isSecureOrigin)) {
    problems.push({
      variable: "ALLOWED_ORIGINS",
      remedy: "holds an origin without https. Only localhost may go without it in production.",
    });
  }
  if (given.DEBUG !== undefined && /\*|socket\.io|engine|\bws\b/.test(given.DEBUG)) {
    problems.push({
      variable: "DEBUG",
      remedy: "makes libraries print packets with their secrets. Leave it out in production.",
    });
  }
  return problems;
}

function list() {
  return z
    .string()
    .default("")
    .transform((text) => text.split(",").map((entry) => entry.trim()))
    .transform((entries) => entries.filter((entry) => entry !== ""));
}

function isRedisUrl(text: string): boolean {
  try {
    parseRedisUrl(text);
    return true;
  } catch {
    // It throws a sentence for the operator; ours names the variable and all forms besides.
    return false;
  }
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:\/\/[^/?#@]+\/?$/.test(text);
}

function isSecureOrigin(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || isLoopbackHost(hostname);
}

function parseSecret(entry: string): Secret | undefined {
  const [, kid, text] = /^([A-Za-z0-9_-]{1,16}):([A-Za-z0-9+/_-]+=*)$/.exec(entry) ?? [];
  if (kid === undefined || text === undefined) return undefined;
  const bytes = Buffer.from(text, "base64");
  const strong = bytes.length >= SECRET_BYTES_MIN && new Set(bytes).size >= SECRET_DIFFERENT_MIN;
  return strong ? { kid, bytes } : undefined;
}
