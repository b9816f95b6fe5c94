import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openPrivateLog, replacePrivateFile } from '../files/privateFile.ts';
import { runFileName } from '../files/runFileName.ts';
import { createStepLog, labelled, type StepLog } from '../output/stepLog.ts';
import { formatDuration } from '../plan/duration.ts';
import type { RunEvent } from './events.ts';
import { type RunResult, resultRecord } from './result.ts';

/** The two files that a run leaves behind: everything that was printed, and what came of it. */
export interface RunFiles {
  logFile: string;
  resultFile: string;
  /** Writes to the log what a reader needs to find their way between the steps' output. */
  note(event: RunEvent): void;
  /** Begins the log of an attempt; with a label, each of its lines begins with it. */
  beginStep(label: string | null): StepLog;
  close(result: RunResult): Promise<void>;
}

/** Begins `orchestration-<run>.log`, and writes `orchestration-<run>.json` when the run is over. */
export async function openRunFiles(directory: string, runId: string): Promise<RunFiles> {
  await mkdir(directory, { recursive: true });
  const logFile = join(directory, `${runFileName(runId)}.log`);
  const resultFile = join(directory, `${runFileName(runId)}.json`);
  const file = await openPrivateLog(logFile);
  // Writes stand in one line, so that notes and output come in the order of what happened.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (write: () => Promise<unknown>) => {
    last = last.then(write).catch(() => undefined);
  };
  return {
    logFile,
    resultFile,
    note(event) {
      const text = describe(event);
      if (text !== undefined) inTurn(() => file.appendFile(`${text}\n`));
    },
    beginStep(label) {
      const log = createStepLog(file, (error) => {
        inTurn(() => file.appendFile(`\n[nightshift] the log could not be written: ${String(error)}\n`));
      });
      return label === null ? log : labelled(log, label);
    },
    async close(result) {
      await last;
      await file.close();
      await replacePrivateFile(resultFile, `${JSON.stringify(resultRecord(result), null, 2)}\n`);
    },
  };
}

function describe(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'runStarted':
      return `${event.runId} began at ${new Date().toISOString()}`;
    case 'stepStarted':
      return `\n=== ${event.task} began at ${new Date().toISOString()}${event.number > 1 ? `, attempt ${event.number}` : ''}`;
    case 'stepPaused':
      return `=== ${event.text}`;
    case 'stepEnded': {
      const { task, status, durationMs, reason } = event.result;
      const time = durationMs === null ? '' : ` after ${formatDuration(durationMs)}`;
      return `=== ${task}: ${status}${time}${reason === null ? '' : ` (${reason})`}`;
    }
    case 'note':
      return `[nightshift] ${event.text}`;
    case 'runEnded':
      return `\n${event.result.runId} ended at ${event.result.finishedAt} with exit code ${event.result.exitCode}`;
    case 'annotation':
    case 'stepOutput':
      return undefined;
  }
}
