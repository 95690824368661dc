// Person: somebody with a device, a cookie, and the tabs of its browser. What they do is chosen
// elsewhere; what their pages show and tell is noted by the pages.

import { Keepsake } from "../../client/keepsake.ts";
import type { PageStorage } from "../../client/seat.ts";
import { RefusedError } from "../../client/session.ts";
import type { RoomId } from "../../shared/ids.ts";
import type { PageSeen } from "./history.ts";
import type { Path } from "./network.ts";
import type { DeskAnswer } from "./node.ts";
import { ORIGIN, Page, type PageGround, type Token } from "./page.ts";
import { Life } from "./world.ts";

export interface PersonGround extends PageGround {
  /** Asks the node that takes connections now; undefined if there is none. */
  desk(cookie: string | undefined, guest: string | undefined): Promise<DeskAnswer> | undefined;
}

const LOOK_AGAIN_MS = 500;

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
    this.#ground.history.noteGone(page.seen);
    this.#ground.history.note(page.seen.name, "unloaded");
  }

  close(tab: Tab): void {
    this.unload(tab);
    this.tabs.splice(this.tabs.indexOf(tab), 1);
  }

  /** All tabs are closed and the cookie is thrown away: a new guest opens the game. */
  beginAnew(): void {
    for (const tab of [...this.tabs]) this.close(tab);
    this.#cookie = undefined;
    this.openTab();
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
