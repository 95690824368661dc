// Page: one loaded page of a tab: a process of its own that plays the bank through the real client
// library. It notes what it shows and is told; it chooses nothing.

import type { Keepsake } from "../../client/keepsake.ts";
import type { SentCommand } from "../../client/seat.ts";
import { Sitting } from "../../client/sitting.ts";
import { openSocket } from "../../client/socket.ts";
import type { RoomId } from "../../shared/ids.ts";
import type { History, PageSeen, Sent } from "./history.ts";
import type { Network, Path } from "./network.ts";
import { pageSocketClass } from "./pageSocket.ts";
import { noteSitting } from "./sittingNotes.ts";
import type { Life, World } from "./world.ts";

export const ORIGIN = "http://bank.example";

export interface PageGround {
  readonly world: World;
  readonly network: Network;
  readonly history: History;
}

export interface Token {
  readonly token: string;
  readonly expiresInMs: number;
}

interface PageParts extends PageGround {
  readonly path: Path;
  readonly request: { readonly watch?: boolean; readonly room?: RoomId };
  readonly keepsake: Keepsake;
  readonly kept: ReturnType<Keepsake["find"]>;
  readonly hold: { readonly alone: boolean; release(): void } | undefined;
  readonly token: (mayBecomeGuest: boolean) => Promise<Token>;
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

  constructor(seen: PageSeen, life: Life, parts: PageParts) {
    this.seen = seen;
    this.life = life;
    this.#parts = parts;
    const { world, history, request, keepsake, kept, hold, token } = parts;
    const PageSocket = pageSocketClass(life, parts, (whole) => {
      history.begunAnew.push({ order: history.next(), page: seen, whole });
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
        open: (owner) => openSocket(ORIGIN, PageSocket, owner),
        token,
      },
    });
    noteSitting(this.sitting, seen, history);
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
}
