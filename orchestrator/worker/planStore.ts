import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replacePrivateFile } from '../files/privateFile.ts';
import type { Plan } from '../plan/schema.ts';

/** A content of a plan as its file had it once. */
export interface KeptPlan {
  version: 1;
  /** By which the server knows the content; what differs by machine, such as `env` and `timeout`, is no part of it. */
  hash: string;
  /** Since when it was in force here, by the server's clock. */
  since: string;
  /** The project that it was of; left out where none was named. */
  project?: string | undefined;
  plan: Plan;
}

/** What is known of a kept content without reading it. */
interface Entry extends Pick<KeptPlan, 'project'> {
  hash: string;
  since: string;
  /** The plan file that had it. */
  planFile: string;
  /** A digest of all of the content, whatever the server's hash leaves out of it. */
  content: string;
  path: string;
}

/** So many contents of one hash are kept, the latest: a plan file may compute a variable that is another one each time. */
const maxVersions = 50;

/** The contents of plans that runs began with, on disk, so that these go on after the file has changed and the worker was started again. */
export interface PlanStore {
  /** Keeps a content that is in force now; one that has been since it was kept last stays as it was. */
  keep(kept: KeptPlan): Promise<void>;
  /** What is kept of these plan files: the hashes, with the file and the project that each was kept for. */
  hashes(planFiles: ReadonlySet<string>): ReadonlyMap<string, Pick<Entry, 'planFile' | 'project'>>;
  /** The plan files of which something is kept. */
  planFiles(): ReadonlySet<string>;
  /** Reads the content that a hash stood for when a run began; undefined where none is kept. */
  read(hash: string, planFiles: ReadonlySet<string>, begunAt: string): Plan | undefined;
  /** Removes all contents with these hashes. */
  forget(hashes: ReadonlySet<string>): Promise<void>;
}

/** Opens the store of a data directory, which other workers may use as well. */
export function openPlanStore(dataDir: string): PlanStore {
  const directory = join(dataDir, 'plans');
  const entries = new Map(readEntries(directory).map((entry) => [entry.path, entry]));
  const of = (planFiles: ReadonlySet<string>) =>
    [...entries.values()].filter(({ planFile }) => planFiles.has(planFile));
  return {
    async keep(kept) {
      const path = join(directory, fileName(kept));
      const entry = entryOf(kept, path);
      const isOwn = ({ hash, planFile }: Entry) => hash === entry.hash && planFile === entry.planFile;
      const latest = bySince([...entries.values()].filter(isOwn)).at(-1);
      // A change that was taken back is in force anew, for the runs that begin from now on.
      if (latest?.content === entry.content) return;
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      await replacePrivateFile(path, JSON.stringify(kept));
      entries.set(path, entry);
      const versions = bySince([...entries.values()].filter(({ hash }) => hash === kept.hash));
      for (const { path: oldest } of versions.slice(0, -maxVersions)) {
        entries.delete(oldest);
        await rm(oldest, { force: true });
      }
    },
    planFiles: () => new Set([...entries.values()].map(({ planFile }) => planFile)),
    hashes: (planFiles) => new Map(of(planFiles).map((entry) => [entry.hash, entry])),
    read(hash, planFiles, begunAt) {
      const own = bySince(of(planFiles).filter((entry) => entry.hash === hash));
      const then = own.findLast(({ since }) => Date.parse(since) <= Date.parse(begunAt)) ?? own[0];
      return then && readKept(then.path)?.plan;
    },
    async forget(hashes) {
      for (const { hash, path } of [...entries.values()]) {
        if (!hashes.has(hash)) continue;
        entries.delete(path);
        await rm(path, { force: true });
      }
    },
  };
}

function bySince(entries: Entry[]): Entry[] {
  return entries.sort((a, b) => Date.parse(a.since) - Date.parse(b.since));
}

/** One file for each time that a content came into force. */
function fileName({ hash, since, plan }: KeptPlan): string {
  return `${digestOf(hash).slice(0, 32)}-${digestOf(JSON.stringify(plan)).slice(0, 16)}-${Date.parse(since)}.json`;
}

function entryOf({ hash, since, project, plan }: KeptPlan, path: string): Entry {
  return { hash, since, project, planFile: plan.file, content: digestOf(JSON.stringify(plan)), path };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function readEntries(directory: string): Entry[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => {
        const path = join(directory, name);
        const kept = readKept(path);
        return kept ? [entryOf(kept, path)] : [];
      });
  } catch {
    // Nothing was ever kept.
    return [];
  }
}

/** A file that is no content of a plan is left alone. */
function readKept(path: string): KeptPlan | undefined {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as KeptPlan;
    const isKept =
      value.version === 1 &&
      typeof value.hash === 'string' &&
      Array.isArray(value.plan.steps) &&
      value.plan.file;
    return isKept ? value : undefined;
  } catch {
    return undefined;
  }
}
