/** How much wider a bucket is than the one before; the function `trend_bucket` of the database has it too. */
const growth = 1.1;

/**
 * Gives the milliseconds that stand for a bucket of durations: at most 4.8 % from any duration in it.
 * @returns null for the bucket of what was not measured
 */
export function millisOf(bucket: number | null): number | null {
  if (bucket === null || bucket < 0) return null;
  return bucket === 0 ? 0 : Math.round((2 * growth ** (bucket - 1)) / (growth + 1));
}

/** The SQL for the bucket below which so many percent of the durations lie; of rows with `bucket`, `up_to` and `measured`. */
export function percentileSql(percent: number, where: string): string {
  return `min(bucket) FILTER (WHERE ${where} AND up_to * 100 >= measured * ${percent})`;
}
