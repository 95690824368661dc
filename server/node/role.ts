// Role: what this process is, by how it was started: a server alone, the supervisor of several, or
// one of those. It reads the command line; it starts nothing.

import { CannotStart } from "../process.ts";

export type Role =
  | { readonly kind: "alone" }
  | { readonly kind: "supervisor"; readonly workers: number }
  | { readonly kind: "worker" };

/** What the supervisor adds to the command line of its workers. */
export const WORKER_FLAG = "--worker";
const WORKERS_FLAG = "--workers";
/** More processes than this on one machine are a slip of the finger. */
const WORKERS_MAX = 64;

/** Throws CannotStart if `--workers` has no sensible number. Other words are the author's own. */
export function roleOf(words: readonly string[]): Role {
  if (words.includes(WORKER_FLAG)) return { kind: "worker" };
  const args = apart(words);
  const at = args.indexOf(WORKERS_FLAG);
  if (at < 0) return { kind: "alone" };
  const workers = Number(args[at + 1] ?? Number.NaN);
  if (!Number.isInteger(workers) || workers < 1 || workers > WORKERS_MAX)
    throw new CannotStart(`${WORKERS_FLAG} takes a number from 1 to ${WORKERS_MAX}.`);
  return { kind: "supervisor", workers };
}

/** The command line of a worker of a supervisor that was started with these. */
export function workerArgs(words: readonly string[]): readonly string[] {
  const args = apart(words);
  const at = args.indexOf(WORKERS_FLAG);
  const others = at < 0 ? args : [...args.slice(0, at), ...args.slice(at + 2)];
  return [...others, WORKER_FLAG];
}

/** For a process without words of its own. Throws CannotStart at the first that names no role. */
export function refuseOthers(words: readonly string[]): void {
  const other = workerArgs(words).find((word) => word !== WORKER_FLAG);
  if (other === undefined) return;
  throw new CannotStart(`Unknown word "${other}". Use: npm start -- [${WORKERS_FLAG} N]`);
}

/** A flag and its number may be written as one word. */
function apart(words: readonly string[]): readonly string[] {
  const joined = `${WORKERS_FLAG}=`;
  return words.flatMap((word) =>
    word.startsWith(joined) ? [WORKERS_FLAG, word.slice(joined.length)] : [word],
  );
}
