// Hashes that tell versions apart and find damage. Not for secrets: anybody can make one collide.

/** FNV-1a over bytes, 32 bits (Fowler, Noll, Vo; RFC 9923). */
export function hashBytes(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < bytes.length; at++) {
    hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  }
  return hash >>> 0;
}

/** FNV-1a over UTF-16 units, 32 bits. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return hash >>> 0;
}

/** A hash as eight hexadecimal digits. */
export function hashName(text: string): string {
  return hashText(text).toString(16).padStart(8, "0");
}
