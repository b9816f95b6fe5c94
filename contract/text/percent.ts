/** Writes a rate from 0 to 1 as whole percent, never rounded up to 100. */
export function formatRate(rate: number): string {
  // 0.29 * 100 is a little less than 29.
  return `${Math.floor(rate * 100 + 1e-9)}%`;
}

/** Writes by how much something grew, as whole percent with its sign: 0.5 is `+50%`. */
export function formatGrowth(growth: number): string {
  return `${growth < 0 ? '' : '+'}${Math.round(growth * 100)}%`;
}
