/** How pauses grow: from the first one, each longer than the one before by a factor, up to a longest. */
export interface Growth {
  firstMs: number;
  longestMs: number;
  /** @default 2 */
  factor?: number;
}

/** The pause in milliseconds after so many others, the first one after none. */
export function growingPause({ firstMs, longestMs, factor = 2 }: Growth, others: number): number {
  return Math.min(longestMs, firstMs * factor ** Math.min(others, 60));
}
