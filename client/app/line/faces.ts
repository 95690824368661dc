// Faces: what a person is shown of the line, by how it stands and for how long. A hiccup is only a
// light, a moment a banner, longer an overlay; nobody is ever asked to load a page again.

import { unreachable } from "../../../shared/assert.ts";
import type { SeatStatus } from "../../seat.ts";
import { texts } from "../texts.ts";

/** What a person can do about it with one button. */
export type Remedy =
  | "try-now"
  | "take-back"
  | "join-again"
  | "sign-in"
  | "try-again"
  | "renew"
  | "watch"
  | "home";

export type Face =
  | { readonly kind: "calm" }
  | { readonly kind: "banner"; readonly text: string }
  | {
      readonly kind: "overlay";
      readonly title: string;
      readonly about: string;
      readonly kept: string | undefined;
      readonly attempt: string | undefined;
      readonly remedy: Remedy | undefined;
    };

/** Below this a person need not know. */
export const BANNER_MS = 1_000;
/** From here on play cannot go on as if nothing were. */
export const OVERLAY_MS = 3_000;

const CALM: Face = { kind: "calm" };

/** `troubledMs`: how long the line has not been live. */
export function faceOf(status: SeatStatus, troubledMs: number): Face {
  switch (status.phase) {
    case "live":
      return CALM;
    case "elsewhere":
      return overlay(texts.faces.elsewhere, texts.faces.elsewhereAbout, { remedy: "take-back" });
    case "over":
      return overOf(status);
    case "shaky":
      return bannerAfter(troubledMs, texts.faces.shaky);
    case "connecting":
      return bannerAfter(troubledMs, texts.faces.connectingSoon);
    case "paused":
      if (troubledMs < OVERLAY_MS) return bannerAfter(troubledMs, texts.faces.pausedSoon);
      return overlay(texts.faces.paused, texts.faces.pausedAbout, {});
    case "reconnecting":
      if (troubledMs < OVERLAY_MS) return bannerAfter(troubledMs, texts.faces.reconnectingSoon);
      return reconnectingOf(status);
    default:
      return unreachable(status);
  }
}

function bannerAfter(troubledMs: number, text: string): Face {
  return troubledMs < BANNER_MS ? CALM : { kind: "banner", text };
}

function reconnectingOf(status: Extract<SeatStatus, { phase: "reconnecting" }>): Face {
  const { keptMs, attempt, isUpdating } = status;
  const { faces } = texts;
  const kept = keptMs === undefined ? undefined : keptMs > 0 ? faces.kept(keptMs) : faces.keptOver;
  const [title, about] = isUpdating
    ? [faces.updating, faces.updatingAbout]
    : [faces.reconnecting, faces.reconnectingAbout];
  return overlay(title, about, {
    kept,
    attempt: faces.attempt(attempt),
    remedy: "try-now",
  });
}

/** The room is over for everybody: it was left by all, or its game has come to an end. */
export const ROOM_OVER: Face = overlay(texts.faces.roomOver, texts.faces.roomOverAbout, {
  remedy: "home",
});

/** Where somebody is when they may sit down again. */
const REJOIN = { seated: "join-again", "at-door": "try-again", "may-watch": "watch" } as const;

/** The end of a seat, or of the way to one for somebody who has not sat down yet. */
export function overOf(
  { next, reason, text }: Pick<Extract<SeatStatus, { phase: "over" }>, "next" | "reason" | "text">,
  where: keyof typeof REJOIN = "seated",
): Face {
  if (next === "reload")
    return overlay(texts.faces.updating, texts.faces.versionAbout, { remedy: "renew" });
  const about = texts.ended[reason] ?? text;
  const remedies = {
    retry: "try-again",
    resume: "try-again",
    rejoin: REJOIN[where],
    "sign-in": "sign-in",
    never: "home",
  } as const;
  const isInVain = where !== "seated" && IN_VAIN.has(reason);
  const title = where === "seated" ? texts.faces.over : texts.faces.refused;
  return overlay(title, about, { remedy: isInVain ? "home" : remedies[next] });
}

/** A room that is not there is not there when it is asked for again. */
const IN_VAIN: ReadonlySet<string> = new Set(["room-unknown", "room-ended", "room-removed"]);

function overlay(
  title: string,
  about: string,
  more: {
    readonly kept?: string | undefined;
    readonly attempt?: string | undefined;
    readonly remedy?: Remedy;
  },
): Face {
  const { kept, attempt, remedy } = more;
  return { kind: "overlay", title, about, kept, attempt, remedy };
}

/** Colour and word of the connection's light; the word says all that the colour does. */
export interface Light {
  readonly tone: "good" | "fair" | "bad";
  readonly word: string;
}

/** A round trip beyond this is felt. */
const SLOW_MS = 250;

export function lightOf(status: SeatStatus, roundTripMs: number | undefined): Light {
  const word = texts.line[status.phase];
  if (status.phase === "live") {
    return (roundTripMs ?? 0) > SLOW_MS
      ? { tone: "fair", word: texts.line.slow }
      : { tone: "good", word };
  }
  const isFair = status.phase === "connecting" || status.phase === "shaky";
  return { tone: isFair ? "fair" : "bad", word };
}
