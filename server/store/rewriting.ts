// Rewriting: a journal's file that has grown written anew beside it, while records still go to the old
// one. It says when there is a fresh one to take; it never puts one in the place of the old.

import { dropFresh, type JournalPlace, type OpenFile, writeFresh } from "./freshFile.ts";

export interface RewritingParts {
  readonly place: JournalPlace;
  /** See `JournalParts.rewriteBytesMin`. */
  readonly bytesMin: number | undefined;
  /** See `JournalParts.capture`. */
  capture(): Iterable<Uint8Array>;
}

/** Below this, reading the file at the next start takes less than a second on a slow disk. */
const BYTES_MIN = 16 << 20;
/** How much longer than when new a file may grow: a byte is written anew for each three appended. */
const GROWTH = 4;

/** A file that is whole but for the records since its capture. */
export interface Rewritten {
  readonly file: OpenFile;
  readonly since: readonly Uint8Array[];
}

interface Fresh {
  /** Records since the capture, which the fresh file lacks. */
  readonly since: Uint8Array[];
  /** Resolves with the file, undefined if it could not be written. */
  readonly writing: Promise<OpenFile | undefined>;
  /** The file, once it is written. */
  file: OpenFile | undefined;
}

export class Rewriting {
  readonly #parts: RewritingParts;
  #fresh: Fresh | undefined;
  /** How long the file in use may become. */
  #bytesMax = 0;

  /** `length` is that of the file in use, which is new. */
  constructor(parts: RewritingParts, length: number) {
    this.#parts = parts;
    this.renewed(length);
  }

  /** A new file of that length is in use. */
  renewed(length: number): void {
    this.#bytesMax = Math.max(this.#parts.bytesMin ?? BYTES_MIN, length * GROWTH);
  }

  /** Every record that is appended to the file in use is to be told here. */
  note(records: readonly Uint8Array[]): void {
    this.#fresh?.since.push(...records);
  }

  /** The file in use is that long now: a fresh one is begun if it has grown too much. */
  grown(length: number): void {
    if (length > this.#bytesMax) this.#fresh ??= this.#begin(length);
  }

  /** Gives the fresh file away, if one is written. */
  take(): Rewritten | undefined {
    const { file, since = [] } = this.#fresh ?? {};
    if (file === undefined) return undefined;
    this.#fresh = undefined;
    return { file, since };
  }

  /** Drops what there is of a fresh file. */
  async giveUp(): Promise<void> {
    const file = await this.#fresh?.writing;
    this.#fresh = undefined;
    if (file !== undefined) await dropFresh(this.#parts.place, file.handle);
  }

  #begin(length: number): Fresh {
    const { place, capture } = this.#parts;
    const writing = writeFresh(place, capture()).then(
      (file) => {
        fresh.file = file;
        return file;
      },
      () => {
        // No room for a second file: the old one is whole, and serves on until it has doubled.
        if (this.#fresh === fresh) this.#fresh = undefined;
        this.#bytesMax = length * 2;
        return undefined;
      },
    );
    const fresh: Fresh = { since: [], writing, file: undefined };
    return fresh;
  }
}
