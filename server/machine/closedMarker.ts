import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const text = `This server has had keys, or let workflows of GitHub Actions in, so nobody comes in without a key or
token, whatever its database says.
Delete this file only with the whole data directory.
`;

function markerIn(dataDir: string): string {
  return join(dataDir, 'closed');
}

/** Says whether servers on this data directory have had keys; the database may since have been put back to before that. */
export function wasClosed(dataDir: string): boolean {
  return existsSync(markerIn(dataDir));
}

/** Notes that servers on this data directory have had keys. @throws what the file system throws */
export function markClosed(dataDir: string): void {
  if (!wasClosed(dataDir)) writeFileSync(markerIn(dataDir), text, { mode: 0o600, flush: true });
}
