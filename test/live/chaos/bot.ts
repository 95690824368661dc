// Bot: one person of a chaos run: a cookie, a line of its own, and tabs that play through the real
// client library over real sockets. It notes what it is told; what befalls it is the nemesis' to draw.

import { WebSocket } from "ws";
import { type CommandEnd, type PageStorage, Session } from "../../../client/join.ts";
import { Keepsake } from "../../../client/keepsake.ts";
import { Sitting } from "../../../client/sitting.ts";
import { openSocket, type WebSocketClass } from "../../../client/socket.ts";
import { systemClock } from "../../../shared/clock.ts";
import type { Game } from "../../../shared/game.ts";
import type { RoomId } from "../../../shared/ids.ts";
import { jitterRandom, randomSecret } from "../../../shared/random.ts";
import type { History, PageSeen, Sent } from "../../sim/history.ts";
import { noteSitting } from "../../sim/sittingNotes.ts";
import type { TcpProxy } from "../proxy.ts";

/** What the storage of a tab holds, from page to page. */
class TabStorage {
  readonly #kept = new Map<string, string>();
  /** Set while the page of it is gone: what a page of the past writes is not kept any more. */
  owner: object | undefined;

  of(owner: object): PageStorage {
    this.owner = owner;
    const isOwn = () => this.owner === owner;
    return {
      getItem: (key) => this.#kept.get(key) ?? null,
      setItem: (key, value) => void (isOwn() && this.#kept.set(key, value)),
      removeItem: (key) => void (isOwn() && this.#kept.delete(key)),
    };
  }
}

interface Tab {
  readonly name: string;
  readonly storage: TabStorage;
  page: BotPage | undefined;
}

/** A loaded page of a tab. */
class BotPage {
  readonly seen: PageSeen;
  readonly sitting: Sitting;
  readonly open = new Set<Sent>();
  readonly #history: History;
  readonly #endNotes: () => void;
  #isGone = false;

  constructor(seen: PageSeen, sitting: Sitting, history: History) {
    this.seen = seen;
    this.sitting = sitting;
    this.#history = history;
    this.#endNotes = noteSitting(sitting, seen, history);
  }

  /** What this page is told from here on, nobody sees. */
  end(): void {
    this.#isGone = true;
    this.#endNotes();
    this.#history.note(this.seen.name, "is gone");
    this.sitting.driver.post({ kind: "close" });
  }

  get phase(): string {
    return this.sitting.status.phase;
  }

  /** Gives a command, and notes that it did and what it is told of the end. */
  give(name: string, mark: string, args: Readonly<Record<string, unknown>>): Promise<CommandEnd> {
    const history = this.#history;
    const given = { order: history.next(), page: this.seen, name, mark };
    const sent: Sent = { ...given, ends: [], isCancelled: false, isCopied: false };
    history.sent.push(sent);
    history.note(this.seen.name, `gives ${name} ${mark}`);
    this.open.add(sent);
    const command = this.sitting.send(name, args);
    void command.then((end) => {
      if (this.#isGone) return;
      this.open.delete(sent);
      const text = "reason" in end ? `${end.end} ${end.reason}` : end.end;
      sent.ends.push({ order: history.next(), end: text });
      history.note(this.seen.name, `${mark} ends: ${text}`);
    });
    return command;
  }
}

interface Rest {
  readonly page: PageSeen;
  readonly room: string;
  readonly index: number | undefined;
  readonly version: number;
  readonly topVersion: number;
}

export interface BotParts {
  readonly name: string;
  readonly game: Game;
  readonly line: TcpProxy;
  readonly history: History;
  /** Where to sit down; a listed room of the game if not given. */
  readonly room: RoomId | undefined;
}

export class Bot {
  readonly name: string;
  readonly line: TcpProxy;
  readonly game: Game;
  readonly tabs: Tab[] = [];
  /** The seat it took first, and means to keep. */
  seat: { readonly room: RoomId; readonly index: number } | undefined;
  /** What its page had when all was over. */
  rest: Rest | undefined;
  readonly #parts: BotParts;
  readonly #session: Session;
  #pages = 0;
  #tabs = 0;
  #marks = 0;

  constructor(parts: BotParts) {
    const { name, line, game } = parts;
    this.#parts = parts;
    this.name = name;
    this.line = line;
    this.game = game;
    this.#session = new Session(line.url);
  }

  /** The page that has the seat or is on its way to it. */
  get page(): BotPage | undefined {
    return this.pages.find(({ phase }) => phase !== "elsewhere" && phase !== "over");
  }

  get pages(): readonly BotPage[] {
    return this.tabs.flatMap(({ page }) => page ?? []);
  }

  /** Opens the first tab and sits down. */
  async sitDown(): Promise<void> {
    const { sitting } = this.openTab();
    await sitting.ready;
    const index = sitting.play.seated?.seat;
    if (index === undefined) throw new Error(`${this.name} got no seat`);
    this.seat = { room: sitting.room as RoomId, index };
  }

  openTab(): BotPage {
    const tab = {
      name: `${this.name}.${++this.#tabs}`,
      storage: new TabStorage(),
      page: undefined,
    };
    this.tabs.push(tab);
    return this.#load(tab);
  }

  /** Loads the newest tab anew: its page is gone without a word, and the next one takes up what it kept. */
  reload(): void {
    const tab = this.tabs.at(-1);
    if (tab === undefined) return void this.openTab();
    for (const sent of tab.page?.open ?? [])
      this.#parts.history.handedOn.push({ page: sent.page, sent });
    this.#unload(tab);
    this.#load(tab);
  }

  /** What keeps it from being back as if nothing had happened; undefined if nothing does. */
  get trouble(): string | undefined {
    const { page } = this;
    if (page === undefined) return "has no page with a seat";
    if (page.phase !== "live") return `is ${page.phase}`;
    if (page.open.size > 0) return `waits for the end of ${[...page.open][0]?.mark}`;
    return undefined;
  }

  /** What anybody would do who finds no seat in front of them. */
  tend(): void {
    if (this.page !== undefined) return;
    const page = this.tabs.at(-1)?.page;
    if (page?.phase === "elsewhere") page.sitting.driver.post({ kind: "take-back" });
    else this.reload();
  }

  /** Remembers what it has now, while its room is at `topVersion`, and is gone. */
  retire(topVersion: number): void {
    const { page } = this;
    const { replica, seated } = page?.sitting.play ?? {};
    if (page !== undefined && replica?.bookmark !== undefined) {
      const { version } = replica.bookmark;
      this.rest = { page: page.seen, room: replica.room, index: seated?.seat, version, topVersion };
    }
    for (const tab of this.tabs.splice(0)) this.#unload(tab);
  }

  /** Closes every tab but the newest. */
  closeOthers(): void {
    for (const tab of this.tabs.splice(0, this.tabs.length - 1)) this.#unload(tab);
  }

  nextMark(): string {
    return `${this.name}-${++this.#marks}`;
  }

  #unload(tab: Tab): void {
    const { page } = tab;
    tab.storage.owner = undefined;
    tab.page = undefined;
    page?.end();
  }

  #load(tab: Tab): BotPage {
    const { game, history, line, room = this.seat?.room } = this.#parts;
    const seen = { name: `${this.name}#${++this.#pages}`, person: this.name, tab: tab.name };
    const keepsake = new Keepsake(tab.storage.of(seen), line.url, game.name);
    const kept = keepsake.find({ room });
    history.note(seen.name, `is loaded${kept === undefined ? "" : ` with ${kept.outbox}`}`);
    const sitting = new Sitting({
      game,
      request: room === undefined ? {} : { room },
      ...{ kept, keepsake },
      hold: { alone: true, release: () => undefined },
      holdName: (held) => held,
      world: {
        clock: systemClock,
        random: jitterRandom,
        pageName: () => randomSecret(16),
        open: (owner) => openSocket(line.url, WebSocket as unknown as WebSocketClass, owner),
        token: (mayBecomeGuest, signal) =>
          this.#session.anyToken(mayBecomeGuest ? this.name : undefined, signal),
      },
    });
    const page = new BotPage(seen, sitting, history);
    tab.page = page;
    return page;
  }
}
