import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileNameOf } from '../files/runFileName.ts';
import type { AttemptReport } from './attemptReport.ts';
import type { Lease } from './events.ts';
import { stampOwn, stillLives } from './processStamp.ts';
import { type KeptReport, newestForm, readReport } from './reportForms.ts';

/** The reports that the server has not acknowledged, on disk, one file an attempt. */
export interface ReportJournal {
  /** Resolves when the report is on disk. If the disk refuses, that is reported once, and the report is in memory only. */
  keep(lease: Lease, report: AttemptReport): Promise<KeptReport>;
  /** Forgets a report that the server has taken or that does not count. */
  forget(kept: KeptReport): void;
  /** Resolves when all that was forgotten is off the disk. */
  settled(): Promise<void>;
  /** Sets a report aside, with the reason, that the server will never take. */
  refuse(kept: KeptReport, why: string): Promise<void>;
  /** The unsent reports of processes that are gone. */
  pending(): KeptReport[];
}

/** Opens the journal of a data directory, which other processes may use as well. */
export function openReportJournal(dataDir: string, onFault: (why: string) => void): ReportJournal {
  const directory = join(dataDir, 'reports');
  const owner = stampOwn();
  const removals = new Set<Promise<void>>();
  let isFaulty = false;

  async function trying(work: () => Promise<void> | void): Promise<void> {
    try {
      await work();
      isFaulty = false;
    } catch (error) {
      if (!isFaulty)
        onFault(
          `Could not save reports on disk, so they would not survive a crash: ${(error as Error).message}`,
        );
      isFaulty = true;
    }
  }

  return {
    async keep(lease, report) {
      const kept: KeptReport = { version: newestForm, lease, report, owner };
      await trying(() => writeDurably(directory, fileName(kept), kept));
      return kept;
    },
    forget(kept) {
      const removing = trying(() => rm(join(directory, fileName(kept)), { force: true }));
      removals.add(removing);
      void removing.then(() => removals.delete(removing));
    },
    async settled() {
      await Promise.all(removals);
    },
    refuse: (kept, why) =>
      trying(async () => {
        await writeDurably(join(directory, 'refused'), fileName(kept), { ...kept, refusedBecause: why });
        await rm(join(directory, fileName(kept)), { force: true });
      }),
    pending() {
      tidyDrafts(directory);
      const found = readAll(directory);
      const newer = found.filter((kept) => kept === 'newer').length;
      if (newer > 0)
        onFault(
          `${newer} saved ${newer === 1 ? 'report' : 'reports'} in ${directory} ${newer === 1 ? 'is' : 'are'} of a newer version (this one reads form ${newestForm}). Start a worker of that version there to send them.`,
        );
      return found.filter((kept) => kept !== 'newer').filter((kept) => !stillLives(kept.owner));
    },
  };
}

/** Written beside, brought to disk, renamed, and the rename brought to disk. */
async function writeDurably(directory: string, name: string, value: object): Promise<void> {
  const path = join(directory, name);
  const draft = `${path}.${process.pid}.draft`;
  const file = await openNew(directory, draft);
  try {
    await file.writeFile(`${JSON.stringify(value)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  const handle = await open(directory);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The directory is made when it is missing, and not looked for each time. */
async function openNew(directory: string, path: string): Promise<FileHandle> {
  try {
    return await open(path, 'w', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return open(path, 'w', 0o600);
  }
}

function readAll(directory: string): (KeptReport | 'newer')[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => readOne(join(directory, name)));
  } catch {
    // Nothing was ever kept.
    return [];
  }
}

/** A process that was killed while it wrote has left a draft; one that still writes is done long before. */
function tidyDrafts(directory: string): void {
  for (const folder of [directory, join(directory, 'refused')])
    try {
      for (const name of readdirSync(folder).filter((one) => one.endsWith('.draft')))
        if (Date.now() - statSync(join(folder, name)).mtimeMs > draftMs)
          rmSync(join(folder, name), { force: true });
    } catch {
      // Nothing was ever kept there, or another worker tidies it.
    }
}

const draftMs = 3_600_000;

/** A file that is no report is left alone. */
function readOne(path: string): (KeptReport | 'newer')[] {
  try {
    const kept = readReport(readFileSync(path, 'utf8'));
    return kept === undefined ? [] : [kept];
  } catch {
    return [];
  }
}

// The id is the server's word; it must not lead out of the directory.
function fileName({ lease }: KeptReport): string {
  return `${fileNameOf(lease.leaseId)}.json`;
}
