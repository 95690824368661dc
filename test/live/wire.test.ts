// The wire as a stranger uses it: a stock Socket.IO client and fetch, nothing of ours but the words
// in WIRE.md. Signs in, sits down, plays, drops and comes back.

import { io, type Socket } from "socket.io-client";
import { afterEach, describe, expect, test } from "vitest";
import { LabServer, until } from "./lab.ts";

interface Frame {
  room: string;
  epoch: number;
  version: number;
  base?: number;
  full?: true;
  changes: Record<string, Record<string, Record<string, unknown> | null | true>>;
  applied?: number;
  refused?: [number, string][];
}

interface Seated {
  room: string;
  seat?: number;
  instance: [number, number];
  ticket?: string;
  code: string;
  previous?: { applied: number; refused: [number, string][] };
}

const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A person with a cookie, as a program without a browser keeps one. */
class Stranger {
  readonly #url: string;
  #cookie = "";
  token = "";

  constructor(url: string) {
    this.#url = url;
  }

  async signIn(name: string): Promise<void> {
    const answer = await this.#post("/api/session/guest", { name });
    expect(answer.status).toBe(200);
    this.#cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    this.token = ((await answer.json()) as { token: string }).token;
  }

  async freshToken(): Promise<number> {
    const answer = await this.#post("/api/session/token", {});
    if (answer.ok) this.token = ((await answer.json()) as { token: string }).token;
    return answer.status;
  }

  async get(path: string): Promise<unknown> {
    const answer = await fetch(this.#url + path, { headers: { cookie: this.#cookie } });
    return answer.json();
  }

  #post(path: string, body: object): Promise<Response> {
    const headers: Record<string, string> = { "Content-Type": "application/json" };
    if (this.#cookie !== "") headers.Cookie = this.#cookie;
    return fetch(this.#url + path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  connect(auth: object): Line {
    const line = new Line(
      io(this.#url, { transports: ["websocket"], reconnection: false, auth, forceNew: true }),
    );
    closers.push(() => line.close());
    return line;
  }
}

/** One connection and what came over it. */
class Line {
  readonly socket: Socket;
  readonly seated: Seated[] = [];
  readonly frames: Frame[] = [];
  readonly refusals: { reason: string; next: string; room?: string; seq?: number }[] = [];
  refused: { reason: string; next: string } | undefined;
  welcomed = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("welcome", () => {
      this.welcomed = true;
    });
    socket.on("seated", (seated: Seated) => this.seated.push(seated));
    socket.on("frame", (frame: Frame) => this.frames.push(frame));
    socket.on("refusal", (refusal) => this.refusals.push(refusal));
    socket.on("connect_error", (error: Error & { data?: { reason: string; next: string } }) => {
      this.refused = error.data;
    });
  }

  get newest(): Frame {
    const frame = this.frames.at(-1);
    if (frame === undefined) throw new Error("no frame yet");
    return frame;
  }

  close(): void {
    this.socket.disconnect();
  }

  async join(request: object): Promise<Seated> {
    const reply = (await this.socket.emitWithAck("join", request)) as { seated: Seated };
    expect(reply).toHaveProperty("seated");
    return reply.seated;
  }
}

const auth = (page: string, rest: object) => ({
  protocol: 1,
  page: `${page}-page-000000000`,
  frames: "json",
  seats: [],
  ...rest,
});

describe("a stock Socket.IO client with only the wire document", () => {
  test("[L20] signs in, sits down, plays, drops, and resumes with a ticket and no token", async () => {
    const server = await LabServer.start();
    closers.push(() => server.close());
    const ada = new Stranger(server.url);
    const bob = new Stranger(server.url);
    await ada.signIn("Ada");
    await bob.signIn("Bob");
    const { games } = (await ada.get("/api/games")) as { games: { name: string; shape: string }[] };
    const shape = games.find(({ name }) => name === "nim")?.shape;
    expect(shape).toBeTypeOf("string");

    const adasLine = ada.connect(auth("ada", { token: ada.token }));
    await until("ada is welcome", () => adasLine.welcomed);
    const adasSeat = await adasLine.join({ game: "nim", shape, create: "private" });
    const bobsLine = bob.connect(auth("bob", { token: bob.token }));
    const bobsSeat = await bobsLine.join({ game: "nim", shape, code: adasSeat.code });
    expect(bobsSeat.room).toBe(adasSeat.room);
    await until("both see 21 sticks", () => {
      const sticks = (line: Line) =>
        line.frames.some(({ changes }) => {
          const table = changes.table?.["0"];
          return typeof table === "object" && table !== null && table.sticks === 21;
        });
      return sticks(adasLine) && sticks(bobsLine);
    });

    // Both move at once: one is refused with the game's reason, one is applied.
    for (const [line, seat] of [
      [adasLine, adasSeat],
      [bobsLine, bobsSeat],
    ] as const) {
      const commands = [{ seq: 1, name: "take", args: { count: 3 } }];
      line.socket.emit("command", { room: seat.room, instance: seat.instance, commands });
    }
    const ended = (line: Line) => line.frames.find(({ applied }) => applied === 1);
    await until("both commands ended", () =>
      [adasLine, bobsLine].every((l) => ended(l) !== undefined),
    );
    const refusals = [adasLine, bobsLine].flatMap((line) => ended(line)?.refused ?? []);
    expect(refusals.length).toBeLessThanOrEqual(1);

    const { epoch, version } = adasLine.newest;
    adasLine.close();
    await until("bob sees ada away", () =>
      bobsLine.frames.some(({ changes }) => {
        const seen = changes.$seats?.[String(adasSeat.seat)];
        return typeof seen === "object" && seen !== null && seen.presence === "away";
      }),
    );

    const resume = {
      room: adasSeat.room,
      instance: adasSeat.instance,
      bookmark: { epoch, version },
      shape,
      ticket: adasSeat.ticket,
      commands: [{ seq: 2, name: "take", args: { count: 1 } }],
    };
    const back = ada.connect(auth("ada", { seats: [resume] }));
    await until("ada is seated again", () => back.seated.length === 1 && back.frames.length > 0);
    expect(back.seated[0]).toMatchObject({ room: adasSeat.room, seat: adasSeat.seat });
    expect(back.seated[0]?.instance).toEqual(adasSeat.instance);
    expect(back.seated[0]?.ticket).not.toBe(adasSeat.ticket);
    expect(back.newest.full).toBeUndefined();
    expect(back.newest.base).toBe(version);
    expect(back.newest.applied).toBe(2);
  });

  test("[L21] is refused with a reason and the next step, and a refused resume is final", async () => {
    const server = await LabServer.start();
    closers.push(() => server.close());
    const eve = new Stranger(server.url);
    await eve.signIn("Eve");

    const forged = eve.connect(auth("eve", { token: `${eve.token.slice(0, -4)}AAAA` }));
    await until("the forged token is refused", () => forged.refused !== undefined);
    expect(forged.refused).toMatchObject({ reason: "token-invalid", next: "sign-in" });

    const line = eve.connect(auth("eve", { token: eve.token }));
    await until("eve is welcome", () => line.welcomed);
    line.socket.emit("resume", {
      room: "nosuchroom0000",
      instance: [1, 1],
      shape: "00000000",
    });
    await until("the resume is refused", () => line.refusals.length > 0);
    expect(line.refusals[0]).toMatchObject({ room: "nosuchroom0000" });
    expect(await eve.freshToken()).toBe(200);
    expect(await new Stranger(server.url).freshToken()).toBe(401);
  });
});
