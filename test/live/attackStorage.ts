// Attacks on what is stored: Redis edited behind the server's back. What was damaged is refused to
// whoever asks for it, and nobody else notices.

import { bucketOf, keysWith } from "../../server/store/keys.ts";
import type { IdentityId, RoomId, SessionId } from "../../shared/ids.ts";
import { type Attack, type AttackBed, PASSWORD, type Person } from "./attackBed.ts";
import { until } from "./lab.ts";
import { ledger } from "./ledger.ts";

const keys = keysWith("hf:");
const GARBAGE = "\u0000\r\n}{ \u00ff not ours";
const LEDGER = { game: ledger.name, shape: ledger.shape };

interface Ids {
  readonly identity: IdentityId;
  readonly session: SessionId;
}

/** What somebody is called inside, as the log tells. */
async function idsOf(bed: AttackBed, sessionsBefore: number): Promise<Ids> {
  const opened = () => bed.lines.filter(({ event }) => event === "session-opened");
  await until("the log tells of the session", () => opened().length > sessionsBefore);
  return opened().at(-1) as unknown as Ids;
}

const sessionCount = (bed: AttackBed) =>
  bed.lines.filter(({ event }) => event === "session-opened").length;

async function victim(bed: AttackBed, name = "Vic"): Promise<Person & Ids> {
  const before = sessionCount(bed);
  const person = await bed.guest(name);
  return { ...person, ...(await idsOf(bed, before)) };
}

/** What becomes of a join by somebody whom the damage does not concern. */
async function joinAs(bed: AttackBed, request: object, person?: Person): Promise<string> {
  const wire = await bed.admitted(person ?? (await bed.guest()));
  const { refusal, seated, closed } = (await wire.ask("join", { ...LEDGER, ...request })) as {
    readonly refusal?: { readonly reason: string };
    readonly seated?: object;
    readonly closed?: string;
  };
  wire.drop();
  return refusal?.reason ?? (seated === undefined ? String(closed) : "seated");
}

/** What a handshake of somebody comes to. */
async function handshake(bed: AttackBed, { token, from }: Person): Promise<string> {
  const wire = await bed.wire(from).opened();
  const page = "page-0123456789ab";
  wire.send(`0${JSON.stringify({ protocol: 1, page, frames: "json", token })}`);
  await until("it is answered", () => wire.ending !== "open" || wire.events("welcome").length > 0);
  const { ending } = wire;
  wire.drop();
  return ending;
}

async function told(bed: AttackBed, line: string, asked: object): Promise<string> {
  const { status, reason } = await bed.ask(line, asked);
  return `${status} ${reason}`.trim();
}

/** A room that nobody has in memory, whose log or snapshot somebody wrote. */
const storedRoom = (
  what: string,
  expected: string,
  write: (room: RoomId, bed: AttackBed) => Promise<unknown>,
): Attack => ({
  what,
  expected,
  async run(bed) {
    const room = `broken${what.replace(/[^a-z]/g, "").slice(0, 20)}` as RoomId;
    await write(room, bed);
    return joinAs(bed, { room });
  },
});

const entry = (kind: string, bytes: string) => ["kind", kind, "node", "nodeof0000", "bytes", bytes];

export const damagedRooms: readonly Attack[] = [
  storedRoom("a log that is text", "server-fault", (room, { redis }) =>
    redis.command("SET", keys.log(room), GARBAGE),
  ),
  storedRoom("a log of other fields", "server-fault", (room, { redis }) =>
    redis.command("XADD", keys.log(room), "5-1", "a", GARBAGE),
  ),
  storedRoom("a log without a snapshot", "server-fault", (room, { redis }) =>
    redis.command("XADD", keys.log(room), "5-1", ...entry("commit", "x")),
  ),
  storedRoom("a snapshot that is text", "server-fault", async (room, { redis }) => {
    await redis.command("XADD", keys.log(room), "5-1", ...entry("commit", "x"));
    await redis.command("SET", keys.snapshot(room), GARBAGE);
  }),
  storedRoom("a snapshot of garbage", "server-fault", async (room, { redis }) => {
    await redis.command("XADD", keys.log(room), "5-1", ...entry("commit", "x"));
    await redis.command("HSET", keys.snapshot(room), "place", "5-0", "bytes", GARBAGE);
  }),
  storedRoom("a snapshot at no place", "server-fault", async (room, { redis }) => {
    await redis.command("XADD", keys.log(room), "5-1", ...entry("commit", "x"));
    await redis.command("HSET", keys.snapshot(room), "place", GARBAGE, "bytes", GARBAGE);
  }),
  storedRoom("a node of the log that is no node", "server-fault", async (room, { redis }) => {
    await redis.command(
      "XADD",
      keys.log(room),
      "5-1",
      "kind",
      "commit",
      "node",
      GARBAGE,
      "bytes",
      "x",
    );
    await redis.command("HSET", keys.snapshot(room), "place", "5-0", "bytes", GARBAGE);
  }),
  {
    what: "the log of a room in play",
    expected: "paused",
    async run(bed) {
      const wire = await bed.admitted(await bed.guest());
      const seat = await bed.seated(wire);
      const { room, instance } = seat;
      await bed.redis.command("SET", keys.log(room as RoomId), GARBAGE);
      const args = { to: seat.seat, coins: 1, mark: "x" };
      const commands = [{ seq: 1, name: "transfer", args }];
      wire.send(`2${JSON.stringify(["command", { room, instance, commands }])}`);
      await bed.alive("a command in a room whose log is gone");
      await until("the room says that it stands still", () => wire.events("notice").length > 0);
      const [notice] = wire.events("notice");
      const isApplied = wire.events("frame").some(({ applied }) => applied === 1);
      wire.drop();
      return `${String(notice?.kind)}${isApplied ? ", and yet applied" : ""}`;
    },
  },
];

const ORPHAN = "brokenorphan01" as RoomId;

/** Leaves a room behind that is said to be in play, and has no log to be taken over from. */
export async function leaveOrphan({ redis }: AttackBed): Promise<void> {
  const named = { room: ORPHAN, game: ledger.name, gameVersion: 1, code: "abcdefgk" };
  const counts = { seatsTaken: 0, seatsMax: 8, listedMs: 1 };
  const listing = JSON.stringify({ ...named, open: "private", status: "running", ...counts });
  await redis.command("SET", keys.log(ORPHAN), GARBAGE);
  await redis.command("HSET", keys.listings(bucketOf(ORPHAN)), ORPHAN, listing);
}

export const damagedLists: readonly Attack[] = [
  {
    what: "a listing of garbage",
    expected: "200, seated",
    async run(bed) {
      const bucket = keys.listings(bucketOf("brokenlisting" as RoomId));
      await bed.redis.command("HSET", bucket, "brokenlisting", GARBAGE);
      await bed.redis.command("HSET", bucket, "otherlisting", '{"room":1}');
      const rooms = await told(bed, "GET /api/rooms?game=nim", {});
      return `${rooms}, ${await joinAs(bed, { create: "listed" })}`;
    },
  },
  {
    what: "a code that leads nowhere",
    expected: "room-unknown",
    async run(bed) {
      await bed.redis.command("HSET", keys.code("abcdefgh"), "room", GARBAGE);
      return joinAs(bed, { code: "abcdefgh" });
    },
  },
  {
    what: "a code that is text",
    expected: "closed: server-fault",
    async run(bed) {
      await bed.redis.command("SET", keys.code("abcdefgj"), GARBAGE);
      return joinAs(bed, { code: "abcdefgj" });
    },
  },
  {
    what: "a life sign of garbage",
    expected: "signs on",
    async run(bed) {
      await bed.redis.command("HSET", keys.nodes, "nodeofnone", `9999999999999 ${GARBAGE}`);
      await bed.redis.command("HSET", keys.nodes, "nodeoftwo", "9999999999999 null");
      const signs = async () => String(await bed.redis.command("HGETALL", keys.nodes));
      for (const sign of ["first", "second"]) {
        const before = await signs();
        await until(`it signs a ${sign} time`, async () => (await signs()) !== before);
      }
      await bed.redis.command("HDEL", keys.nodes, "nodeofnone", "nodeoftwo");
      const isDeaf = bed.lines.some(({ event }) => event === "node-not-signed");
      return isDeaf ? "reads nobody's" : "signs on";
    },
  },
  {
    what: "the log of a room that is to be taken over",
    expected: "left out",
    async run(bed) {
      // It looks every ten seconds which rooms nodes that ended have left behind.
      await bed.logged({ event: "room-not-located", room: ORPHAN });
      await bed.redis.command("HDEL", keys.listings(bucketOf(ORPHAN)), ORPHAN);
      const isGivenUp = bed.lines.some(({ event }) => event === "rooms-not-adopted");
      return isGivenUp ? "none is taken over" : "left out";
    },
  },
  {
    what: "a revocation of garbage",
    expected: "204, 200",
    async run(bed) {
      await bed.redis.command("XADD", keys.revocations, "*", GARBAGE, GARBAGE);
      const { cookie } = await bed.guest();
      const out = await told(bed, "DELETE /api/session", { headers: { cookie } });
      return `${out}, ${await told(bed, "GET /api/session", { headers: { cookie } })}`;
    },
  },
];

export const damagedPeople: readonly Attack[] = [
  {
    what: "a session of garbage",
    expected: "refused: server-fault",
    async run(bed) {
      const person = await victim(bed);
      await bed.redis.command("HSET", keys.session(person.session), "record", GARBAGE);
      return handshake(bed, person);
    },
  },
  {
    what: "a session that is text",
    expected: "refused: server-fault",
    async run(bed) {
      const person = await victim(bed);
      await bed.redis.command("SET", keys.session(person.session), GARBAGE);
      return handshake(bed, person);
    },
  },
  {
    what: "a session of somebody else",
    expected: "refused: server-fault",
    async run(bed) {
      const [person, other] = [await victim(bed), await victim(bed, "Other")];
      const record = await bed.redis.command("HGET", keys.session(other.session), "record");
      await bed.redis.command("HSET", keys.session(person.session), "record", String(record));
      return handshake(bed, person);
    },
  },
  {
    what: "a session's connections of garbage",
    expected: "200",
    async run(bed) {
      const person = await victim(bed);
      await bed.redis.command("HSET", keys.session(person.session), "connection:x", GARBAGE);
      return told(bed, "GET /api/sessions", { headers: { cookie: person.cookie } });
    },
  },
  {
    what: "an identity of garbage",
    expected: "500 server-fault",
    async run(bed) {
      const person = await victim(bed);
      await bed.redis.command("HSET", keys.identity(person.identity), "record", GARBAGE);
      return told(bed, "GET /api/session", { headers: { cookie: person.cookie } });
    },
  },
  {
    what: "seats of garbage",
    expected: "200",
    async run(bed) {
      const person = await victim(bed);
      await bed.redis.command("HSET", keys.seats(person.identity), "x", GARBAGE);
      const seats = await told(bed, "GET /api/seats", { headers: { cookie: person.cookie } });
      const reason = "what is stored as listing of a seat is none";
      await bed.logged({ event: "record-unreadable", reason });
      return seats;
    },
  },
  {
    what: "a shelf of garbage",
    expected: "200",
    async run(bed) {
      const person = await victim(bed);
      await bed.redis.command("SET", keys.shelf(person.identity, "adventure"), GARBAGE);
      return told(bed, "GET /api/saves", { headers: { cookie: person.cookie } });
    },
  },
  {
    what: "an account of garbage",
    expected: "500 server-fault",
    async run(bed) {
      await bed.player("Broken");
      await bed.redis.command("HSET", keys.account("broken"), "record", GARBAGE);
      const body = { name: "Broken", password: PASSWORD };
      return told(bed, "POST /api/account/sign-in", { body });
    },
  },
];
