import type { Viewer } from '../input/viewer.ts';

/** For how long after somebody has proved who they are that counts as just now, in milliseconds. */
const freshForMs = 10 * 60_000;

/** Says whether a session's person has proved just now who they are. */
export function isFresh(session: Viewer['session'], now: number): boolean {
  return session?.provedAt !== undefined && now - session.provedAt <= freshForMs;
}
