import { shared } from './shared.ts';

/** Clocks that are no further apart count as the same: an answer takes its time, and tells its second alone. */
const sameMs = 60_000;

/** By how many milliseconds the clock of the server is before that of this computer; 0 where they are about the same. */
export const clockShift = shared(0);

/** Takes note of when the server answered, by its own clock, as the header `Date` has it. */
export function noteServerTime(date: string | null, now = Date.now()): void {
  const at = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(at) || Math.abs(at - now - clockShift.get()) <= sameMs) return;
  clockShift.set(Math.abs(at - now) <= sameMs ? 0 : at - now);
}

/** What time it is where tasks end and approvals expire, whatever the clock of this computer shows. */
export function serverNow(): number {
  return Date.now() + clockShift.get();
}
