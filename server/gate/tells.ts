// Tells: what a room wants said, said on the connections it concerns. Bytes come ready and durable;
// nothing is decided here but which of them fit what a connection was written before.

import { unreachable } from "../../shared/assert.ts";
import { ANSWER_BYTE } from "../../shared/frame.ts";
import type { ConnectionId, RoomId } from "../../shared/ids.ts";
import type { RefusalMessage } from "../../shared/protocol.ts";
import { REASONS, type Reason } from "../../shared/reasons.ts";
import type { Tell } from "../room/turn.ts";
import { AttachedRoom } from "./attached.ts";
import type { ConnectionDriver, JoinAnswer } from "./connectionDriver.ts";
import { frameMessage } from "./pipe.ts";
import type { GateParts } from "./ports.ts";
import { type About, misfitOf } from "./refusal.ts";

type TellOf<Kind extends Tell["kind"]> = Extract<Tell, { kind: Kind }>;

interface SeatedWith {
  readonly tell: TellOf<"seated">;
  readonly parts: GateParts;
}

export interface Drivers {
  get(connection: ConnectionId): ConnectionDriver | undefined;
}

/** What a room wants said, and the time that its frames are written at. */
interface Telling {
  readonly room: RoomId;
  readonly tell: Tell;
  readonly nowMs: number;
}

/** Says one thing. Connections that are gone are passed over. */
export function deliver({ room, tell, nowMs }: Telling, drivers: Drivers, parts: GateParts): void {
  const { frames, resumes } = parts.metrics;
  if (tell.kind === "step") {
    frames.add("binary", tell.to.length);
    return deliverStep({ room, tell, nowMs }, drivers);
  }
  const driver = drivers.get(tell.to);
  if (!driver?.isLive) return undelivered(room, tell, parts);
  if (tell.kind !== "seated" && !driver.rooms.has(room)) return;
  driver.attempt(() => {
    if ("answer" in tell && tell.answer !== undefined) resumes.add(tell.answer);
    switch (tell.kind) {
      case "frame":
        frames.add("binary");
        return driver.frame(room, {
          message: frameMessage(tell.bytes),
          shown: tell.shown,
          whole: tell.bytes[0] === ANSWER_BYTE,
          nowMs,
        });
      case "json":
        frames.add("json");
        return driver.jsonFrame(room, tell.frame, tell.shown);
      case "seated":
        return seated(driver, room, { tell, parts });
      case "refusal":
        return refused(driver, room, tell);
      case "notice":
        notePause(driver, room, tell);
        return driver.say("notice", tell.notice);
      case "moved":
        return detach(driver, room);
      case "detached":
        detach(driver, room);
        return driver.refuse(tell.reason, { room });
      default:
        return unreachable(tell);
    }
  });
}

/** Its host may be gone before it says that the room goes on: then whoever seats the page says it. */
function notePause(driver: ConnectionDriver, room: RoomId, { notice }: TellOf<"notice">): void {
  if (notice.kind === "paused") driver.pausedRooms = new Set(driver.pausedRooms).add(room);
  if (notice.kind === "resumed") driver.pausedRooms?.delete(room);
}

/** A seat given to a connection that ended meanwhile: its room may not have been told, so it is told now. */
function undelivered(room: RoomId, { kind, to }: Exclude<Tell, TellOf<"step">>, parts: GateParts) {
  if (kind === "seated") parts.rooms.post(room, { kind: "gone", connection: to });
}

/** The bytes are framed once; each reader costs a look and a write. */
function deliverStep(
  { room, tell, nowMs }: Telling & { readonly tell: TellOf<"step"> },
  drivers: Drivers,
): void {
  const frame = { message: frameMessage(tell.bytes), shown: tell.shown, whole: false, nowMs };
  for (const connection of tell.to) {
    const driver = drivers.get(connection);
    driver?.attempt(() => driver.frame(room, frame));
  }
}

/** Comes before the first frame of its room: a client knows what it reads. */
function seated(driver: ConnectionDriver, room: RoomId, given: SeatedWith): void {
  const { tell, parts } = given;
  const game = parts.rooms.gameOf(room);
  const { rooms } = driver;
  // A page whose room has moved to a host of another build is still of the build that it was.
  const shape = rooms.shapeAsked(room) ?? rooms.get(room)?.game.shape ?? game?.shape;
  if (game === undefined || shape !== game.shape) {
    // The room was not known here when the page asked for it, or is not any more.
    detach(driver, room);
    parts.rooms.post(room, { kind: "gone", connection: driver.id });
    const reason = game === undefined ? "room-stopped" : misfitOf(game, parts);
    return answerRefusal(driver, tell.request, driver.refusal(reason, { room }));
  }
  const { session, ticket: claim } = tell;
  const ticket =
    claim === undefined ? {} : { ticket: parts.tickets.write({ room, session, claim }) };
  const message = { ...tell.seated, ...ticket };
  const shownBefore = driver.rooms.get(room)?.shown;
  driver.rooms.attach(new AttachedRoom(room, game, message.instance));
  driver.roomsChanged();
  const answer = joinOf(driver, tell.request);
  if (answer === undefined) driver.say("seated", message);
  else answer({ seated: message });
  if (driver.pausedRooms?.delete(room)) driver.say("notice", { kind: "resumed", room });
  // Another host has the room, and what the page had on its way to the one before is lost.
  const epoch = message.attachment?.[0];
  if (shownBefore !== undefined && epoch !== undefined && shownBefore.epoch !== epoch)
    driver.refuse("expect", { room, seq: message.applied + 1 });
}

function refused(driver: ConnectionDriver, room: RoomId, tell: TellOf<"refusal">): void {
  const { request, seq, detail } = tell;
  const reason = reasonTold(driver, room, tell);
  const about = { room, ...(seq === undefined ? {} : { seq }), ...detailTold(reason, detail) };
  // What names no command refuses what the room was asked for, if it was asked for anything.
  if (seq === undefined) driver.rooms.settle(room);
  answerRefusal(driver, request, driver.refusal(reason, about));
}

function detailTold(reason: Reason, detail: string | undefined): About {
  if (detail === undefined) return {};
  return reason === "args-invalid" ? { text: detail } : { incident: detail };
}

/**
 * A page that asked nothing passes over an answer that says to ask again. The seat that could not be
 * taken up for it is its own to take up: else it would go on with a line on which nobody writes.
 */
function reasonTold({ rooms }: ConnectionDriver, room: RoomId, tell: TellOf<"refusal">): Reason {
  const { reason, seq } = tell;
  const { next } = REASONS[reason];
  const isPassedOver = seq === undefined && (next === "retry" || next === "resume");
  const isMoved = rooms.get(room)?.isMoving === true && rooms.shapeAsked(room) === undefined;
  return isPassedOver && isMoved ? "room-moved" : reason;
}

function answerRefusal(
  driver: ConnectionDriver,
  request: number | undefined,
  refusal: RefusalMessage,
): void {
  const answer = joinOf(driver, request);
  if (answer === undefined) driver.say("refusal", refusal);
  else answer({ refusal });
}

function detach(driver: ConnectionDriver, room: RoomId): void {
  driver.rooms.detach(room);
  driver.roomsChanged();
}

/** The join that a room answers; each is answered once. */
function joinOf(driver: ConnectionDriver, request: number | undefined): JoinAnswer | undefined {
  const join = driver.joins.find((each) => each.request === request);
  if (join !== undefined) driver.joins = driver.joins.filter((each) => each !== join);
  return join?.answer;
}
