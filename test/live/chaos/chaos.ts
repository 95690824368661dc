// Chaos: one round with everything real: a Redis, three nodes, and people who play while a nemesis
// breaks things. It lets everything heal and rest, and only then asks what was broken.

import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Game } from "../../../shared/game.ts";
import { arena } from "../../../shared/games/arena.ts";
import type { RoomId } from "../../../shared/ids.ts";
import { type RedisServer, startRedisServer } from "../../contract/redisServer.ts";
import { History, type Logged } from "../../sim/history.ts";
import { LabServer } from "../lab.ts";
import { ledger } from "../ledger.ts";
import { TcpProxy } from "../proxy.ts";
import { Bot } from "./bot.ts";
import { KEEPS_EVERYTHING, readLogFile } from "./logFile.ts";
import { haunt } from "./nemesis.ts";
import { brokenRules, storyOf } from "./verdict.ts";

const NODES = 3;
/** Players of a room sit behind lines to different nodes. */
const NAMES = ["ada", "bob", "cid", "dan"] as const;
const SAILORS = ["eve", "fay", "gus"] as const;
/** Views are looked at closely at every so many versions: all of them are too much to write down. */
const LOOK_EVERY = { ledger: 3, arena: 11 } as const;
/** A person's commands; somebody who waits for so many gives no more. */
const GIVE_EVERY_MS = 120;
const WAITING_MAX = 12;
const STEER_EVERY_MS = 50;
/** How long everybody may take to be back once nothing disturbs them any more. */
const REST_MS_MAX = 45_000;
/** Faults that nodes tell of; more of them say nothing new. */
const FAULTS_MAX = 5;

export interface ChaosOptions {
  readonly seed: number;
  /** How long things break. */
  readonly forMs: number;
}

export interface ChaosOutcome {
  /** What does not hold, each with the smallest story around it. */
  readonly broken: readonly string[];
  /** What there was of it, in words. */
  readonly summary: string;
  /** Everything that was logged, and what would be broken if something else had been. */
  readonly entries: readonly Logged[];
  judge(entries: readonly Logged[]): readonly string[];
}

/** Plays a round. Leaves no process, socket or folder behind. */
export async function chaos(options: ChaosOptions): Promise<ChaosOutcome> {
  const closers: (() => unknown)[] = [];
  try {
    return await play(options, closers);
  } catch (cause) {
    throw new Error(`chaos with seed ${options.seed} could not be played to its end`, { cause });
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

async function play(
  { seed, forMs }: ChaosOptions,
  closers: (() => unknown)[],
): Promise<ChaosOutcome> {
  const redis = await startRedisServer({ fsync: "always", settings: KEEPS_EVERYTHING });
  closers.push(() => redis.stop());
  const nodes = await startNodes(redis, closers);
  const histories = [historyOf(ledger, LOOK_EVERY.ledger), historyOf(arena, LOOK_EVERY.arena)];
  const note = (text: string) => {
    for (const history of histories) history.note("nemesis", text);
  };
  const bots = await seatBots(nodes, histories, closers);
  const life = { isOver: false };
  closers.push(() => {
    life.isOver = true;
  });
  const living = bots.map((bot) => live(bot, bots, life));
  await haunt({ redis, nodes, bots }, { seed, forMs }, note);
  note("everything heals");
  life.isOver = true;
  await Promise.all(living);
  const healedMs = performance.now();
  const restless = await rest(bots);
  const restMs = Math.round(performance.now() - healedMs);
  const resting = await readLogFile(redis.directory);
  for (const bot of bots) bot.retire(topOf(resting, bot));
  for (const node of nodes) await node.signal("SIGTERM");
  const entries = await readLogFile(redis.directory);
  const faults = nodes.flatMap(({ output }) => output.match(/^.*"level":"error".*$/gm) ?? []);
  const judge = (logged: readonly Logged[]) =>
    histories.flatMap((history) => {
      const own = bots.filter(({ game }) => game === history.game);
      const rooms = new Set(own.map(({ seat }) => seat?.room));
      history.logged.splice(0, Infinity, ...logged.filter(({ room }) => rooms.has(room)));
      const sentences = [...restless, ...brokenRules(history, own)];
      return sentences.map((sentence) => told(sentence, storyOf(history, sentence)));
    });
  const broken = [...judge(entries), ...faults.slice(0, FAULTS_MAX).map((line) => `I0 ${line}`)];
  return { broken, entries, judge, summary: summaryOf(histories, entries.length, restMs) };
}

/** The newest version of the room that somebody sits in. */
function topOf(entries: readonly Logged[], { seat }: Bot): number {
  return entries.findLast(({ room }) => room === seat?.room)?.version ?? 0;
}

function told(sentence: string, story: readonly string[]): string {
  return [sentence, ...story.map((line) => `    ${line}`)].join("\n");
}

function historyOf(game: unknown, lookEvery: number): History {
  return new History(game as Game, lookEvery, () => performance.now());
}

async function startNodes(redis: RedisServer, closers: (() => unknown)[]): Promise<LabServer[]> {
  const secrets = `k1:${randomBytes(32).toString("base64")}`;
  const environment = { REDIS_URL: redis.url, SECRETS: secrets };
  const nodes = await Promise.all(
    Array.from({ length: NODES }, () => LabServer.start({ environment })),
  );
  for (const node of nodes) closers.push(() => node.close());
  return nodes;
}

/** Everybody sits down, each behind a line of their own; those of a game in one room. */
async function seatBots(
  nodes: readonly LabServer[],
  histories: readonly History[],
  closers: (() => unknown)[],
): Promise<readonly Bot[]> {
  const bots: Bot[] = [];
  for (const [at, names] of [NAMES, SAILORS].entries()) {
    const history = histories[at];
    let room: RoomId | undefined;
    for (const name of names) {
      const node = nodes[bots.length % nodes.length];
      if (node === undefined || history === undefined) throw new Error("a node and a history");
      const line = await TcpProxy.open(node.port);
      closers.push(() => line.close());
      const bot = new Bot({ name, game: history.game, line, history, room });
      closers.push(() => bot.retire(0));
      await bot.sitDown();
      room = bot.seat?.room;
      bots.push(bot);
    }
  }
  return bots;
}

/** Somebody plays until all is over, whatever breaks. */
async function live(bot: Bot, all: readonly Bot[], life: { readonly isOver: boolean }) {
  const others = all.filter(({ seat }) => seat?.room === bot.seat?.room);
  const isSailor = bot.game.tickHz !== undefined;
  for (let turn = all.indexOf(bot); !life.isOver; turn++) {
    const page = bot.page;
    if (isSailor) page?.sitting.play.inputs.offer("steer", steerOf(turn), performance.now());
    page?.sitting.hurry();
    if (page !== undefined && page.open.size < WAITING_MAX && (!isSailor || turn % 20 === 0)) {
      const mark = bot.nextMark();
      if (isSailor) void page.give("renameShip", mark, { title: mark });
      else void page.give("transfer", mark, transferOf(turn, others, mark));
    }
    await sleep(isSailor ? STEER_EVERY_MS : GIVE_EVERY_MS);
  }
}

function steerOf(turn: number) {
  return { heading: (turn * 3) % 256, thrust: 10, fire: turn % 9 === 0 };
}

function transferOf(turn: number, others: readonly Bot[], mark: string) {
  return { to: others[turn % others.length]?.seat?.index ?? 0, coins: 1 + (turn % 5), mark };
}

/** Waits until everybody is back, and has seen a last command take effect. */
async function rest(bots: readonly Bot[]): Promise<readonly string[]> {
  const home = await untilHome(bots);
  if (home.length > 0) return home;
  for (const bot of bots) {
    const mark = bot.nextMark();
    const isSailor = bot.game.tickHz !== undefined;
    if (isSailor) void bot.page?.give("renameShip", mark, { title: mark });
    else void bot.page?.give("transfer", mark, transferOf(0, [bot], mark));
  }
  const last = await untilHome(bots);
  // What the last of them did is on its way to the others.
  await sleep(500);
  return last;
}

async function untilHome(bots: readonly Bot[]): Promise<readonly string[]> {
  const endMs = performance.now() + REST_MS_MAX;
  for (;;) {
    for (const bot of bots) bot.tend();
    const restless = bots.flatMap(({ name, trouble }) =>
      trouble === undefined ? [] : [`I15 ${name} ${trouble}, long after everything healed`],
    );
    if (restless.length === 0 || performance.now() > endMs) return restless;
    await sleep(100);
  }
}

function summaryOf(histories: readonly History[], entries: number, restMs: number): string {
  const troubles = histories[0]?.trace.filter((line) => line.includes(" nemesis ")).length ?? 0;
  const sent = histories.flatMap((history) => history.sent);
  const applied = sent.filter(({ ends }) => ends.some(({ end }) => end === "applied")).length;
  const shown = histories.flatMap((history) => history.shown);
  const looked = shown.filter(({ text }) => text !== undefined).length;
  return (
    `${troubles} troubles, ${entries} log entries, ${sent.length} commands, ` +
    `${applied} told to be applied, ${shown.length} views, ${looked} of them looked at, all at rest ${restMs} ms after everything healed`
  );
}
