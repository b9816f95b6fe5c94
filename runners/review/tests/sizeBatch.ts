/** How long a batch of test files took. */
export interface BatchTime {
  files: number;
  /** From the start of the command to its end. */
  wallMs: number;
  /** The part in which test files ran; the rest is what every command costs again. */
  busyMs: number;
}

const firstSize = 4;
const growth = 4;
/** Files differ, so a batch is planned into a part of the time that is left. */
const plannedShare = 0.6;

/** Tells how many test files the next batch should have to end within the time left; 0 when not even one would. */
export function sizeBatch(earlier: readonly BatchTime[], leftMs: number): number {
  if (leftMs === Number.POSITIVE_INFINITY) return leftMs;
  const last = earlier.at(-1);
  if (last === undefined) return firstSize;
  const overhead = Math.max(...earlier.map(({ wallMs, busyMs }) => wallMs - busyMs));
  const perFile = Math.max((meanTime(earlier) + meanTime([last])) / 2, 1);
  if (overhead + perFile > leftMs) return 0;
  const fitting = Math.floor((leftMs * plannedShare - overhead) / perFile);
  return Math.max(1, Math.min(fitting, last.files * growth));
}

function meanTime(batches: readonly BatchTime[]): number {
  const files = batches.reduce((sum, batch) => sum + batch.files, 0);
  return batches.reduce((sum, batch) => sum + batch.busyMs, 0) / Math.max(files, 1);
}
