// Worker messages: what a supervisor and its workers say to one another, beside the sockets they pass
// on. Types and one reader only.

export type FromWorker =
  /** It takes connections, or takes no more. */
  | { readonly kind: "serving" | "leaving" }
  | { readonly kind: "alive" }
  /** What it has counted, as prom-client gives it. */
  | { readonly kind: "metrics"; readonly ask: number; readonly counts: unknown };

export type FromSupervisor =
  /** Comes with a socket. */
  | { readonly kind: "connection" }
  | { readonly kind: "ask-metrics"; readonly ask: number }
  /** Everybody ends: there is nobody to hand anything over to. */
  | { readonly kind: "end" };

/** How often a worker says that it lives. */
export const ALIVE_EVERY_MS = 100;

/** Processes of one program speak here; anything else on the channel is not for us. */
export function kindOf(message: unknown): string | undefined {
  if (typeof message !== "object" || message === null || !("kind" in message)) return undefined;
  return typeof message.kind === "string" ? message.kind : undefined;
}
