// Person: who this browser is, as the server last said, shared by everything a page shows of it. The
// proof stays in the cookie jar; what is kept here opens nothing.

import { useReducer } from "preact/hooks";
import type { SessionSeen } from "../../shared/protocol.ts";
import type { Ban } from "../join.ts";
import { useListening } from "./hooks.ts";
import { fetchPreferences } from "./preferences/preferences.ts";
import { isUnreached, visitor } from "./visitor.ts";

/** Why a cookie that was good proves nobody any more; nobody knows of one that is only gone. */
export type SignedOutWhy = "password-changed" | "signed-out" | "signed-in";

export type Person =
  | { readonly kind: "unasked" }
  | { readonly kind: "nobody"; readonly why: SignedOutWhy | undefined }
  | { readonly kind: "banned"; readonly ban: Ban }
  | ({ readonly kind: "known" } & Pick<SessionSeen, "name" | "role">);

interface Answer {
  readonly session: Pick<SessionSeen, "name" | "role"> | null;
  /** Whom the cookie proves while there is no session: the next socket opens one. */
  readonly identity?: Pick<SessionSeen, "name" | "role">;
  readonly ban?: Ban;
  readonly ended?: SignedOutWhy;
}

let person: Person = { kind: "unasked" };
let asked = 0;
let answered = 0;
const listeners = new Set<() => void>();

/** Asks the server anew and tells everybody who shows it. Rejects when the server cannot be reached. */
export async function askWho(): Promise<Person> {
  asked += 1;
  const number = asked;
  const found = personOf(await visitor.ask<Answer>("GET", "/api/session"));
  // What was asked before a sign-in and is answered after it is of before.
  if (number < answered) return person;
  answered = number;
  const isNew = JSON.stringify(found) !== JSON.stringify(person);
  person = found;
  if (isNew) for (const told of listeners) told();
  // They follow whoever it is now; the pages need not wait for them.
  if (isNew && found.kind === "known") void fetchPreferences();
  return found;
}

/** The same, where an answer that cannot be had changes nothing: what was known stands. */
export async function askWhoIfReached(): Promise<Person> {
  try {
    return await askWho();
  } catch (error) {
    if (isUnreached(error)) return person;
    throw error;
  }
}

function personOf({ session, identity, ban, ended }: Answer): Person {
  if (ban !== undefined) return { kind: "banned", ban };
  const who = session ?? identity;
  if (who === undefined) return { kind: "nobody", why: ended };
  return { kind: "known", name: who.name, role: who.role };
}

/** Who this browser is; draws the component again when that changes. */
export function usePerson(): Person {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useListening(() => {
    const told = () => redraw(undefined);
    listeners.add(told);
    return () => void listeners.delete(told);
  }, []);
  return person;
}

export function nameOf(who: Person): string | undefined {
  return who.kind === "known" ? who.name : undefined;
}

/** Whether there is an account behind it. */
export function hasAccount(who: Person): boolean {
  return who.kind === "known" && who.role !== "guest";
}

export function mayModerate(who: Person): boolean {
  return who.kind === "known" && (who.role === "moderator" || who.role === "admin");
}
