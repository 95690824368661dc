// Agenda: which of many things is due next. A binary heap that is cheap to move things earlier in;
// it holds no timer and never looks at a clock.

interface Entry<Item> {
  readonly item: Item;
  readonly dueMs: number;
}

export class Agenda<Item> {
  /** Every entry is due no later than the two at 2n + 1 and 2n + 2. */
  readonly #heap: Entry<Item>[] = [];
  /** The entry of an item that counts; others of it in the heap are leftovers. */
  readonly #entries = new Map<Item, Entry<Item>>();

  /** Items that are due some time. */
  get size(): number {
    return this.#entries.size;
  }

  /** Puts an item down for `dueMs`, unless it is due before that anyhow. */
  put(item: Item, dueMs: number): void {
    const known = this.#entries.get(item);
    if (known !== undefined && known.dueMs <= dueMs) return;
    const entry = { item, dueMs };
    this.#entries.set(item, entry);
    this.#heap.push(entry);
    this.#raise(this.#heap.length - 1);
  }

  drop(item: Item): void {
    this.#entries.delete(item);
  }

  /** When the first item is due; undefined if none is. */
  nextMs(): number | undefined {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (this.#entries.get(first.item) === first) return first.dueMs;
      this.#removeFirst();
    }
    return undefined;
  }

  /** Takes the first item that is due by `nowMs` off the agenda. */
  take(nowMs: number): Item | undefined {
    const nextMs = this.nextMs();
    const first = this.#heap[0];
    if (nextMs === undefined || first === undefined || nextMs > nowMs) return undefined;
    this.#removeFirst();
    this.#entries.delete(first.item);
    return first.item;
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#lower(0);
  }

  #raise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfEarlier(at, parent)) return;
      at = parent;
    }
  }

  #lower(from: number): void {
    for (let at = from; ; ) {
      const left = 2 * at + 1;
      const right = left + 1;
      const child = this.#dueMs(right) < this.#dueMs(left) ? right : left;
      if (!this.#swapIfEarlier(child, at)) return;
      at = child;
    }
  }

  #dueMs(at: number): number {
    return this.#heap[at]?.dueMs ?? Infinity;
  }

  #swapIfEarlier(child: number, parent: number): boolean {
    const one = this.#heap[child];
    const other = this.#heap[parent];
    if (one === undefined || other === undefined || one.dueMs >= other.dueMs) return false;
    this.#heap[child] = other;
    this.#heap[parent] = one;
    return true;
  }
}
