// Audience: viewers who follow a story, each by the bytes it would be sent and by nothing else.

import { ByteReader, ByteWriter } from "../../shared/bytes.ts";
import {
  type Changes,
  changesSince,
  ownChanges,
  publicChanges,
  type Shown,
  SINCE_EVER,
} from "../../shared/changes.ts";
import { readChanges, writeChanges } from "../../shared/codec.ts";
import type { State } from "../../shared/record.ts";
import { View } from "../../shared/view.ts";
import { type Commit, lookAs, performAttempt, type Seen, storyGame } from "./stories.ts";

export type Onlooker = number | "public";

export function encode(changes: Changes): Uint8Array {
  const writer = new ByteWriter();
  writeChanges(writer, changes);
  return writer.finish();
}

export function decode(bytes: Uint8Array): Changes {
  return readChanges(new ByteReader(bytes), storyGame.shapes);
}

export const newView = (viewer: Onlooker): View =>
  new View(storyGame.shapes, viewer === "public" ? undefined : viewer);

/** Tells a story's commit to a state, as the versions of a room are told. */
export function tell(state: State, version: number, commit: Commit): void {
  state.open(version);
  for (const attempt of commit) performAttempt(state, attempt);
  state.close();
}

/** What a view shows, in the form of `expectedView`: fields that are undefined are left out. */
export function seenIn(view: View): Seen {
  return plain(
    Object.fromEntries(
      storyGame.shapes.map(({ name, single }) => {
        const held = view.face[name];
        const records = single ? [held] : [...(held as Iterable<unknown>)];
        return [
          name,
          Object.fromEntries(records.map((record) => [idOf(record), fieldsOf(record)])),
        ];
      }),
    ),
  );
}

/** The same without fields that are undefined. */
export function plain(seen: Seen): Seen {
  return JSON.parse(JSON.stringify(seen)) as Seen;
}

const idOf = (record: unknown): number => (record as { id: number }).id;

function fieldsOf(record: unknown): Record<string, unknown> {
  const { id: _, ...fields } = JSON.parse(JSON.stringify(record)) as Record<string, unknown>;
  return fields;
}

/** One viewer with a view of its own, in step or away. */
export class Follower {
  readonly viewer: Onlooker;
  readonly view: View;
  /** Everything it was sent, as bytes and in the form before them. */
  readonly sent: { readonly bytes: Uint8Array; readonly changes: Changes }[] = [];
  readonly #shown: Shown = new Map();
  #bookmark: number | undefined;
  #inStep = false;

  constructor(viewer: Onlooker) {
    this.viewer = viewer;
    this.view = newView(viewer);
  }

  /** A step for whoever is in step; for others nothing. */
  step(state: State): void {
    if (!this.#inStep) return;
    this.#send(publicChanges(state));
    this.#send(ownChanges(state, lookAs(state, this.viewer), this.#shown));
    this.#bookmark = state.commitVersion;
  }

  /** The answer to a sync; a whole view if `whole` or if nothing is held yet. */
  sync(state: State, whole = false): void {
    const look = lookAs(state, this.viewer);
    const since = whole ? undefined : this.#bookmark;
    this.#shown.clear();
    ownChanges(state, look, this.#shown);
    this.#send(changesSince(state, since ?? SINCE_EVER, look), since === undefined);
    this.#bookmark = state.commitVersion;
    this.#inStep = true;
  }

  leave(): void {
    this.#inStep = false;
  }

  get inStep(): boolean {
    return this.#inStep;
  }

  #send(changes: Changes, whole = false): void {
    const bytes = encode(changes);
    this.sent.push({ bytes, changes });
    if (whole) this.view.replace(decode(bytes));
    else this.view.apply(decode(bytes));
  }
}
