const minuteMs = 60_000;

/** Writes what is left the way people plan by it: `in 3 d 4 h`, `in 2 h 5 min`, `in 12 min`. */
export function writeLeft(ms: number): string {
  if (ms <= 0) return 'now';
  const minutes = Math.ceil(ms / minuteMs);
  if (minutes < 60) return `in ${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? `in ${hours} h${rest(minutes % 60, 'min')}`
    : `in ${Math.floor(hours / 24)} d${rest(hours % 24, 'h')}`;
}

function rest(count: number, unit: string): string {
  return count > 0 ? ` ${count} ${unit}` : '';
}
