// Binary input: the only bytes a client may send, read by the layout its game declares. Whether the
// values suit the game is for the room to say.

import { ByteReader, MalformedBytes } from "../../shared/bytes.ts";
import type { Fields } from "../../shared/field.ts";
import { INPUT_BYTE } from "../../shared/frame.ts";
import type { Game } from "../../shared/game.ts";

/** First byte, u32 tag of room and epoch, u8 index of the input, u32 its number. */
export const INPUT_HEAD_BYTES = 1 + 4 + 1 + 4;
const INDEX_AT = 5;

export interface BinaryInput {
  readonly name: string;
  readonly n: number;
  readonly values: Readonly<Record<string, unknown>>;
}

interface InputLayout {
  readonly name: string;
  readonly fields: readonly (readonly [name: string, kind: Fields[string]])[];
  readonly byteCount: number;
}

/** Layouts by index, for each game once: they are needed for every input of every player. */
const layouts = new WeakMap<Game, readonly InputLayout[]>();

/** Stands for the room and its epoch; undefined if the bytes are no input. */
export function tagOfInput(bytes: Uint8Array): number | undefined {
  if (bytes[0] !== INPUT_BYTE || bytes.length < INPUT_HEAD_BYTES) return undefined;
  return (
    byteAt(bytes, 1) +
    byteAt(bytes, 2) * 2 ** 8 +
    byteAt(bytes, 3) * 2 ** 16 +
    byteAt(bytes, 4) * 2 ** 24
  );
}

const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;

/** Reads an input of a game; undefined unless its length and values are exactly as declared. */
export function readInput(bytes: Uint8Array, game: Game): BinaryInput | undefined {
  const layout = layoutsOf(game)[bytes[INDEX_AT] ?? -1];
  if (layout === undefined || bytes.length !== INPUT_HEAD_BYTES + layout.byteCount) {
    return undefined;
  }
  const reader = new ByteReader(bytes);
  reader.u8();
  reader.u32();
  reader.u8();
  const n = reader.u32();
  const values: Record<string, unknown> = {};
  try {
    for (const [name, kind] of layout.fields) values[name] = kind.read(reader);
  } catch (cause) {
    if (cause instanceof MalformedBytes) return undefined;
    throw cause;
  }
  return { name: layout.name, n, values };
}

function layoutsOf(game: Game): readonly InputLayout[] {
  const known = layouts.get(game);
  if (known !== undefined) return known;
  const made = Object.entries(game.inputs).map(([name, fields]) => ({
    name,
    fields: Object.entries(fields),
    byteCount: Object.values(fields).reduce((sum, kind) => sum + (kind.byteCount ?? 0), 0),
  }));
  layouts.set(game, made);
  return made;
}
