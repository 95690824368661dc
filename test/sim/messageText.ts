// Message text: what a message says, in one line for people who read a trace. It is never run unless
// somebody does.

import { decodeFrame, HEARTBEAT_BYTE, INPUT_BYTE } from "../../shared/frame.ts";
import type { Game } from "../../shared/game.ts";
import type { Message } from "./network.ts";

const LENGTH_MAX = 400;

export function textOfMessage(game: Game, message: Message): string {
  if (typeof message === "string") return message.slice(0, LENGTH_MAX);
  if (message[0] === HEARTBEAT_BYTE) return "heartbeat";
  if (message[0] === INPUT_BYTE) return "input";
  const frame = decodeFrame(message, { byTag: () => game, byRoom: () => game });
  if (frame === undefined) return "bytes";
  const { version, base, events } = frame;
  const known = frame.kind === "step" ? frame.own?.acknowledged : frame.acknowledged;
  const own = frame.kind === "step" ? (frame.own?.events ?? []) : [];
  const marks = [...events, ...own].map(({ values }) => values.mark ?? values.words);
  const place = frame.kind === "step" ? "" : `${frame.epoch}-`;
  const told = known === undefined ? "" : ` applied ${known.applied} [${known.refused.join(" ")}]`;
  return `${frame.kind} ${base ?? "full"}→${place}${version}${told} ${marks.join(" ")}`;
}
