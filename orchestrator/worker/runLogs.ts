import { type FileHandle, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openPrivateLog } from '../files/privateFile.ts';
import { runFileName } from '../files/runFileName.ts';
import { createStepLog, labelled, type StepLog } from '../output/stepLog.ts';

/** The logs of the runs that a worker works for: one file a run, in which every attempt has its part. */
export interface RunLogs {
  /** Begins the part of an attempt, in the file of its run. */
  begin(attempt: { runId: string; task: string; number: number }): Promise<StepLog>;
}

/**
 * Writes the logs to `orchestration-<run>.log` in a directory. Where several attempts of a run go on at once, each of
 * their lines begins with the name of its task.
 */
export function openRunLogs(directory: string, isAlone: boolean, onFault: (error: unknown) => void): RunLogs {
  const files = new Map<string, OpenLog>();

  function take(runId: string): Promise<FileHandle> {
    const known = files.get(runId);
    if (known) {
      clearTimeout(known.closing);
      known.users++;
      return known.file;
    }
    const file = openLog(directory, runId);
    files.set(runId, { file, users: 1 });
    return file;
  }

  function letGo(runId: string): void {
    const known = files.get(runId);
    if (known === undefined || --known.users > 0) return;
    // The next step of the run mostly begins at once.
    known.closing = setTimeout(() => {
      files.delete(runId);
      void known.file.then((file) => file.close()).catch(() => undefined);
    }, lingerMs).unref();
  }

  return {
    async begin({ runId, task, number }) {
      try {
        const file = await take(runId);
        const log = createStepLog(file, onFault);
        const lines = isAlone ? log : labelled(log, task);
        const which = number > 1 ? ` (attempt ${number})` : '';
        const heading = ['', `=== ${task}${which} started at ${new Date().toISOString()}`];
        await log.write(heading);
        return {
          write: lines.write,
          async end() {
            await log.end();
            letGo(runId);
          },
        };
      } catch (error) {
        onFault(error);
        letGo(runId);
        return { write: async () => {}, end: async () => {} };
      }
    },
  };
}

/** The log of one run, with the attempts that write to it. */
interface OpenLog {
  file: Promise<FileHandle>;
  users: number;
  closing?: NodeJS.Timeout;
}

const lingerMs = 1000;

async function openLog(directory: string, runId: string): Promise<FileHandle> {
  await mkdir(directory, { recursive: true });
  return openPrivateLog(join(directory, `${runFileName(runId)}.log`));
}
