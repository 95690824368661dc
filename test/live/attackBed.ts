// Attack bed: a hardened server on a Redis of its own, somebody who plays on it all the while, and
// what has to hold after whatever was done to it. It attacks nothing itself.

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "vitest";
import { randomSecret } from "../../shared/random.ts";
import { type RedisServer, startRedisServer } from "../contract/redisServer.ts";
import { type Answer, type Asked, ask, Wire } from "./attackWire.ts";
import { LabServer, until } from "./lab.ts";
import { ledger } from "./ledger.ts";

export const ORIGIN = "https://play.example.org";
export const PASSWORD = "a long and unusual one";
const ADMIN = fileURLToPath(new URL("../../server/admin.ts", import.meta.url));
const WITNESS_ADDRESS = "127.0.0.2";
/** A command of a player while somebody attacks, on a machine that does a lot besides. */
const LATENCY_MS_MAX = 8_000;
/** What a node does now and then, it does within this time. */
const LOGGED_MS_MAX = 60_000;
/** Far more than all attacks cost together, and far less than one of them takes if it is not bounded. */
const GROWTH_MIB_MAX = 250;
/** What an answer or a line of the log never holds: a place in our sources, or a library's own words. */
const INSIDES = /\bat [\w.<>]+ \(|\bfile:\/\/|node_modules|\.ts:\d+:\d+|ReplyError|WRONGTYPE/;

export interface Person {
  /** `name=value` */
  readonly cookie: string;
  readonly token: string;
  readonly from: string;
}

/** Something somebody tries, and what is to come of it, in words. */
export interface Attack {
  readonly what: string;
  readonly expected: string;
  run(bed: AttackBed): Promise<string>;
}

export interface Seat {
  readonly room: string;
  readonly seat: number;
  readonly instance: readonly [number, number];
  readonly ticket: string;
  readonly code: string;
}

type Environment = Readonly<Record<string, string>>;

export class AttackBed {
  readonly server: LabServer;
  readonly redis: RedisServer;
  readonly #witness: Witness;
  /** Everything that was given out and proves something. */
  readonly #secrets = new Set<string>();
  readonly #pid: number;
  readonly #environment: Environment;
  #startMiB = 0;
  #addresses = 10;

  private constructor(server: LabServer, redis: RedisServer, environment: Environment) {
    this.#environment = environment;
    this.server = server;
    this.redis = redis;
    this.#pid = server.pid;
    this.#witness = new Witness(this);
  }

  static async start(): Promise<AttackBed> {
    const redis = await startRedisServer();
    const secret = randomSecret(32);
    const environment = {
      NODE_ENV: "production",
      ALLOWED_ORIGINS: ORIGIN,
      SECRETS: `k1:${secret}`,
      REDIS_URL: redis.url,
    };
    const server = await LabServer.start({ environment });
    const bed = new AttackBed(server, redis, environment);
    bed.#secrets.add(secret);
    await bed.#witness.sitDown();
    bed.#startMiB = await bed.#memoryMiB();
    return bed;
  }

  async stop(): Promise<void> {
    this.#witness.leave();
    await this.server.close();
    await this.redis.stop();
  }

  get port(): number {
    return this.server.port;
  }

  /** An address that nobody has used: what one attack uses up is no other's. */
  nextAddress(): string {
    const number = this.#addresses++;
    return `127.0.${1 + Math.floor(number / 250)}.${1 + (number % 250)}`;
  }

  ask(line: string, asked: Partial<Asked> = {}): Promise<Answer> {
    return ask(this.port, line, { from: this.nextAddress(), ...asked });
  }

  /** What must never be seen in a log from here on. */
  keepSecret(...secrets: readonly string[]): void {
    for (const secret of secrets) this.#secrets.add(secret);
  }

  /** A guest by the name, who comes from an address of his own. */
  async guest(name = "Ann", from = this.nextAddress()): Promise<Person> {
    return this.#person(await this.ask("POST /api/session/guest", { from, body: { name } }), from);
  }

  /** A player with an account by the name. */
  async player(name: string, from = this.nextAddress()): Promise<Person> {
    this.keepSecret(PASSWORD);
    const body = { name, password: PASSWORD };
    return this.#person(await this.ask("POST /api/account/register", { from, body }), from);
  }

  /** Gives an account a role, as whoever has the machine does. */
  async grant(name: string, role: string): Promise<void> {
    const env = { PATH: process.env.PATH, ...this.#environment };
    const words = ["--import", "tsx", ADMIN, "grant", name, role];
    await promisify(execFile)(process.execPath, words, { env });
  }

  /** Signs somebody in whose account has this bed's password. */
  async signIn(name: string, from = this.nextAddress()): Promise<Person> {
    const body = { name, password: PASSWORD };
    return this.#person(await this.ask("POST /api/account/sign-in", { from, body }), from);
  }

  /** Somebody whose answer to signing in came. */
  #person({ status, text, cookie = "" }: Answer, from: string): Person {
    expect(status, text).toBe(200);
    const { token } = JSON.parse(text) as { token: string };
    this.keepSecret(token, cookie.split("=")[1] ?? "");
    return { cookie, token, from };
  }

  wire(from = this.nextAddress(), headers: Readonly<Record<string, string>> = {}): Wire {
    return new Wire(this.port, { from, headers });
  }

  /** An admitted connection of somebody; frames come as JSON. */
  async admitted(person: Person, handshake: object = {}): Promise<Wire> {
    const wire = await this.wire(person.from).opened();
    wire.send(`0${JSON.stringify({ ...greeting(person.token), ...handshake })}`);
    await until("it is welcome", () => wire.events("welcome").length > 0);
    return wire;
  }

  /** A new private room of the ledger, and a seat there. */
  async seated(wire: Wire, join: object = { create: "private" }): Promise<Seat> {
    const reply = await wire.ask("join", { game: ledger.name, shape: ledger.shape, ...join });
    expect(reply).toMatchObject({ seated: { room: expect.any(String), seat: expect.any(Number) } });
    const { seated } = reply as { seated: Seat };
    this.keepSecret(seated.ticket);
    return seated;
  }

  /** The same process serves the same player as before, soon; it has not grown, and has told nothing. */
  async alive(after: string): Promise<void> {
    const tookMs = await this.#witness.play();
    expect(tookMs, `the player's wait after: ${after}`).toBeLessThan(LATENCY_MS_MAX);
    expect(this.server.pid, after).toBe(this.#pid);
    const grownMiB = (await this.#memoryMiB()) - this.#startMiB;
    expect(grownMiB, `MiB more after: ${after}`).toBeLessThan(GROWTH_MIB_MAX);
  }

  /** What the log says: whole lines only, each of them JSON. */
  get lines(): readonly Readonly<Record<string, unknown>>[] {
    const whole = this.server.output.slice(0, this.server.output.lastIndexOf("\n"));
    return whole.split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Whether the log has such a line, now or in a moment. */
  async logged(fields: Readonly<Record<string, unknown>>): Promise<void> {
    const fits = (line: Readonly<Record<string, unknown>>) =>
      Object.entries(fields).every(([name, value]) => line[name] === value);
    const hope = `the log says ${JSON.stringify(fields)}`;
    await until(hope, () => this.lines.some(fits), LOGGED_MS_MAX);
  }

  /** Nothing that proves something is in the log, no fault but those expected, nothing raw. */
  logIsClean(faults: readonly string[] = []): void {
    const { output } = this.server;
    const leaked = [...this.#secrets].filter((secret) => secret !== "" && output.includes(secret));
    expect(leaked).toEqual([]);
    const errors = this.lines.filter(({ level, event }) => {
      return level === "error" && !faults.includes(String(event));
    });
    expect(errors).toEqual([]);
    const addresses = this.lines.flatMap(({ address }) => (address === undefined ? [] : address));
    // Coarse: no line names a household.
    const whole = addresses.filter((address) => !/^127\.0\.\d+\.0\/24$/.test(String(address)));
    expect(whole).toEqual([]);
    expect(output).not.toMatch(/[^\P{Cc}\n]|[\u2028\u2029\p{Bidi_Control}]/u);
  }

  async #memoryMiB(): Promise<number> {
    const status = await readFile(`/proc/${this.#pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }
}

/** The least that a handshake needs. */
export function greeting(token: string | undefined, page = `page-${randomSecret(9)}`) {
  return { protocol: 1, page, frames: "json", ...(token === undefined ? {} : { token }) };
}

/** Fails if an answer tells how the server is made. */
export function tellsNothing(text: string): void {
  expect(text).not.toMatch(INSIDES);
}

/** Somebody who sits in a room of the same server and plays, on one connection from first to last. */
class Witness {
  readonly #bed: AttackBed;
  #wire: Wire | undefined;
  #seat: Seat | undefined;
  #seq = 0;

  constructor(bed: AttackBed) {
    this.#bed = bed;
  }

  async sitDown(): Promise<void> {
    this.#wire = await this.#bed.admitted(await this.#bed.guest("Witness", WITNESS_ADDRESS));
    this.#seat = await this.#bed.seated(this.#wire);
  }

  /** Plays one command; gives how long it took until its effect was seen, in ms. */
  async play(): Promise<number> {
    const [wire, seat] = [this.#wire, this.#seat];
    if (wire === undefined || seat === undefined) throw new Error("nobody sits");
    const seq = ++this.#seq;
    const { room, instance } = seat;
    const args = { to: seat.seat, coins: 1, mark: `m${seq}` };
    const sentMs = performance.now();
    const commands = [{ seq, name: "transfer", args }];
    wire.send(`2${JSON.stringify(["command", { room, instance, commands }])}`);
    await until(`command ${seq} of the witness takes effect`, () => {
      expect(wire.ending).toBe("open");
      return wire.events("frame").some(({ applied }) => applied === seq);
    });
    wire.texts.length = 0;
    return performance.now() - sentMs;
  }

  leave(): void {
    this.#wire?.drop();
  }
}
