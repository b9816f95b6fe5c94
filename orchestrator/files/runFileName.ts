import { createHash } from 'node:crypto';

/** The longest name that is taken as it stands; file systems take 255 bytes, and endings come to it. */
const longest = 128;

/**
 * Makes the name of a file out of an id that came from outside, such as a run's: it never leads out of its directory,
 * and two ids never share one. Usual ids stand for themselves; others are cut and end with a part of their SHA-256.
 */
export function fileNameOf(id: string): string {
  if (/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(id) && id.length <= longest) return id;
  const readable = id.slice(0, longest).replace(/[^A-Za-z0-9_-]+/g, '_');
  return `${readable}~${createHash('sha256').update(id).digest('hex').slice(0, 16)}`;
}

/** The name of a file of a run, before its ending. */
export function runFileName(runId: string): string {
  return `orchestration-${fileNameOf(runId)}`;
}
