import { endGroup } from '../command/processGroup.ts';
import type { JournalEntry, TaskChanges } from './entry.ts';
import type { Journal } from './journal.ts';
import { stillLives } from './processStamp.ts';
import type { Reporter } from './reporter.ts';

/** What was found of processes that are gone. */
export interface Recovered {
  /** Tasks whose reports are sent now. */
  reports: number;
  /** Of these, tasks that were running or waiting when their process ended. */
  abandoned: JournalEntry[];
}

/**
 * Takes over what processes that are gone have left in the journal: ends the commands that still run, says of open
 * tasks how they ended, and hands all to the reporter.
 */
export async function recoverJournal(journal: Journal, reporter: Reporter): Promise<Recovered> {
  const left = journal.read().filter(({ owner }) => owner === null || !stillLives(owner));
  const abandoned = left.filter((entry) => !entry.closed);
  await Promise.all(abandoned.map(endCommand));
  for (const entry of left) {
    const ending = entry.closed ? null : endingOf(entry);
    reporter.adopt({
      ...entry,
      command: null,
      changes: ending === null ? entry.changes : { ...entry.changes, ...ending },
      closed: true,
    });
  }
  return { reports: left.length, abandoned };
}

async function endCommand({ command }: JournalEntry): Promise<void> {
  if (command !== null && command.began !== null && stillLives(command)) {
    await endGroup(command.pid, 5000).gone;
  }
}

function endingOf({ owner, started }: JournalEntry): TaskChanges {
  const who =
    owner === null ? 'The orchestrator' : `The orchestrator (process ${owner.pid} on ${owner.host})`;
  const finishedAt = new Date().toISOString();
  if (!started) {
    return {
      status: 'SKIPPED',
      startedAt: finishedAt,
      finishedAt,
      durationMs: 0,
      logExcerpt: `[nightshift] skipped: ${who} ended before this step began.`,
    };
  }
  return {
    status: 'FAILED',
    finishedAt,
    logExcerpt: `[nightshift] failed: ${who} ended while this step ran, so its result is unknown. The output up to then is in the run's log.`,
  };
}
