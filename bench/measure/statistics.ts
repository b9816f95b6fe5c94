/** What several measurements of one thing amount to. */
export interface Summary {
  median: number;
  /** The lower and the upper quartile: half of the measurements lie between them. */
  low: number;
  high: number;
  count: number;
}

/** Summarises measurements by their median and quartiles, which single disturbances hardly move. */
export function summarize(measurements: readonly number[]): Summary {
  const sorted = [...measurements].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
    count: sorted.length,
  };
}

/** The median of some numbers. @throws RangeError when there are none */
export function median(numbers: readonly number[]): number {
  return summarize(numbers).median;
}

/** Divides pair by pair, so that what disturbed both of a pair falls out. */
export function ratios(ours: readonly number[], theirs: readonly number[]): number[] {
  if (ours.length !== theirs.length) {
    throw new RangeError(`Expected as many measurements of both, got ${ours.length} and ${theirs.length}.`);
  }
  return ours.map((value, index) => value / (theirs[index] ?? Number.NaN));
}

/** The value below which `share` of the sorted numbers lies, between two of them in proportion. */
function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) {
    throw new RangeError('Expected at least one measurement, got none.');
  }
  return below + (above - below) * (position - Math.floor(position));
}
