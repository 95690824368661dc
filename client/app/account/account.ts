// Account: what a page asks the server of one's own account: to make it, to sign in and out, to change
// the password, to see and end one's browsers. Calls reject with RefusedError or fetch's own error.

import { visitor } from "../visitor.ts";

/** A browser somebody is signed in on. */
export interface OwnBrowser {
  readonly label: string;
  /** "Firefox on Android" */
  readonly device: string;
  readonly isThis: boolean;
  readonly seenAgoMs: number;
  readonly endsInMs: number;
  /** Pages of it that are connected now. */
  readonly connections: number;
}

/** Something its owner should look at. */
export interface Alert {
  readonly kind: "new-device" | "many-failures" | "ticket-reused" | "role-changed";
  readonly device: string;
  readonly agoMs: number;
}

export interface Owned {
  readonly sessions: readonly OwnBrowser[];
  readonly alerts: readonly Alert[];
}

export interface Credentials {
  readonly name: string;
  readonly password: string;
}

/** Makes an account; a guest stays who they are, with all seats and stories. */
export async function register(credentials: Credentials): Promise<void> {
  await visitor.ask("POST", "/api/account/register", { body: credentials });
}

export async function signIn(credentials: Credentials): Promise<void> {
  await visitor.ask("POST", "/api/account/sign-in", { body: credentials });
}

/** Every other browser is signed out by it. */
export async function changePassword(current: string, password: string): Promise<void> {
  await visitor.ask("POST", "/api/account/password", { body: { current, password } });
}

export function signOut(): Promise<void> {
  return visitor.signOut();
}

export async function signOutEverywhere(): Promise<void> {
  await visitor.ask("DELETE", "/api/sessions");
}

export function owned(): Promise<Owned> {
  return visitor.ask("GET", "/api/sessions");
}

export async function endBrowser(label: string): Promise<void> {
  await visitor.ask("DELETE", `/api/sessions/${encodeURIComponent(label)}`);
}
