// Bytes: a growing writer and a bounds-checked reader for the binary codec. They know numbers and
// text, never what those mean.

const TEXT_ENCODER = new TextEncoder();
/** A byte order mark is text like any other: without `ignoreBOM` it would be swallowed. */
const TEXT_DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes that end too early or hold an impossible value. Thrown by the reader, caught at the edge. */
export class MalformedBytes extends Error {}

export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  /** Forgets what was written and keeps the memory. */
  reset(): void {
    this.#length = 0;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  u8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  u16(value: number): void {
    this.#reserve(2);
    this.#view.setUint16(this.#length, value, true);
    this.#length += 2;
  }

  u32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  f32(value: number): void {
    this.#reserve(4);
    this.#view.setFloat32(this.#length, value, true);
    this.#length += 4;
  }

  f64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** A whole number from 0 to 2^53 − 1, seven bits a byte, low bits first. */
  varuint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  text(value: string): void {
    // Three bytes a UTF-16 unit is the worst case of UTF-8.
    this.#reserve(value.length * 3 + 8);
    const encoded = TEXT_ENCODER.encode(value);
    this.varuint(encoded.length);
    this.#bytes.set(encoded, this.#length);
    this.#length += encoded.length;
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Writes the first `count` bytes of what was written once more. */
  repeat(count: number): void {
    this.#reserve(count);
    this.#bytes.copyWithin(this.#length, 0, count);
    this.#length += count;
  }

  /** Writes over four bytes that were kept free for a number known only later. */
  putU32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  /** What was written from a place on, as it is now: later writing may change it. */
  from(at: number): Uint8Array {
    return this.#bytes.subarray(at, this.#length);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  /** Made when the first float is read: making it takes longer than reading an input. */
  #view: DataView | undefined;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#byte(this.#take(1));
  }

  u16(): number {
    const at = this.#take(2);
    return this.#byte(at) + this.#byte(at + 1) * 0x100;
  }

  u32(): number {
    const at = this.#take(4);
    const low = this.#byte(at) + this.#byte(at + 1) * 0x100;
    return low + this.#byte(at + 2) * 0x1_0000 + this.#byte(at + 3) * 0x100_0000;
  }

  f32(): number {
    const at = this.#take(4);
    return this.#floats().getFloat32(at, true);
  }

  f64(): number {
    const at = this.#take(8);
    return this.#floats().getFloat64(at, true);
  }

  varuint(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 8; count++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (byte === 0 && count > 0) throw new MalformedBytes("a number longer than it need be");
        if (!Number.isSafeInteger(value)) throw new MalformedBytes("a number beyond 2^53");
        return value;
      }
      scale *= 0x80;
    }
    throw new MalformedBytes("a number longer than eight bytes");
  }

  text(): string {
    const length = this.varuint();
    const at = this.#take(length);
    try {
      return TEXT_DECODER.decode(this.#bytes.subarray(at, at + length));
    } catch (cause) {
      throw new MalformedBytes("text that is not UTF-8", { cause });
    }
  }

  raw(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.slice(at, at + length);
  }

  #byte(at: number): number {
    return this.#bytes[at] as number;
  }

  #floats(): DataView {
    const { buffer, byteOffset, byteLength } = this.#bytes;
    this.#view ??= new DataView(buffer, byteOffset, byteLength);
    return this.#view;
  }

  #take(count: number): number {
    const at = this.#at;
    if (count > this.left) throw new MalformedBytes(`${count} bytes wanted, ${this.left} left`);
    this.#at = at + count;
    return at;
  }
}
