// Median: the middle of measured values, which one slow round does not move. It measures nothing.

/** NaN if there are none. */
export function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
