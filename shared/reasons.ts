// Reasons: the closed table of everything a server or the client library refuses or ends with, and
// what to do next. A reason is never reused for another meaning. Games add reasons of their own for
// refused commands; those are never in this table.

/**
 * - `retry`: the same again, after `retryInMs` if given
 * - `resume`: connect again and resume the seat
 * - `rejoin`: the seat is gone; joining gives a new one
 * - `sign-in`: get a new token from the cookie; if that fails, sign in
 * - `reload`: the page is of another version; save the outbox and load it anew
 * - `never`: final
 */
export type Next = "retry" | "resume" | "rejoin" | "sign-in" | "reload" | "never";

interface ReasonEntry {
  readonly next: Next;
  /** For people: what happened and what to do. */
  readonly text: string;
}

export const REASONS = {
  // A connection is not admitted, or ends.
  "protocol-unknown": {
    next: "reload",
    text: "This page has another version of the protocol. Load it again.",
  },
  "origin-refused": {
    next: "never",
    text: "Pages of that origin may not connect.",
  },
  "handshake-invalid": {
    next: "never",
    text: "The handshake is malformed. See the wire document.",
  },
  "token-missing": { next: "sign-in", text: "No token was sent. Get one from /api/session/token." },
  "token-invalid": { next: "sign-in", text: "The token is not valid. Get a new one." },
  "token-expired": { next: "sign-in", text: "The token has expired. Get a new one." },
  "session-ended": {
    next: "sign-in",
    text: "The session has ended. Sign in again; your seat is kept.",
  },
  "session-revoked": {
    next: "sign-in",
    text: "The session was ended from elsewhere. Sign in again.",
  },
  "session-lost": {
    next: "sign-in",
    text: "The server lost the session. Sign in again; your seat is kept.",
  },
  "packet-invalid": {
    next: "never",
    text: "A packet broke the protocol. See the wire document.",
  },
  "packet-too-large": { next: "never", text: "A packet was larger than 16 KiB." },
  "too-many-packets": { next: "retry", text: "Too many packets. Wait a moment." },
  "too-many-connections": {
    next: "retry",
    text: "Too many connections. Close another page.",
  },
  "reader-too-slow": { next: "resume", text: "The connection could not keep up. Connect again." },
  "too-many-requests": { next: "retry", text: "Too many requests from here. Wait a while." },
  "server-busy": { next: "retry", text: "The server is busy. Wait a moment." },
  "server-draining": {
    next: "resume",
    text: "The server is being updated. Connect again; your seat is kept.",
  },
  "store-away": {
    next: "retry",
    text: "The server cannot reach its store. Wait a moment; nothing is lost.",
  },
  "server-fault": {
    next: "retry",
    text: "Something went wrong here. Try again; nothing confirmed is lost.",
  },

  // A seat or a room cannot be had.
  "game-unknown": { next: "never", text: "This server has no such game." },
  "wrong-version": {
    next: "reload",
    text: "This page has another version of the game. Load it again; your seat is kept.",
  },
  "room-unknown": {
    next: "retry",
    text: "No such room was found. If you had a seat there, try again.",
  },
  "room-removed": {
    next: "rejoin",
    text: "This room was removed: nobody had come for 30 days. What your game saves waits in the next one.",
  },
  "room-ended": { next: "never", text: "The game in this room is over." },
  "room-full": { next: "rejoin", text: "All seats are taken. Try another room." },
  "room-quarantined": {
    next: "never",
    text: "The room is stopped because its rules keep failing. Its state is kept.",
  },
  "room-stopped": {
    next: "retry",
    text: "The room was stopped by a fault and is being loaded again.",
  },
  "room-moved": {
    next: "resume",
    text: "The room is played by another server now. Connect again; your seat is kept.",
  },
  "rooms-too-many": { next: "never", text: "You have as many rooms as you may. Leave one first." },
  "creations-too-many": {
    next: "retry",
    text: "Too many rooms were created from here. Wait a while.",
  },
  "seat-left": { next: "rejoin", text: "You left the game." },
  "line-closed": {
    next: "resume",
    text: "This page closed its line; your seat is kept. Join again.",
  },
  "watching-refused": { next: "never", text: "This game cannot be watched." },
  "join-invalid": {
    next: "never",
    text: "The request to join is malformed. See the wire document.",
  },
  "not-seated": { next: "rejoin", text: "You have no seat in this room." },
  "seat-held": {
    next: "retry",
    text: "Another page of yours plays in this seat. Close it and try again.",
  },
  "seat-lost": { next: "rejoin", text: "The seat was given up. Join again for a new one." },
  "put-out": { next: "never", text: "A moderator put you out of this room." },
  superseded: { next: "never", text: "Another page has taken up the seat." },
  "ticket-invalid": { next: "sign-in", text: "The resume ticket is not valid. Use a token." },
  "ticket-reused": { next: "sign-in", text: "The resume ticket was used before. Use a token." },

  // A command ends without taking effect.
  "command-unknown": { next: "never", text: "The game has no such command." },
  "args-invalid": { next: "never", text: "The arguments do not fit." },
  "rule-failed": { next: "never", text: "The game's rule failed. Nothing was changed." },
  "commands-suspended": { next: "retry", text: "Too many of your commands failed. Wait a minute." },
  "not-started": { next: "retry", text: "The game has not started yet." },
  cancelled: { next: "never", text: "The command was cancelled before it took effect." },
  expired: { next: "never", text: "The command was too old to take effect." },
  "rolled-back": {
    next: "never",
    text: "The server lost its newest moments. The command did not take effect.",
  },
  "outbox-full": {
    next: "retry",
    text: "Too many commands are waiting. Wait until some are confirmed.",
  },
  expect: { next: "retry", text: "A command is missing before this one. Send the whole tail." },
  "input-invalid": { next: "never", text: "The input does not fit." },
  "sync-too-often": { next: "retry", text: "The view was asked for too often. Wait a moment." },

  // Somebody is not let in, or is put out.
  "name-invalid": { next: "never", text: "A name has 1 to 24 visible characters." },
  "name-taken": { next: "never", text: "Somebody has that name already. Choose another." },
  "password-invalid": { next: "never", text: "A password has 8 to 256 characters." },
  "password-common": {
    next: "never",
    text: "That password is too common. Choose another.",
  },
  "sign-in-failed": { next: "never", text: "Name or password is wrong." },
  "attempts-too-many": { next: "retry", text: "Too many wrong passwords. Wait a while." },
  "password-needed": {
    next: "sign-in",
    text: "You signed in some time ago. Sign in again with your password.",
  },
  banned: { next: "never", text: "You are kept out of this server." },
  "request-invalid": { next: "never", text: "The request is malformed." },
  "sign-in-needed": { next: "sign-in", text: "Sign in first." },
  "not-allowed": { next: "never", text: "You may not do that." },
  "not-found": { next: "never", text: "There is nothing here." },
} as const satisfies Readonly<Record<string, ReasonEntry>>;

export type Reason = keyof typeof REASONS;

export function isReason(text: string): text is Reason {
  return Object.hasOwn(REASONS, text);
}

/** What happened and what to do, for people; a game's own reason is its own text. */
export function textOf(reason: string): string {
  return isReason(reason) ? REASONS[reason].text : reason;
}
