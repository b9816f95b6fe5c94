import type { Client } from '../../client/index.ts';
import { wordOf } from '../../contract/words/words.ts';
import type { Terminal } from '../terminal.ts';
import { showTime } from '../text/showTime.ts';
import { narrowDetail, narrowName, narrowTime } from './narrowing.ts';
import { recordOf } from './output.ts';
import { type Column, toTable } from './table.ts';
import { showLength } from './taskRows.ts';

type Attempt = Awaited<ReturnType<Client['attempts']>>[number];

/** Lays the attempts of a task out in a table: who made each, when, and how it ended. */
export function attemptTable(attempts: readonly Attempt[], stream: Terminal): string {
  return toTable(attempts, columns, stream);
}

/** The attempts of a task as records, by the names that REST would use. */
export function attemptRecords(attempts: readonly Attempt[]): Record<string, unknown>[] {
  return attempts.map((attempt) => recordOf(attempt, fields));
}

const columns: readonly Column<Attempt>[] = [
  { head: 'ATTEMPT', show: ({ number }) => String(number) },
  { head: 'WORKER', show: ({ worker }) => worker, narrow: narrowName },
  { head: 'STARTED', show: ({ startedAt }) => showTime(startedAt), narrow: narrowTime },
  { head: 'TOOK', show: showLength, narrow: narrowDetail },
  { head: 'ENDED', show: describeEnding },
];

const fields: Readonly<Record<string, (attempt: Attempt) => unknown>> = {
  number: ({ number }) => number,
  worker: ({ worker }) => worker,
  started_at: ({ startedAt }) => startedAt,
  finished_at: ({ finishedAt }) => finishedAt,
  ended_by: ({ endedBy }) => endedBy && wordOf(endedBy),
  exit_code: ({ exitCode }) => exitCode,
  signal: ({ signal }) => signal,
  duration_ms: ({ durationMs }) => durationMs,
  outputs_uri: ({ outputsUri }) => outputsUri,
  log_excerpt: ({ logExcerpt }) => logExcerpt,
};

function describeEnding({ endedBy, exitCode, signal }: Attempt): string {
  if (endedBy === null) return 'running';
  if (endedBy === 'EXIT') return `exit code ${exitCode}`;
  return endedBy === 'SIGNAL' ? `signal ${signal}` : wordOf(endedBy);
}
