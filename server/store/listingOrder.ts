// Listing order: which of the things that hosts say of one room or seat counts. It only compares.

/** Epoch of the host that says it, and its place among what that host says under it: an older one is not taken. */
export interface ListingOrder {
  readonly epoch?: number;
  readonly ordinal?: number;
}

/** Whether what is kept was said by a newer host, or later by the same one. Older builds gave no order. */
export function isLater(kept: ListingOrder | undefined, said: ListingOrder): boolean {
  const { epoch = 0, ordinal = 0 } = kept ?? {};
  const other = { epoch: 0, ordinal: 0, ...said };
  return epoch > other.epoch || (epoch === other.epoch && ordinal > other.ordinal);
}

/** The end of what may be said until then: without an ordinal, of all that epoch. */
export function endOf({
  epoch = 0,
  ordinal = Number.MAX_SAFE_INTEGER,
}: ListingOrder): Required<ListingOrder> {
  return { epoch, ordinal };
}
