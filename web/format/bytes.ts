const units = ['KB', 'MB', 'GB', 'TB', 'PB'];

/** Writes a size as people read it: `512 KB`, `3.4 GB`, by 1,024. */
export function formatBytes(bytes: number): string {
  let size = bytes / 1024;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const digits = size < 10 ? 1 : 0;
  return `${size.toLocaleString('en', { maximumFractionDigits: digits })} ${units[unit]}`;
}
