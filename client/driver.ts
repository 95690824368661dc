// Driver: carries out what a link decides and tells it what came of it: sockets, tokens, one timer.
// It never decides anything about the line, and never waits in the middle of a decision.

import type { Cancel } from "../shared/clock.ts";
import type { Game } from "../shared/game.ts";
import {
  type Handshake,
  type JoinReply,
  type NoticeMessage,
  PROTOCOL_VERSION,
  type RefusalMessage,
  type Seated,
} from "../shared/protocol.ts";
import type { DriverOwner, DriverWorld } from "./driverWorld.ts";
import { step } from "./link.ts";
import { deadlineMs } from "./linkDeadlines.ts";
import {
  beginLink,
  type LinkEffect,
  type LinkInput,
  type LinkState,
  type Refused,
} from "./linkState.ts";
import { type News, NOTHING_NEW, type Play } from "./play.ts";
import { RefusedError } from "./session.ts";
import type { ServerMessage, Socket, SocketOwner } from "./socket.ts";
import { shakyMs } from "./status.ts";

interface DriverStart {
  readonly game: Game;
  readonly seat: boolean;
  readonly ticket: string | undefined;
}

export class Driver {
  state: LinkState;
  readonly #world: DriverWorld;
  readonly #owner: DriverOwner;
  readonly #play: Play;
  readonly #sockets = new Map<number, Socket>();
  /** What each connection was told of its seat. */
  readonly #seats = new Map<number, Seated>();
  readonly #probes = new Map<number, Cancel>();
  readonly #fetches = new Map<number, AbortController>();
  #page: string;
  #inbox: LinkInput[] = [];
  #busy = false;
  #timer: { readonly dueMs: number; readonly cancel: Cancel } | undefined;

  constructor(start: DriverStart, play: Play, parts: { world: DriverWorld; owner: DriverOwner }) {
    this.#world = parts.world;
    this.#owner = parts.owner;
    this.#play = play;
    this.#page = this.#world.pageName();
    const link = {
      ticking: start.game.tickHz !== undefined,
      seat: start.seat,
      ticket: start.ticket,
      canProbe: this.#world.probe !== undefined,
    };
    this.state = beginLink(link, Math.floor(this.#world.random() * 2 ** 32), this.nowMs);
  }

  get nowMs(): number {
    return this.#world.clock.now();
  }

  /** The connection that carries the seat. */
  get carrier(): Socket | undefined {
    const { phase } = this.state;
    return phase.kind === "seated" ? this.#sockets.get(phase.connection) : undefined;
  }

  /** Takes an input; what follows from it is done when this returns, unless it was called from within. */
  post(...inputs: readonly LinkInput[]): void {
    this.#inbox.push(...inputs);
    if (this.#busy) return;
    this.#busy = true;
    try {
      do this.#round();
      while (this.#inbox.length > 0);
    } finally {
      this.#busy = false;
      this.#arm();
    }
  }

  /** Whoever is told hears of it before what they do about it is done. */
  #round(): void {
    for (let input = this.#inbox.shift(); input !== undefined; input = this.#inbox.shift()) {
      const { state, effects } = step(this.state, input, this.nowMs);
      this.state = state;
      for (const effect of effects) this.#perform(effect);
    }
    this.#play.due(this.carrier, this.nowMs);
    if (this.#play.vain >= 1) {
      this.#play.vain = 0;
      this.#inbox.push({ kind: "unanswered" });
    }
    this.#owner.stepped(this.state);
  }

  #arm(): void {
    const { state } = this;
    const playMs = this.#play.deadlineMs(this.carrier !== undefined);
    const shownMs = shakyMs(state);
    const lookMs = shownMs > this.nowMs ? shownMs : Infinity;
    const dueMs = Math.min(deadlineMs(state), lookMs, playMs);
    const armedMs = this.#timer?.dueMs ?? Infinity;
    // A timer that fires too early only looks again; most deadlines move on before they come. One that
    // is late stood still while the machine slept, and may be as late again.
    if (this.nowMs < armedMs && armedMs <= dueMs && dueMs !== Infinity) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (dueMs === Infinity) return;
    const cancel = this.#world.clock.after(Math.max(0, dueMs - this.nowMs), () => {
      this.#timer = undefined;
      this.post({ kind: "wake" });
    });
    this.#timer = { dueMs, cancel };
  }

  #perform(effect: LinkEffect): void {
    switch (effect.kind) {
      case "open":
        this.#sockets.set(effect.connection, this.#world.open(this.#listen(effect)));
        return;
      case "probe":
        return this.#probe(effect.connection);
      case "drop":
        this.#probes.get(effect.connection)?.();
        this.#probes.delete(effect.connection);
        this.#part(effect.connection);
        this.#sockets.delete(effect.connection);
        this.#seats.delete(effect.connection);
        return;
      case "carry":
        return this.#carry(effect.connection);
      case "join":
        return this.#join(effect.connection);
      case "leave":
        this.#play.isLeaving = true;
        return;
      case "fetch-token":
        return this.#fetch(effect.fetch, effect.mayBecomeGuest);
      case "abandon-token":
        this.#fetches.get(effect.fetch)?.abort();
        return;
      case "reload":
        return this.#owner.reload();
    }
  }

  #probe(connection: number): void {
    const { probe } = this.#world;
    const cancel = probe?.((isThere) => {
      this.#probes.delete(connection);
      this.post({ kind: isThere ? "reached" : "closed", connection });
    });
    if (cancel !== undefined) this.#probes.set(connection, cancel);
  }

  #handshake({ wish, token, ticket }: Extract<LinkEffect, { kind: "open" }>): Handshake {
    const seat =
      wish === "join" ? undefined : this.#play.resume(this.#owner.room, ticket, this.nowMs);
    return {
      protocol: PROTOCOL_VERSION,
      page: this.#page,
      frames: "binary",
      token,
      seats: seat && [seat],
    };
  }

  #listen(opening: Extract<LinkEffect, { kind: "open" }>): SocketOwner {
    const { connection } = opening;
    return {
      opened: () => {
        this.post({ kind: "opened", connection });
        return this.#handshake(opening);
      },
      heard: () => this.post({ kind: "heard", connection }),
      event: (event) => this.#event(connection, event),
      bytes: (bytes) => {
        if (this.#carries(connection)) this.#news(this.#play.read(bytes, this.nowMs));
      },
      refused: (refused) => this.post({ kind: "closing", connection, refused }),
      closed: () => this.#closed(connection),
    };
  }

  #closed(connection: number): void {
    this.#sockets.delete(connection);
    this.#seats.delete(connection);
    this.post({ kind: "closed", connection });
  }

  #carries(connection: number): boolean {
    const { phase } = this.state;
    return phase.kind === "seated" && phase.connection === connection;
  }

  #event(connection: number, { name, message }: ServerMessage): void {
    switch (name) {
      case "welcome":
        this.#owner.welcome(message);
        return this.post({ kind: "welcome", connection });
      case "seated":
        return this.#seated(connection, message);
      case "refusal":
        return this.#refusal(connection, message);
      case "closing":
        return this.post({ kind: "closing", connection, refused: message });
      case "notice":
        return this.#notice(connection, message);
    }
  }

  #notice(connection: number, notice: NoticeMessage): void {
    if (notice.kind === "paused" || notice.kind === "resumed")
      return this.post({ kind: notice.kind, connection });
    if (notice.kind === "drain")
      return this.post({ kind: "drain", connection, retryInMs: notice.retryInMs });
    if (notice.kind === "rolled-back") this.#play.rolledBack(notice.to);
    this.#owner.notice(notice);
  }

  #join(connection: number): void {
    this.#sockets.get(connection)?.join(this.#owner.request(), (answer: JoinReply) => {
      if ("seated" in answer) this.#seated(connection, answer.seated);
      else this.post({ kind: "refused", connection, refused: answer.refusal });
    });
  }

  #seated(connection: number, seated: Seated): void {
    const { ticket, seat, attachment } = seated;
    const watching = seat === undefined;
    this.#seats.set(connection, seated);
    this.post({ kind: "seated", connection, ticket, watching, attachment });
  }

  /** Commands that waited for this seat leave under its instance, never under the one before. */
  #carry(connection: number): void {
    const seated = this.#seats.get(connection);
    if (seated === undefined) return;
    this.#owner.seated(seated);
    this.#news(this.#play.carried(seated, this.nowMs));
  }

  /** Refusals of a command go to the outbox, those of a question are answers, the rest concerns the seat. */
  #refusal(connection: number, { reason, seq, retryInMs, next }: RefusalMessage): void {
    const refused: Refused = { reason, next, retryInMs };
    const carries = this.#carries(connection);
    if (seq === undefined && reason !== "sync-too-often")
      return this.post({ kind: "refused", connection, refused });
    if (!carries) return;
    if (seq === undefined) this.#play.askLater(retryInMs, this.nowMs);
    else if (reason === "expect")
      return this.#news({ ...NOTHING_NEW, word: this.#play.outbox.expected(seq, this.nowMs) });
    this.post();
  }

  #news(news: News): void {
    if (news.roundTripMs !== undefined) this.post({ kind: "round-trip", ms: news.roundTripMs });
    if (news.word.kind === "rolled-back") {
      // Whatever an older connection still delivers must not count for what begins now.
      this.#page = this.#world.pageName();
      this.post({ kind: "rejoin" });
    } else this.post({ kind: "wake" });
    this.#owner.news(news);
  }

  /** Whoever would leave and can wait no longer says so while there is a line. */
  #part(connection: number): void {
    const socket = this.#sockets.get(connection);
    const isOurs = this.#play.isLeaving && this.#seats.has(connection);
    if (socket !== undefined && isOurs) this.#play.leave(socket);
    socket?.close();
  }

  #fetch(fetch: number, mayBecomeGuest: boolean): void {
    const abandon = new AbortController();
    this.#fetches.set(fetch, abandon);
    const answer = this.#world.token(mayBecomeGuest, abandon.signal);
    const settle = (outcome: LinkInput) => {
      this.#fetches.delete(fetch);
      this.post(outcome);
    };
    answer.then(
      ({ token, expiresInMs }) => settle({ kind: "token", fetch, token, expiresInMs }),
      (error: unknown) =>
        error instanceof RefusedError
          ? settle({ kind: "token-refused", fetch, refused: error })
          : settle({ kind: "token-failed", fetch }),
    );
  }
}
