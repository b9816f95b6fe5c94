import type { EndedAttempt } from '../../contract/outcome/judgeAttempt.ts';
import { formatDuration } from '../../contract/text/duration.ts';

/** How a command ended. */
export type Ending =
  | { kind: 'exit'; code: number }
  /** Ended by a signal that was not ours. */
  | { kind: 'signal'; signal: string }
  /** Ended by us because its time was up. */
  | { kind: 'timeout'; afterMs: number }
  /** Ended by us because nothing had come from it for so long. */
  | { kind: 'idle'; afterMs: number }
  /** Ended by us because somebody decided so; null when it is not known who. */
  | { kind: 'cancelled'; by: string | null }
  /** Ended by us because the orchestrator was told to stop. */
  | { kind: 'interrupted'; by: string }
  /** Never started. */
  | { kind: 'unstartable'; why: string };

/** Writes how a command ended as the rule of outcomes takes it, with what only its worker knows of it. */
export function endedAttempt(ending: Ending): EndedAttempt {
  switch (ending.kind) {
    case 'exit':
      return { ending: 'exit', exitCode: ending.code };
    case 'signal':
      return { ending: 'signal', signal: ending.signal };
    default:
      return { ending: ending.kind, reason: explain(ending) };
  }
}

function explain(ending: Exclude<Ending, { kind: 'exit' | 'signal' }>): string {
  switch (ending.kind) {
    case 'timeout':
      return `timed out after ${formatDuration(ending.afterMs)}`;
    case 'idle':
      return `no output for ${nameSpan(ending.afterMs)}`;
    case 'cancelled':
      return ending.by === null ? 'cancelled' : `cancelled by ${ending.by}`;
    case 'interrupted':
      return `ended by ${ending.by}`;
    case 'unstartable':
      return `could not be started: ${ending.why}`;
  }
}

/** A limit as its plan writes it, where that is a whole number of minutes or hours: `10m`, not `10m 00s`. */
function nameSpan(milliseconds: number): string {
  return formatDuration(milliseconds)
    .replace(/(?<=[hm]) 00[ms]$/, '')
    .replace(/\.0s$/, 's');
}
