// Keepsake: what a page keeps of a seat for the page that comes after a reload: the room, the resume
// ticket and the commands that wait. It never keeps a token, and never insists on being kept.

import { fromJson } from "../shared/json.ts";
import { isPage } from "./page.ts";
import type { PageStorage } from "./seat.ts";

export interface Kept {
  readonly room: string;
  readonly code: string;
  readonly ticket?: string | undefined;
  /** The outbox as text, with the instance it counts for. */
  readonly outbox?: string | undefined;
}

/** Storage that lasts as long as whoever holds it: for programs that are no page. */
export function memoryStorage(): PageStorage {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

/** A page's own storage: each tab has one, and keeps it over reloads. */
export function pageStorage(): PageStorage {
  try {
    // A program that is no page may have one too, and all that play in it would share it.
    return (isPage() && sessionStorage) || memoryStorage();
  } catch {
    // A browser that was told to keep nothing for this site: the cookie alone must do.
    return memoryStorage();
  }
}

/** The seats of one game on one server that this tab remembers: each room's, by its code too, and which came last. */
export class Keepsake {
  readonly #storage: PageStorage;
  readonly #key: string;

  constructor(storage: PageStorage, origin: string, game: string) {
    this.#storage = storage;
    this.#key = `holdfast.${origin}.${game}`;
  }

  /** The seat in a room, by id or code; without either the newest. */
  find(wanted: { readonly room?: string | undefined; readonly code?: string | undefined }) {
    const { code } = wanted;
    const newest = code === undefined ? this.#key : `${this.#key}.${code}`;
    const room = wanted.room ?? this.#storage.getItem(newest);
    const text = room === null ? null : this.#storage.getItem(`${this.#key}.${room}`);
    const kept = text === null ? undefined : read(text);
    return code === undefined || kept?.code === code ? kept : undefined;
  }

  keep(kept: Kept): void {
    this.#write(`${this.#key}.${kept.room}`, JSON.stringify(kept));
    // A code is shorter than a room's id: they cannot be taken for each other.
    this.#write(`${this.#key}.${kept.code}`, kept.room);
    this.#write(this.#key, kept.room);
  }

  forget(room: string): void {
    this.#storage.removeItem(`${this.#key}.${room}`);
    if (this.#storage.getItem(this.#key) === room) this.#storage.removeItem(this.#key);
  }

  /**
   * Whether the page may reload itself because its game is of another shape than the server's: once,
   * or a server that has only the other shape would make it reload for ever.
   */
  mayReload(shape: string): boolean {
    const key = `${this.#key}/reloaded`;
    if (this.#storage.getItem(key) === shape) return false;
    return this.#write(key, shape);
  }

  /** The page and the server mean the same game. */
  fits(): void {
    this.#storage.removeItem(`${this.#key}/reloaded`);
  }

  #write(key: string, text: string): boolean {
    try {
      this.#storage.setItem(key, text);
      return true;
    } catch {
      // Full or forbidden: a reload then comes back by the cookie alone, and not by what is old.
      this.#storage.removeItem(key);
      return false;
    }
  }
}

function read(text: string): Kept | undefined {
  const kept = fromJson(text) as Partial<Kept> | null | undefined;
  const fits = typeof kept?.room === "string" && typeof kept.code === "string";
  return fits ? (kept as Kept) : undefined;
}
