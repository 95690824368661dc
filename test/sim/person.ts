// Person: somebody with a device and the tabs of its browser, who plays the bank through the real
// client library. What they do is chosen elsewhere; what their pages show and tell is noted here.

import { Keepsake } from "../../client/keepsake.ts";
import type { PageStorage, SentCommand } from "../../client/seat.ts";
import { RefusedError } from "../../client/session.ts";
import { Sitting } from "../../client/sitting.ts";
import { openSocket, type WebSocketClass } from "../../client/socket.ts";
import { ByteReader } from "../../shared/bytes.ts";
import { ANSWER_BYTE } from "../../shared/frame.ts";
import type { RoomId } from "../../shared/ids.ts";
import { HORIZON_MS } from "../../shared/limits.ts";
import type { History, PageSeen, Sent } from "./history.ts";
import type { LineEnd, Message, Network, Path } from "./network.ts";
import type { DeskAnswer } from "./node.ts";
import { textOfView } from "./viewText.ts";
import { Life, type World } from "./world.ts";

export interface PersonGround {
  readonly world: World;
  readonly network: Network;
  readonly history: History;
  /** Asks the node that takes connections now; undefined if there is none. */
  desk(cookie: string | undefined, guest: string | undefined): Promise<DeskAnswer> | undefined;
}

interface Token {
  readonly token: string;
  readonly expiresInMs: number;
}

const LOOK_AGAIN_MS = 500;
/** How a handshake begins, as Engine.IO and Socket.IO write it. */
const CONNECT = "40";
const ORIGIN = "http://bank.example";

/** Storage of a tab, which outlives its pages and can be copied with it. */
class TabStorage implements PageStorage {
  readonly #kept: Map<string, string>;

  constructor(kept: ReadonlyMap<string, string> = new Map()) {
    this.#kept = new Map(kept);
  }

  getItem(key: string): string | null {
    return this.#kept.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#kept.set(key, value);
  }

  removeItem(key: string): void {
    this.#kept.delete(key);
  }

  copy(): TabStorage {
    return new TabStorage(this.#kept);
  }
}

export class Tab {
  readonly name: string;
  readonly storage: TabStorage;
  page: Page | undefined;

  constructor(name: string, storage: TabStorage) {
    this.name = name;
    this.storage = storage;
  }
}

export interface PersonGiven {
  readonly name: string;
  readonly path: Path;
  /** Set for somebody who only looks: in which room, if there is one yet. */
  readonly watches: (() => RoomId | undefined) | undefined;
}

export class Person {
  readonly name: string;
  readonly path: Path;
  readonly watches: PersonGiven["watches"];
  readonly tabs: Tab[] = [];
  /** Whether the browser tells a duplicated tab from the one it was copied from. */
  readonly hasLocks: boolean;
  readonly #ground: PersonGround;
  #cookie: string | undefined;
  #pages = 0;
  #tabs = 0;
  #marks = 0;

  constructor({ name, path, watches }: PersonGiven, ground: PersonGround) {
    this.name = name;
    this.path = path;
    this.watches = watches;
    this.#ground = ground;
    this.hasLocks = ground.world.chance(0.5);
  }

  /** Pages that are open, oldest first. */
  get pages(): readonly Page[] {
    return this.tabs.flatMap(({ page }) => (page?.life.isAlive === true ? [page] : []));
  }

  /** Opens the game in a new tab, or in a copy of one. */
  openTab(copied?: Tab): Tab {
    const storage = copied?.storage.copy() ?? new TabStorage();
    for (const sent of copied?.page?.open ?? []) sent.isCopied = true;
    const tab = new Tab(`${this.name}.${++this.#tabs}`, storage);
    this.tabs.push(tab);
    this.load(tab);
    return tab;
  }

  /** Loads the page of a tab, or loads it anew. Whoever wants to watch waits until there is a room. */
  load(tab: Tab): void {
    const { world, history } = this.#ground;
    const room = this.watches?.();
    if (this.watches !== undefined && room === undefined)
      return void world.plan(LOOK_AGAIN_MS, world.nature, () => this.#loadIfOpen(tab));
    const before = tab.page;
    if (before?.life.isAlive === true) {
      for (const sent of before.open) history.handedOn.push({ page: before.seen, sent });
    }
    this.unload(tab);
    const name = `page-of-${this.name}-${String(++this.#pages).padStart(6, "0")}`;
    const seen: PageSeen = { name, person: this.name, tab: tab.name };
    const keepsake = new Keepsake(tab.storage, ORIGIN, history.game.name);
    const kept = this.watches === undefined ? keepsake.find({}) : undefined;
    const others = this.pages.filter(({ sitting }) => sitting.room === kept?.room);
    const alone = !this.hasLocks || others.length === 0;
    history.note(name, `loaded${kept === undefined ? "" : `, kept ${kept.outbox ?? "no outbox"}`}`);
    const life = new Life(world, name);
    const page = new Page(seen, life, {
      ...this.#ground,
      path: this.path,
      request: room === undefined ? {} : { watch: true, room },
      keepsake,
      kept,
      hold: kept === undefined ? undefined : { alone, release: () => undefined },
      token: (mayBecomeGuest) => this.#token(life, mayBecomeGuest),
    });
    tab.page = page;
  }

  #loadIfOpen(tab: Tab): void {
    if (this.tabs.includes(tab) && tab.page?.life.isAlive !== true) this.load(tab);
  }

  /** The page of a tab is gone; its system says goodbye for it. */
  unload(tab: Tab): void {
    const { page } = tab;
    if (page === undefined || page.life.isDead) return;
    page.life.kill();
    this.#ground.network.died(page.life, "told");
    this.#ground.history.note(page.seen.name, "unloaded");
  }

  close(tab: Tab): void {
    this.unload(tab);
    this.tabs.splice(this.tabs.indexOf(tab), 1);
  }

  /** One more command from each page that has the seat. */
  speakUp(): void {
    for (const page of this.pages) {
      if (page.status.phase === "live") page.send("settle", this.nextMark());
    }
  }

  nextMark(): string {
    return `${this.name}-${++this.#marks}`;
  }

  /** Asks over the network, and over the same bad line as everything else. */
  async #token(life: Life, mayBecomeGuest: boolean): Promise<Token> {
    await this.#travel(this.#ground.world.nature);
    const cookie = this.#cookie;
    const answer = await this.#ground.desk(cookie, mayBecomeGuest ? this.name : undefined);
    await this.#travel(life);
    // Another tab was quicker to become somebody: a person here is one guest, not two.
    if (cookie !== this.#cookie) return this.#token(life, mayBecomeGuest);
    switch (answer?.kind) {
      case "token":
        this.#cookie = answer.cookie;
        return answer;
      case "stranger":
        throw new RefusedError({ reason: "sign-in-needed", next: "sign-in" });
      case "away":
        throw new RefusedError({ reason: "store-away", next: "retry" });
      default:
        throw new Error("nobody listens");
    }
  }

  /** Resolves when a request or its answer has come; never if it is lost. */
  #travel(life: Life): Promise<void> {
    const { world } = this.#ground;
    const { path } = this;
    return new Promise((resolve) => {
      world.plan(2 * path.delayMs + world.random() * path.jitterMs, life, () => {
        if (!path.isOffline) resolve();
      });
    });
  }
}

interface PageParts extends PersonGround {
  readonly path: Path;
  readonly request: { readonly watch?: boolean; readonly room?: RoomId };
  readonly keepsake: Keepsake;
  readonly kept: ReturnType<Keepsake["find"]>;
  readonly hold: { readonly alone: boolean; release(): void } | undefined;
  readonly token: (mayBecomeGuest: boolean) => Promise<Token>;
}

interface EventTold {
  readonly values: { readonly mark?: string; readonly words?: string };
}

/** A loaded page: one process, one sitting. */
export class Page {
  readonly seen: PageSeen;
  readonly life: Life;
  readonly sitting: Sitting;
  /** Commands that this page was given and that have not ended. */
  readonly open = new Set<Sent>();
  readonly #parts: PageParts;
  readonly #commands = new Map<Sent, SentCommand>();
  #names = 0;
  #shownMs = 0;

  constructor(seen: PageSeen, life: Life, parts: PageParts) {
    this.seen = seen;
    this.life = life;
    this.#parts = parts;
    const { world, history, request, keepsake, kept, hold, token } = parts;
    const Line = lineClass(life, parts, (isBlind) => {
      const isLate = world.nowMs - this.#shownMs > HORIZON_MS;
      if (isBlind || isLate) history.begunAnew.push({ order: history.next(), page: seen });
    });
    this.sitting = new Sitting({
      game: history.game,
      ...{ request, kept, keepsake, hold },
      holdName: (room) => room,
      world: {
        clock: life.clock,
        random: world.random,
        // A page takes another name after a rollback.
        pageName: () => `${seen.name}${this.#names++ === 0 ? "" : `-${this.#names}`}`,
        open: (owner) => openSocket(ORIGIN, Line, owner),
        token,
      },
    });
    this.#listen();
  }

  get status(): Sitting["status"] {
    return this.sitting.status;
  }

  get room(): RoomId {
    return this.sitting.room as RoomId;
  }

  /** Sends a command of the bank and notes what becomes of it. */
  send(name: string, mark: string, args: Readonly<Record<string, unknown>> = {}): Sent {
    const { history } = this.#parts;
    const given = { order: history.next(), page: this.seen, name, mark };
    const sent: Sent = { ...given, ends: [], isCancelled: false, isCopied: false };
    history.sent.push(sent);
    history.note(this.seen.name, `sends ${name} ${mark}`);
    this.open.add(sent);
    const command = this.sitting.send(name, { mark, ...args });
    this.#commands.set(sent, command);
    void command.then((end) => {
      if (this.life.isDead) return;
      this.open.delete(sent);
      this.#commands.delete(sent);
      const reason = "reason" in end ? `${end.end} ${end.reason}` : end.end;
      sent.ends.push({ order: history.next(), end: reason });
      history.note(this.seen.name, `${mark} ends: ${reason}`);
    });
    return sent;
  }

  cancel(sent: Sent): void {
    this.#parts.history.note(this.seen.name, `cancels ${sent.mark}`);
    sent.isCancelled = true;
    this.#commands.get(sent)?.cancel();
  }

  lean(x: number): void {
    this.sitting.play.inputs.offer("lean", { x }, this.life.clock.now());
    this.sitting.hurry();
  }

  leave(): void {
    const { history } = this.#parts;
    history.left.push({ order: history.next(), person: this.seen.person });
    history.note(this.seen.name, "leaves");
    this.sitting.driver.post({ kind: "leave" });
  }

  #listen(): void {
    const { sitting, seen } = this;
    const { history } = this.#parts;
    // Nobody waits for the first view here; the status tells.
    sitting.ready.catch(() => undefined);
    sitting.listeners.add("status", () => {
      const { status } = this;
      const why = status.phase === "over" ? ` (${status.reason})` : "";
      history.note(seen.name, `is ${status.phase}${why}`);
      if (status.phase === "over") history.over.push(seen);
      if (status.phase !== "elsewhere") return;
      history.overtaken.push(seen);
      history.begunAnew.push({ order: history.next(), page: seen });
    });
    sitting.listeners.add("change", () => this.#noteView());
    sitting.listeners.add("event", ({ values: { mark, words } }: EventTold) => {
      history.told.push({ order: history.next(), page: seen, text: mark ?? words ?? "" });
    });
    sitting.listeners.add("rolledBack", () => history.rollbacks.push(seen));
  }

  #noteView(): void {
    const { replica } = this.sitting.play;
    if (replica?.bookmark === undefined) return;
    const { epoch, version } = replica.bookmark;
    const { history } = this.#parts;
    const text = history.looksAt(version) ? textOfView(history.game, replica.view) : undefined;
    const room = replica.room as RoomId;
    this.#shownMs = this.#parts.world.nowMs;
    const order = history.next();
    const seat = replica.view.seat;
    history.shown.push({ order, page: this.seen, room, seat, epoch, version, text });
  }
}

/** The platform's WebSocket, for one page on one device. Tells of whole views, and whether one was all it could get. */
function lineClass(
  life: Life,
  { network, path }: PageParts,
  whole: (isBlind: boolean) => void,
): WebSocketClass {
  return class {
    binaryType = "arraybuffer" as const;
    onopen = null;
    onclose: ((event: never) => unknown) | null = null;
    onmessage: ((event: never) => unknown) | null = null;
    onerror = null;
    readonly #end: LineEnd;
    #hasBookmark = false;

    constructor() {
      this.#end = network.dial(life, path, {
        message: (message) => {
          if (isWholeView(message)) whole(!this.#hasBookmark);
          this.onmessage?.({ data: contentOf(message) } as never);
        },
        closed: () => this.onclose?.({} as never),
      });
    }

    send(message: unknown): void {
      if (typeof message === "string" && message.startsWith(CONNECT))
        this.#hasBookmark = message.includes('"bookmark"');
      this.#end.send(message as Message);
    }

    close(): void {
      this.#end.close();
    }
  } as unknown as WebSocketClass;
}

function isWholeView(message: Message): boolean {
  if (typeof message === "string" || message[0] !== ANSWER_BYTE) return false;
  const reader = new ByteReader(message.subarray(1));
  reader.text();
  const [, , reach] = [reader.varuint(), reader.varuint(), reader.varuint()];
  return reach === 0;
}

function contentOf(message: Message): string | ArrayBufferLike {
  return typeof message === "string" ? message : new Uint8Array(message).buffer;
}
