// Role: what this process is, by how it was started: a server alone, the supervisor of several, or
// one of those. It reads the command line; it starts nothing.

export type Role =
  | { readonly kind: "alone" }
  | { readonly kind: "supervisor"; readonly workers: number }
  | { readonly kind: "worker" };

/** What the supervisor adds to the command line of its workers. */
export const WORKER_FLAG = "--worker";
const WORKERS_FLAG = "--workers";
/** More processes than this on one machine are a slip of the finger. */
const WORKERS_MAX = 64;

/** Throws a sentence for the operator if `--workers` has no sensible number. */
export function roleOf(args: readonly string[]): Role {
  if (args.includes(WORKER_FLAG)) return { kind: "worker" };
  const at = args.indexOf(WORKERS_FLAG);
  if (at < 0) return { kind: "alone" };
  const workers = Number(args[at + 1] ?? Number.NaN);
  if (!Number.isInteger(workers) || workers < 1 || workers > WORKERS_MAX)
    throw new Error(`${WORKERS_FLAG} takes a number from 1 to ${WORKERS_MAX}`);
  return { kind: "supervisor", workers };
}

/** The command line of a worker of a supervisor that was started with these. */
export function workerArgs(args: readonly string[]): readonly string[] {
  const at = args.indexOf(WORKERS_FLAG);
  const others = at < 0 ? args : [...args.slice(0, at), ...args.slice(at + 2)];
  return [...others, WORKER_FLAG];
}
