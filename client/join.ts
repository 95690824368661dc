// Join: the client library's front door: `join` gives a seat, `Session` says who one is and what is
// going on. No page that uses it ever writes a line about reconnecting.

import { systemClock, wakefulClock } from "../shared/clock.ts";
import type { Game } from "../shared/game.ts";
import { plainCode } from "../shared/ids.ts";
import { jitterRandom, randomSecret } from "../shared/random.ts";
import type { Named } from "../shared/rules.ts";
import type { Records } from "../shared/schema.ts";
import type { DriverWorld } from "./driverWorld.ts";
import { Keepsake, pageStorage } from "./keepsake.ts";
import { holdAlone, isPage } from "./page.ts";
import type { JoinOptions, Seat } from "./seat.ts";
import { Session } from "./session.ts";
import { Sitting } from "./sitting.ts";
import { openSocket, platformWebSocket, type WebSocketClass } from "./socket.ts";
import { TakenSeat } from "./takenSeat.ts";

export type {
  CommandEnd,
  EventTold,
  JoinOptions,
  PageStorage,
  Seat,
  SeatEvents,
  SeatOf,
  SeatStatus,
  SeatView,
  SentCommand,
} from "./seat.ts";
export {
  type Ban,
  type ListedRoom,
  type LiveSeat,
  RefusedError,
  Session,
  type Token,
} from "./session.ts";
export type { WebSocketClass } from "./socket.ts";

export interface JoinSettings<R extends Records, C extends Named, I extends Named, E extends Named>
  extends JoinOptions<R, C, I, E> {
  /**
   * As whom to join. Without one a browser's page is whoever its cookie says, and any other program
   * a guest of its own for each `join`; one session given to several makes them the same person.
   */
  readonly session?: Session;
  /** Stands in for the platform's WebSocket, e.g. to spoil the line on purpose. */
  readonly WebSocket?: WebSocketClass;
}

/** Random bytes of a page's name; 128 bits are never the same twice. */
const PAGE_BYTES = 16;
const NAME_IF_NONE = "Guest";

/**
 * Takes a seat, or takes up again the one this tab had before a reload. Resolves with the first view
 * of the room; rejects with RefusedError, which says why and what is next, when there is no way to
 * it. Tries for as long as the server may be reached one day.
 *
 * Who names no room is led to a listed one with a free seat, or makes one; of several who come to no room
 * within the same moment each may make one. Who wants to be together shares a `code`.
 *
 * A tab remembers its seat of a game until it is left or lost: it comes before `create` and before any
 * listed room, but not before a `room` or `code` that is another.
 */
export async function join<R extends Records, C extends Named, I extends Named, E extends Named>(
  settings: JoinSettings<R, C, I, E>,
): Promise<Seat<R, C, I, E>> {
  const { game, room, create, watch, name = NAME_IF_NONE } = settings;
  // As it is kept; what is none is for the server to refuse.
  const code = settings.code && plainCode(settings.code);
  const session = settings.session ?? new Session(settings.url);
  const storage = settings.storage ?? pageStorage();
  const keepsake = new Keepsake(storage, session.origin, game.name);
  const kept = watch === true ? undefined : keepsake.find({ room, code });
  const holdName = (held: string) => `holdfast.${session.origin}.${held}`;
  const hold = kept === undefined ? undefined : await holdAlone(holdName(kept.room));
  const Line = settings.WebSocket ?? (await platformWebSocket());
  const sitting = new Sitting({
    game: game as unknown as Game,
    request: { room, code, create, watch },
    kept,
    keepsake,
    hold,
    holdName,
    // What the platform says of the server says nothing of a line that stands in for it.
    world: worldOf(session, { name, Line, canProbe: isPage() && settings.WebSocket === undefined }),
  });
  try {
    await sitting.ready;
  } catch (error) {
    sitting.driver.post({ kind: "close" });
    throw error;
  }
  return new TakenSeat(game, sitting);
}

/** Forgets the seat that this tab remembers, so that the next `join` asks for another one. The seat itself is kept. */
export function forgetSeat(of: {
  readonly game: string;
  readonly room: string;
  readonly url?: string;
}) {
  new Keepsake(pageStorage(), new Session(of.url).origin, of.game).forget(of.room);
}

function worldOf(
  session: Session,
  as: { readonly name: string; readonly Line: WebSocketClass; readonly canProbe: boolean },
): DriverWorld {
  const { name, Line, canProbe } = as;
  return {
    clock: wakefulClock(systemClock),
    random: jitterRandom,
    pageName: () => randomSecret(PAGE_BYTES),
    open: (owner) => openSocket(session.origin, Line, owner),
    probe: canProbe ? (tell) => session.probe(tell) : undefined,
    token: (mayBecomeGuest, signal) => session.anyToken(mayBecomeGuest ? name : undefined, signal),
  };
}
