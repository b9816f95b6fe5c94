import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileNameOf } from '../files/runFileName.ts';
import type { AttemptReport } from './attemptReport.ts';
import type { Lease } from './events.ts';
import { stampOwn, stillLives } from './processStamp.ts';
import { type KeptReport, newestForm, readReport } from './reportForms.ts';

/** The reports that the server has not acknowledged, on disk, one file an attempt. */
export interface ReportJournal {
  /**
   * Writes a report where a successor of this process finds it, and brings it to the disk soon, should it not be forgotten
   * before. If the disk refuses, that is reported once, and the report is in memory only.
   */
  keep(lease: Lease, report: AttemptReport): KeptReport;
  /** Forgets a report that the server has taken or that does not count. */
  forget(kept: KeptReport): void;
  /** Resolves when all that is kept has been brought to the disk. */
  settled(): Promise<void>;
  /** Sets a report aside, with the reason, that the server will never take. */
  refuse(kept: KeptReport, why: string): Promise<void>;
  /** The unsent reports of processes that are gone. */
  pending(): KeptReport[];
  /** Says whether a report of a lease is on disk, in whatever form. */
  has(leaseId: string): boolean;
}

/** Opens the journal of a data directory, which other processes may use as well. */
export function openReportJournal(dataDir: string, onFault: (why: string) => void): ReportJournal {
  const directory = join(dataDir, 'reports');
  const owner = stampOwn();
  /** What is to be brought to the disk, by its file name. */
  const unsynced = new Map<string, NodeJS.Timeout>();
  const syncing = new Set<Promise<void>>();
  let isFaulty = false;

  function trying(work: () => void): void {
    try {
      work();
      isFaulty = false;
    } catch (error) {
      fail(error);
    }
  }

  function fail(error: unknown): void {
    if (!isFaulty)
      onFault(
        `Could not save reports on disk, so they would not survive a crash: ${(error as Error).message}`,
      );
    isFaulty = true;
  }

  function sync(name: string): void {
    clearTimeout(unsynced.get(name));
    unsynced.delete(name);
    const done = bringToDisk(directory, name).catch(fail);
    syncing.add(done);
    void done.then(() => syncing.delete(done));
  }

  function forget(kept: KeptReport): void {
    const name = fileName(kept);
    clearTimeout(unsynced.get(name));
    unsynced.delete(name);
    trying(() => rmSync(join(directory, name), { force: true }));
  }

  return {
    keep(lease, report) {
      const kept: KeptReport = { version: newestForm, lease, report, owner };
      const name = fileName(kept);
      trying(() => {
        writeWhole(directory, name, kept);
        unsynced.set(
          name,
          setTimeout(() => sync(name), syncAfterMs),
        );
      });
      return kept;
    },
    forget,
    async settled() {
      for (const name of [...unsynced.keys()]) sync(name);
      await Promise.all(syncing);
    },
    async refuse(kept, why) {
      const name = fileName(kept);
      const refused = join(directory, 'refused');
      trying(() => writeWhole(refused, name, { ...kept, refusedBecause: why }));
      await bringToDisk(refused, name).catch(fail);
      forget(kept);
    },
    has: (leaseId) => existsSync(join(directory, fileNameOfLease(leaseId))),
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

/** Milliseconds after which a report is brought to the disk that the server has not taken; mostly it has by then. */
const syncAfterMs = 25;

/** Written beside and renamed, so that a process that is killed leaves the whole of it or nothing. */
function writeWhole(directory: string, name: string, value: object): void {
  const path = join(directory, name);
  const draft = `${path}.${process.pid}.draft`;
  const text = `${JSON.stringify(value)}\n`;
  try {
    writeFileSync(draft, text, { mode: 0o600 });
  } catch (error) {
    // The directory is made when it is missing, and not looked for each time.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(draft, text, { mode: 0o600 });
  }
  renameSync(draft, path);
}

/** Brings a file and its name to the disk; one that was removed meanwhile needs no such thing. */
async function bringToDisk(directory: string, name: string): Promise<void> {
  for (const path of [join(directory, name), directory]) {
    const file = await open(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    if (file === undefined) return;
    await file.sync().finally(() => file.close());
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
function fileNameOfLease(leaseId: string): string {
  return `${fileNameOf(leaseId)}.json`;
}

function fileName({ lease }: KeptReport): string {
  return fileNameOfLease(lease.leaseId);
}
