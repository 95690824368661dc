// Crowd: the sockets that have come and were not let in, by address: which of them makes room where one
// address has too many. Pure; it never touches a socket and knows no time.

/**
 * A school or a mobile network behind one address comes back in a moment, and is let in within seconds;
 * who only fills the place up is to leave it to others.
 */
export const CROWD_MAX = 1_000;

export class Crowd<Socket> {
  readonly #max: number;
  /** Sockets of each address, in the order they came. */
  readonly #groups = new Map<string, Set<Socket>>();
  readonly #groupOf = new Map<Socket, string>();

  constructor(max: number) {
    this.#max = max;
  }

  /** How many are counted. */
  get size(): number {
    return this.#groupOf.size;
  }

  /**
   * Somebody comes from an address. Gives who has to make room for that: whoever of that address has
   * been here longest, because who means to come in is let in before long.
   */
  come(socket: Socket, group: string): Socket | undefined {
    const sockets = this.#groups.get(group) ?? new Set();
    this.#groups.set(group, sockets.add(socket));
    this.#groupOf.set(socket, group);
    if (sockets.size <= this.#max) return undefined;
    const [longest] = sockets;
    if (longest !== undefined) this.leave(longest);
    return longest;
  }

  /** Somebody was let in, or has gone. Does nothing for who is not counted. */
  leave(socket: Socket): void {
    const group = this.#groupOf.get(socket);
    if (group === undefined) return;
    this.#groupOf.delete(socket);
    const sockets = this.#groups.get(group);
    sockets?.delete(socket);
    if (sockets?.size === 0) this.#groups.delete(group);
  }
}
