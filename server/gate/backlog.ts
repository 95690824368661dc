// Backlog: how far a socket may lag behind what is written to it: when it has fallen behind, when it has
// caught up, and when it is too slow. Part of the connection's machine; it holds nothing back itself.

/** What a socket may leave untaken before frames are held back: a few seconds of a busy room. */
export const BACKLOG_BYTES_SOFT = 8 * 1024;
/** What it may leave untaken at all. */
const BACKLOG_BYTES_MAX = 1024 * 1024;
/** How long it may leave anything untaken once it has fallen behind. */
const STALLED_MS_MAX = 10_000;
/** How often a socket that has fallen behind is looked at. */
const LOOK_EVERY_MS = 50;

/** Since when a socket has left bytes untaken, and when to look again; undefined while it keeps up. */
export type Behind = { readonly sinceMs: number; readonly lookMs: number } | undefined;

export function fallBehind(behind: Behind, nowMs: number): Behind {
  return { sinceMs: behind?.sinceMs ?? nowMs, lookMs: nowMs + LOOK_EVERY_MS };
}

/** At a look. Once behind, a socket has caught up only when it has taken everything. */
export function stillBehind(behind: Behind, backlogBytes: number, nowMs: number): Behind {
  const keepsUp = backlogBytes <= (behind === undefined ? BACKLOG_BYTES_SOFT : 0);
  return keepsUp ? undefined : fallBehind(behind, nowMs);
}

export function isTooSlow(behind: Behind, backlogBytes: number, nowMs: number): boolean {
  const stalled = behind !== undefined && nowMs - behind.sinceMs >= STALLED_MS_MAX;
  return backlogBytes > (stalled ? 0 : BACKLOG_BYTES_MAX);
}
