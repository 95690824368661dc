// Limits: every number both ends agree on, with its unit, its reason and how it relates to the
// others. Nothing else decides how much, how long or how often.

import { assert } from "./assert.ts";

/** Largest packet a server reads: a full outbox fits, a flood does not. */
export const PACKET_BYTES_MAX = 16 * 1024;

/** Deeper values could overflow the stack of whatever walks them; commands need three levels. */
export const MESSAGE_LEVELS_MAX = 16;
/** Items of a list in a message: a tail of commands fits four times. */
export const MESSAGE_ITEMS_MAX = 256;
/** Names in an object of a message: none of the protocol has more than eight. */
export const MESSAGE_KEYS_MAX = 64;
/** UTF-16 units of a text in a message: the longest of the protocol is a token. */
export const MESSAGE_TEXT_MAX = 2_048;

/** Unconfirmed commands a client keeps; more means the line is too long gone to go on blindly. */
export const OUTBOX_COMMANDS_MAX = 64;
/** Bytes of those commands as JSON in UTF-8, so that a whole tail fits into one packet in any script. */
export const OUTBOX_BYTES_MAX = 8 * 1024;
/** A command older than this is not applied any more: the player has moved on. */
export const COMMAND_AGE_MS_MAX = 120_000;

/**
 * Inputs a second that one connection may send for long; a client sends a little fewer, so that a line
 * which delivers late never brings it over.
 */
export const INPUTS_PER_SECOND_MAX = 90;

/** Longest silence on a connection with a ticking room: a lost line is noticed in three of them. */
export const HEARTBEAT_TICKING_MS = 200;
/** Longest silence on a connection whose rooms do not tick. */
export const HEARTBEAT_QUIET_MS = 2_000;
/** Silence after which a client doubts the line, in a ticking and in a quiet room. */
export const SILENCE_TICKING_MS = 500;
export const SILENCE_QUIET_MS = 4_500;

/** Engine.IO's own ping: how a server notices a client that went away without a word. */
export const PING_INTERVAL_MS = 10_000;
export const PING_TIMEOUT_MS = 8_000;

/** A socket that has not been admitted by then is closed; it has cost no more than its signature check. */
export const ADMISSION_MS_MAX = 5_000;

/** How long tombstones and events are kept, in room time; older bookmarks get the full view. */
export const HORIZON_MS = 120_000;
/** How many of them are kept at most. */
export const HORIZON_ITEMS_MAX = 4_096;

/** A snapshot is written after this many log entries, so that loading a room reads few. */
export const SNAPSHOT_EVERY_ENTRIES = 150;

/** Rules of one seat that may fail within a minute before its commands are suspended for a minute. */
export const FAILURES_MAX = 5;
export const FAILURES_WINDOW_MS = 60_000;

/** A rule that runs longer than this is taken for a loop; a tick at 60 Hz has 16. */
export const RULE_MS_MAX = 1_000;

/** Seats one connection may hold or watch. */
export const SEATS_PER_CONNECTION_MAX = 8;

// Pure: what was found true where a page is built is no part of the page.
/* @__PURE__ */ (() => {
  assert(MESSAGE_ITEMS_MAX >= OUTBOX_COMMANDS_MAX, "a whole outbox fits into one message");
  assert(OUTBOX_BYTES_MAX * 1.5 < PACKET_BYTES_MAX, "a whole outbox fits into one packet");
  assert(SILENCE_TICKING_MS > 2 * HEARTBEAT_TICKING_MS, "one lost heartbeat is no silence");
  assert(SILENCE_QUIET_MS > 2 * HEARTBEAT_QUIET_MS, "one lost heartbeat is no silence");
})();
