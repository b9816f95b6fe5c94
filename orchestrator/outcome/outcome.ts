import type { EndedStatus } from '../../contract/words/taskStatus.ts';
import { formatDuration } from '../plan/duration.ts';

import type { ApprovalMode } from '../plan/schema.ts';
import type { MadeOutput } from './outputs.ts';

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

/** What one step came to. */
export interface Outcome {
  status: EndedStatus;
  /** Why, in a few words; null for a plain success. */
  reason: string | null;
  outputsUri: string | null;
}

/**
 * Tells what an ended command means for its task, as far as this side can: the server's word on a success counts. What it printed never makes a success of a failure: a non-zero
 * exit, a signal, a timeout or a silence that was too long is `failed`, and its link is kept. A cancelled command is
 * `skipped`, however it took its end.
 */
export function decideOutcome(
  ending: Ending,
  { approval, skipCode }: { approval: ApprovalMode; skipCode: number | false },
  { outputsUri, holds }: MadeOutput,
  skipReason: string | undefined,
): Outcome {
  if (ending.kind === 'cancelled') return { status: 'skipped', reason: explain(ending), outputsUri };
  if (ending.kind !== 'exit') return { status: 'failed', reason: explain(ending), outputsUri };
  if (ending.code === skipCode)
    return { status: 'skipped', reason: skipReason ?? 'it said so without a reason', outputsUri };
  if (ending.code !== 0) return { status: 'failed', reason: `exit code ${ending.code}`, outputsUri };
  const asks = approval === 'always' || (approval === 'auto' && holds);
  return asks
    ? { status: 'awaiting_approval', reason: null, outputsUri }
    : { status: 'succeeded', reason: null, outputsUri };
}

function explain(ending: Exclude<Ending, { kind: 'exit' }>): string {
  switch (ending.kind) {
    case 'signal':
      return `killed by ${ending.signal}`;
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
