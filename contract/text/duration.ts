/** A length of time as plans write it: a number and its unit, such as `90s`, `10m` or `1h`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

/** Reads a duration into milliseconds; undefined when the text is none. */
export function readDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  const unit = unitMilliseconds.get(match?.[2] ?? '');
  return unit === undefined ? undefined : Math.round(Number(match?.[1]) * unit);
}

/** Writes milliseconds the way people read them: `0.4s`, `12.3s`, `4m 05s`, `1h 02m`. */
export function formatDuration(milliseconds: number): string {
  const tenths = Math.round(milliseconds / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)}s`;
  const seconds = Math.round(milliseconds / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h ${two(Math.floor(seconds / 60) % 60)}m`;
}

/** Writes milliseconds as plans write them, without rounding: `90s`, `10m`, `3d`. */
export function writeDuration(milliseconds: number): Duration {
  const units = [...unitMilliseconds].reverse();
  const [unit, length] = units.find(
    ([, length]) => milliseconds >= length && milliseconds % length === 0,
  ) ?? ['ms', 1];
  return `${milliseconds / length}${unit}` as Duration;
}

const unitMilliseconds = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);
