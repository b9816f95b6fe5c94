import { access, constants, type FileHandle, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatDuration } from '../../contract/text/duration.ts';
import { openPrivateLog, replacePrivateFile } from '../files/privateFile.ts';
import { runFileName } from '../files/runFileName.ts';
import { createStepLog, labelled, type StepLog } from '../output/stepLog.ts';
import type { RunEvent } from './events.ts';
import { type RunResult, resultRecord } from './result.ts';

/** The two files that a run leaves behind: everything that was printed, and the result. */
export interface RunFiles {
  /** Null where it cannot be written. */
  logFile: string | null;
  resultFile: string;
  /** Writes to the log what a reader needs to find their way between the steps' output. */
  note(event: RunEvent): void;
  /** Begins the log of an attempt; with a label, each of its lines begins with it. */
  beginStep(label: string | null): StepLog;
  close(result: RunResult): Promise<void>;
}

/** Makes the directory of a run's files where there is none. @throws Error where they cannot be written in it */
export async function makeLogDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await access(directory, constants.W_OK | constants.X_OK);
}

/**
 * Begins `orchestration-<run>.log`, and writes `orchestration-<run>.json` when the run is over. A file that cannot be
 * written goes to `warn` and does not end the run.
 */
export async function openRunFiles(
  directory: string,
  runId: string,
  warn: (text: string) => void,
): Promise<RunFiles> {
  const path = join(directory, `${runFileName(runId)}.log`);
  const resultFile = join(directory, `${runFileName(runId)}.json`);
  const file = await openLog(path).catch((error: unknown) => {
    warn(`Could not write the log of this run: ${messageOf(error)}. The run continues without it.`);
    return undefined;
  });
  let isTold = false;
  const onFault = (error: unknown) => {
    if (!isTold)
      warn(
        `The log of this run is incomplete, could not write ${path}: ${messageOf(error)}. The run continues.`,
      );
    isTold = true;
  };
  // Writes stand in one line, so that notes and output come in the order of what happened.
  let last: Promise<unknown> = Promise.resolve();
  const append = (text: string) => {
    last = last.then(() => file?.appendFile(text)).catch(onFault);
  };
  return {
    logFile: file === undefined ? null : path,
    resultFile,
    note(event) {
      const text = describe(event);
      if (text !== undefined) append(`${text}\n`);
    },
    beginStep(label) {
      if (file === undefined) return noLog;
      const log = createStepLog(file, (error) => {
        onFault(error);
        append(`\n[nightshift] could not write the log: ${String(error)}\n`);
      });
      return label === null ? log : labelled(log, label);
    },
    async close(result) {
      const text = `${JSON.stringify(resultRecord(result), null, 2)}\n`;
      await replacePrivateFile(resultFile, text).catch((error: unknown) =>
        warn(`Could not write the result of this run: ${messageOf(error)}. Its exit code is still valid.`),
      );
      await last;
      await file?.close().catch(onFault);
    },
  };
}

/** The directory may have gone since it was made. */
async function openLog(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true });
  return openPrivateLog(path);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const noLog: StepLog = { write: async () => {}, end: async () => {} };

function describe(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'runStarted':
      return `${event.runId} started at ${new Date().toISOString()}`;
    case 'stepStarted':
      return `\n=== ${event.task} started at ${new Date().toISOString()}${event.number > 1 ? `, attempt ${event.number}` : ''}`;
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
