// Account: what a page asks the server of one's own account: to make it, to sign in and out, to change
// the password, to see and end one's browsers. Calls reject with RefusedError or fetch's own error.

import type { Owned, SaveSeen } from "../../../shared/owned.ts";
import { visitor } from "../visitor.ts";

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

/** Changes how others see one; an account keeps the name it is signed in to with. */
export async function rename(name: string): Promise<void> {
  await visitor.ask("PUT", "/api/name", { body: { name } });
}

export function signOut(): Promise<void> {
  return visitor.signOut();
}

export async function signOutEverywhere(): Promise<void> {
  await visitor.ask("DELETE", "/api/sessions");
}

/** Has everything forgotten, the account with it. A player gives the password. */
export async function deleteAll(password: string | undefined): Promise<void> {
  await visitor.ask("DELETE", "/api/account", { body: password === undefined ? {} : { password } });
}

export function owned(): Promise<Owned> {
  return visitor.ask("GET", "/api/sessions");
}

/** What is kept of one's progress, game by game. */
export async function saves(): Promise<readonly SaveSeen[]> {
  type Answer = { readonly saves: readonly SaveSeen[] };
  return (await visitor.ask<Answer>("GET", "/api/saves")).saves;
}

/** Has that story go on at the next visit; the one that did is kept beside it. */
export async function goOnWith(game: string, story: number): Promise<void> {
  await visitor.ask("POST", "/api/saves", { body: { game, story } });
}

export async function endBrowser(label: string): Promise<void> {
  await visitor.ask("DELETE", `/api/sessions/${encodeURIComponent(label)}`);
}
