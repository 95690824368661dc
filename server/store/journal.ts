// Journal: the in-process store's append-only file. A record counts once it is on the disk, and
// records that come together share one fsync; it never knows what a record says.

import { mkdir, open } from "node:fs/promises";
import type { Cancel, Clock } from "../../shared/clock.ts";
import { randomSecret } from "../../shared/random.ts";
import { type DirectoryLock, lockDirectory } from "./directoryLock.ts";
import {
  type JournalPlace,
  journalFile,
  nameFresh,
  newestJournal,
  type OpenFile,
  removeOthers,
  writeAt,
  writeFresh,
} from "./freshFile.ts";
import { encodeBatch, readJournal } from "./journalFile.ts";
import { Rewriting, type Rewritten } from "./rewriting.ts";
import { StoreAway } from "./store.ts";

export interface JournalParts {
  readonly directory: string;
  readonly clock: Clock;
  /** Takes each record that was written before, oldest first, while the journal opens. */
  restore(record: Uint8Array): void;
  /** Everything as records, as it is at the moment of the call, however late they are asked for. */
  capture(): Iterable<Uint8Array>;
  /** The disk refuses writes, or takes them again. */
  tell(status: "away" | "back"): void;
  /** The file is written anew when it is longer than this and four times what it was when new. */
  readonly rewriteBytesMin?: number;
}

/** After a write that failed, everything is tried again this often: a full disk may get room. */
const RECOVER_MS = 1_000;

/** Records that become durable together, and those who wait for it. */
interface Group {
  readonly records: Uint8Array[];
  /** Resolves with what went wrong, so that nobody has to wait for it. */
  readonly written: Promise<Error | undefined>;
  settle(wrong: Error | undefined): void;
}

type Phase =
  | { readonly kind: "well" }
  | { readonly kind: "away"; readonly why: string; readonly cancel: Cancel }
  | { readonly kind: "closed" };

/**
 * Opens the journal of a directory, makes it if there is none, and holds the directory until `close`.
 * What a power cut tore off its end was never told to anybody and is left out. Rejects with
 * DirectoryHeld, or with StoreDamaged, which names the byte.
 */
export async function openJournal(parts: JournalParts): Promise<Journal> {
  const { directory, clock } = parts;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const lock = await lockDirectory(directory, clock, await newestJournal(directory));
  try {
    const known = await restoreFrom(parts);
    const incarnation = known ?? randomSecret(24);
    const place = { directory, number: lock.number };
    const fresh = await writeFresh(place, parts.capture());
    const file = await nameFresh(place, { file: fresh, incarnation }, []);
    await removeOthers(place);
    return new Journal(parts, lock, { file, incarnation });
  } catch (cause) {
    await lock.release();
    throw cause;
  }
}

/** Hands on what an earlier process wrote; gives the file's incarnation, undefined if there is no file. */
async function restoreFrom({ directory, restore }: JournalParts): Promise<string | undefined> {
  const number = await newestJournal(directory);
  if (number === 0) return undefined;
  const path = journalFile({ directory, number });
  const handle = await open(path, "r");
  try {
    const { header, batches } = await readJournal(handle, path);
    for await (const records of batches) for (const record of records) restore(record);
    return header.incarnation;
  } finally {
    await handle.close();
  }
}

export class Journal {
  readonly incarnation: string;
  readonly #parts: JournalParts;
  readonly #lock: DirectoryLock;
  readonly #place: JournalPlace;
  readonly #rewriting: Rewriting;
  #file: OpenFile;
  #phase: Phase = { kind: "well" };
  /** Takes records; not being written yet. */
  #filling: Group | undefined;
  #writing: Group | undefined;
  /** The one writer or what repairs after it; resolves when it has nothing left to do. */
  #work: Promise<void> | undefined;

  constructor(
    parts: JournalParts,
    lock: DirectoryLock,
    { file, incarnation }: { readonly file: OpenFile; readonly incarnation: string },
  ) {
    this.#parts = parts;
    this.#lock = lock;
    this.#place = { directory: parts.directory, number: lock.number };
    this.#file = file;
    this.incarnation = incarnation;
    const rewriting = {
      place: this.#place,
      bytesMin: parts.rewriteBytesMin,
      capture: () => parts.capture(),
    };
    this.#rewriting = new Rewriting(rewriting, file.length);
  }

  /** Throws StoreAway while nothing can be written: then nothing may be changed in memory either. */
  check(): void {
    if (this.#phase.kind === "away") throw new StoreAway(this.#phase.why);
    if (this.#phase.kind === "closed") throw new StoreAway("the store is closed");
  }

  /** Writes records as soon as can be, after all those before them. */
  append(records: readonly Uint8Array[]): void {
    this.check();
    if (records.length === 0) return;
    this.#filling ??= newGroup();
    this.#filling.records.push(...records);
    this.#rewriting.note(records);
    this.#work ??= this.#writeAll();
  }

  /** Resolves when every record appended so far is durable. Rejects with StoreAway if that is not certain. */
  async flushed(): Promise<void> {
    this.check();
    const wrong = await (this.#filling ?? this.#writing)?.written;
    if (wrong !== undefined) throw wrong;
  }

  /** Finishes what is under way and lets go of the directory. */
  async close(): Promise<void> {
    if (this.#phase.kind === "closed") return;
    if (this.#phase.kind === "away") this.#phase.cancel();
    this.#phase = { kind: "closed" };
    await this.#work;
    await this.#rewriting.giveUp();
    await this.#file.handle.close();
    await this.#lock.release();
  }

  /** Group after group, until there is nothing left to write. */
  async #writeAll(): Promise<void> {
    // Whatever is appended in this same turn of the loop shares the first fsync.
    await Promise.resolve();
    for (let group = this.#filling; group !== undefined; group = this.#filling) {
      this.#filling = undefined;
      this.#writing = group;
      try {
        await this.#write(group);
      } catch (cause) {
        this.#fail(group, cause);
      }
      this.#writing = undefined;
      group.settle(undefined);
    }
    this.#work = undefined;
  }

  async #write(group: Group): Promise<void> {
    const rewritten = this.#rewriting.take();
    if (rewritten === undefined) {
      const { handle, seed, length } = this.#file;
      const batch = encodeBatch(group.records, seed);
      await writeAt(handle, batch, length);
      await handle.datasync();
      this.#file = { handle, seed, length: length + batch.length };
    } else {
      // The group is in the capture or among the records since.
      await this.#exchange(rewritten);
    }
    await this.#insistOnLock();
    // What is filling the next group has come true in memory: the capture holds it.
    this.#rewriting.grown(this.#file.length);
  }

  /** Nothing is told unless the lock was still ours after the write: a successor has read it then. */
  async #insistOnLock(): Promise<void> {
    if (await this.#lock.isHeld()) return;
    throw new StoreAway(`another process has taken over ${this.#parts.directory}`);
  }

  /** Makes a fresh file the journal. */
  async #exchange({ file: fresh, since }: Rewritten): Promise<void> {
    const old = this.#file.handle;
    try {
      const named = { file: fresh, incarnation: this.incarnation };
      this.#file = await nameFresh(this.#place, named, since);
    } catch (cause) {
      await fresh.handle.close();
      throw cause;
    }
    this.#rewriting.renewed(this.#file.length);
    await old.close();
  }

  /** From here on memory may be ahead of the disk: nothing is taken until all of it is written anew. */
  #fail(group: Group, cause: unknown): void {
    const wrong = new StoreAway(textOf(cause), { cause });
    group.settle(wrong);
    this.#filling?.settle(wrong);
    this.#filling = undefined;
    if (this.#phase.kind === "closed") return;
    this.#goAway(wrong.message);
    this.#parts.tell("away");
  }

  #goAway(why: string): void {
    const cancel = this.#parts.clock.after(RECOVER_MS, () => {
      this.#work = this.#recover();
    });
    this.#phase = { kind: "away", why, cancel };
  }

  /** Writes everything to a fresh file: the old one may hold half a group, and its cache may lie. */
  async #recover(): Promise<void> {
    try {
      await this.#insistOnLock();
      await this.#rewriting.giveUp();
      const fresh = await writeFresh(this.#place, this.#parts.capture());
      await this.#exchange({ file: fresh, since: [] });
      await this.#insistOnLock();
      if (this.#phase.kind === "away") {
        this.#phase = { kind: "well" };
        this.#parts.tell("back");
      }
    } catch (cause) {
      if (this.#phase.kind === "away") this.#goAway(textOf(cause));
    }
    this.#work = undefined;
  }
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function newGroup(): Group {
  let settle: Group["settle"] = () => undefined;
  const written = new Promise<Error | undefined>((resolve) => {
    settle = resolve;
  });
  return { records: [], written, settle };
}
