// Builds: nodes of two builds on one Redis, as during a deploy that changes a game: who takes over whose
// rooms, and what becomes of those who play.

import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { join } from "../../client/join.ts";
import { memoryStorage } from "../../client/keepsake.ts";
import { Session } from "../../client/session.ts";
import { ADOPT_EVERY_MS } from "../../server/node/node.ts";
import { startRedisServer } from "../contract/redisServer.ts";
import { LabServer, until } from "./lab.ts";
import { COINS_AT_START, ledger } from "./ledger.ts";
import { newerLedger } from "./newerLedger.ts";
import { TcpProxy } from "./proxy.ts";

const NEWER = fileURLToPath(new URL("serveNewer.ts", import.meta.url));

const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Starts nodes of today's build and of the newer one on the same Redis. */
async function groundOfBuilds() {
  const redis = await startRedisServer({ fsync: "always" });
  closers.push(() => redis.stop());
  const environment = { REDIS_URL: redis.url, SECRETS: `k1:${randomBytes(32).toString("base64")}` };
  const start = async (build: { readonly script?: string }) => {
    const node = await LabServer.start({ environment, ...build });
    closers.push(() => node.close());
    return node;
  };
  return { today: () => start({}), newer: () => start({ script: NEWER }) };
}

/** Somebody behind a line to a node, whose page is loaded anew whenever it is told to be. */
async function visitor(name: string, node: LabServer, room?: string) {
  const line = await TcpProxy.open(node.port);
  closers.push(() => line.close());
  const session = new Session(line.url);
  const storage = memoryStorage();
  const page = { url: line.url, name, session, storage };
  const asked = room === undefined ? {} : { room };
  let seat = await join({ ...page, ...asked, game: ledger });
  const first = { room: seat.room, index: seat.index ?? -1 };
  closers.push(() => seat.close());
  const person = {
    ...first,
    line,
    marks: [] as string[],
    reloads: 0,
    longestMs: 0,
    isOver: false,
    get seat() {
      return seat;
    },
    play,
  };

  const mustReload = () => seat.status.phase === "over" && seat.status.next === "reload";

  /** The page that comes after is of the newer build, as the server has it by then. */
  async function reload(): Promise<void> {
    person.reloads += 1;
    const next = await join({ ...page, room: first.room, game: newerLedger });
    seat = next as unknown as typeof seat;
  }

  /** One transfer after the other, each seen to its end, through reloads. */
  async function play(): Promise<void> {
    while (!person.isOver) {
      if (mustReload()) await reload();
      const mark = `${name}-${person.marks.length}`;
      person.marks.push(mark);
      const beganMs = performance.now();
      const end = seat.send.transfer({ to: first.index, coins: 1, mark });
      let isEnded = false;
      void end.then(() => {
        isEnded = true;
      });
      await until(`${mark} has ended`, () => isEnded || mustReload());
      person.longestMs = Math.max(person.longestMs, performance.now() - beganMs);
      if (isEnded) expect((await end).end, mark).toBe("applied");
      await sleep(20);
    }
  }
  return person;
}

type Visitor = Awaited<ReturnType<typeof visitor>>;

async function expectNothingLost(people: readonly Visitor[]): Promise<void> {
  const sent = people.flatMap(({ marks }) => marks).sort();
  for (const { seat, index } of people) {
    await until("every mark is there", () => [...seat.state.marks].length >= sent.length);
    expect([...seat.state.marks].map(({ mark }) => mark).sort()).toEqual(sent);
    expect(seat.state.accounts.get(index)?.coins).toBe(COINS_AT_START);
    expect(seat.index).toBe(index);
  }
}

test("[L47] while nodes of an older build are replaced by newer ones everybody plays on; with the last of them rooms go over, pages are loaded anew once, and nothing is lost", async () => {
  const { today, newer } = await groundOfBuilds();
  const old = await Promise.all([today(), today()]);
  const ada = await visitor("ada", old[0]);
  const bob = await visitor("bob", old[1], ada.room);
  const people = [ada, bob];
  const playing = people.map((person) => person.play());
  const next = await Promise.all([newer(), newer()]);
  const replace = async (at: number) => {
    const person = people[at];
    if (person !== undefined) person.line.targetPort = next[at]?.port ?? 0;
    await old[at]?.signal("SIGTERM");
  };
  await replace(0);
  await sleep(3_000);
  expect(people.map(({ reloads }) => reloads)).toEqual([0, 0]);
  await replace(1);
  await until("everybody has the newer page", () => people.every(({ reloads }) => reloads > 0));
  await sleep(1_000);
  for (const person of people) person.isOver = true;
  await Promise.all(playing);
  await expectNothingLost(people);
  expect(people.map(({ reloads }) => reloads)).toEqual([1, 1]);
  expect(Math.max(...people.map(({ longestMs }) => longestMs))).toBeLessThan(ADOPT_EVERY_MS);
});

test("[L48] a node of an older build takes no room of a newer one, and says that the page is of another version", async () => {
  const { today, newer } = await groundOfBuilds();
  const first = await newer();
  const page = { name: "ada", storage: memoryStorage(), game: newerLedger };
  const line = await TcpProxy.open(first.port);
  closers.push(() => line.close());
  const seat = await join({ ...page, url: line.url });
  closers.push(() => seat.close());
  const note = (mark: string) => seat.send.transfer({ to: seat.index ?? 0, coins: 1, mark });
  expect(await note("before")).toMatchObject({ end: "applied" });
  const older = await today();
  await first.signal("SIGKILL");
  const waiting = note("meanwhile");
  for (let round = 0; round < 2; round++) {
    const asked = join({ url: older.url, game: ledger, name: "bob", room: seat.room });
    await expect(asked).rejects.toMatchObject({ reason: "wrong-version", next: "reload" });
    // After that it would be adopted, if it could be.
    await sleep(1_000);
  }
  expect(older.output).toContain("room-foreign");
  line.targetPort = (await newer()).port;
  expect(await waiting).toMatchObject({ end: "applied" });
  expect([...seat.state.marks].map(({ mark }) => mark)).toEqual(["before", "meanwhile"]);
});
