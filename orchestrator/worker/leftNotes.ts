import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { type SystemLock, takeSystemLock } from '../../contract/systemLock.ts';
import { findByCookie, listPids } from '../command/processTable.ts';
import { lockIdentity, ownNotes } from './leaseNotes.ts';
import {
  type LeaseNote,
  type NoteHead,
  noteFiles,
  noteForm,
  notesIn,
  readPages,
  writePage,
} from './noteFile.ts';
import { ownPlace, stillLives } from './processStamp.ts';

/** The notes of a worker that is gone, of which no other process takes care meanwhile. */
export interface LeftNotes {
  notes: readonly LeaseNote[];
  /** The control group below which those of its attempts are. */
  cgroup: string | undefined;
  /** Says whether a process is there still that may start a command: a starter, or one that the worker was just making. */
  hasHalfMade(): boolean;
  /** Nothing is left to do for a note. */
  settle(note: LeaseNote): void;
  /** Removes the notes if all are settled; others may take care of the rest. */
  release(): void;
}

/** Takes the notes of workers of a data directory that are gone, and tidies what says nothing any more. */
export function takeLeftNotes(dataDir: string): LeftNotes[] {
  const directory = notesIn(dataDir);
  return idsIn(directory)
    .filter((id) => !ownNotes.has(id) && !foreign.has(id))
    .flatMap((id) => take(directory, id) ?? []);
}

/** Notes of other places, which stay what they are. */
const foreign = new Set<string>();

function idsIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.lock'))
      .map((name) => basename(name, '.lock'));
  } catch {
    // No worker has ever been here.
    return [];
  }
}

function take(directory: string, id: string): LeftNotes | undefined {
  const paths = noteFiles(directory, id);
  let lock: SystemLock | undefined;
  try {
    lock = takeSystemLock(paths.lock);
    if (lock === undefined) return undefined;
    const found = read(paths);
    if (found === 'foreign') foreign.add(id);
    else if (found === 'nothing') remove(paths);
    else if (found !== 'living') return keep(paths, lock, found);
  } catch {
    // Somebody else has removed it, or it cannot be read.
  }
  lock?.release();
  return undefined;
}

interface Found {
  head: NoteHead;
  /** By the number of its page. */
  notes: Map<LeaseNote, number>;
}

/**
 * Reads the notes of a worker that is gone: `foreign` ones are of another place, where its processes can be seen, and
 * `nothing` follows from old or broken ones any more. One whose file system keeps no locks may be `living`.
 */
function read(paths: ReturnType<typeof noteFiles>): Found | 'foreign' | 'living' | 'nothing' {
  const file = statSync(paths.notes, { throwIfNoEntry: false });
  if (file === undefined) return 'nothing';
  const [first, ...pages] = readPages(readFileSync(paths.notes));
  if (first === undefined) return 'nothing';
  const head = first as unknown as NoteHead;
  if (head.version !== noteForm || head.place !== ownPlace())
    return Date.now() - file.mtimeMs > foreignMs ? 'nothing' : 'foreign';
  if (head.lock !== lockIdentity(paths.lock)) return 'nothing';
  if (stillLives(head.owner)) return 'living';
  const notes = pages.flatMap((page, index) =>
    typeof page?.requestId === 'string' ? [[page as unknown as LeaseNote, index + 1] as const] : [],
  );
  return { head, notes: new Map(notes) };
}

// By then nobody comes to whom they say something.
const foreignMs = 24 * 3_600_000;

function keep(paths: ReturnType<typeof noteFiles>, lock: SystemLock, { head, notes }: Found): LeftNotes {
  return {
    notes: [...notes.keys()],
    cgroup: head.cgroup,
    hasHalfMade: () => findByCookie(head.starter).pids.length > 0 || isOpenElsewhere(paths.notes),
    settle(note) {
      const page = notes.get(note);
      if (page === undefined) return;
      notes.delete(note);
      // Where it stays, it is settled again.
      if (notes.size > 0) clear(paths.notes, page);
    },
    release() {
      try {
        if (notes.size === 0) remove(paths);
      } finally {
        lock.release();
      }
    },
  };
}

function clear(path: string, page: number): void {
  const file = openSync(path, 'r+');
  try {
    writePage(file, page);
  } finally {
    closeSync(file);
  }
}

/** The lock goes last: notes without one would be nobody's. */
function remove({ notes, lock }: ReturnType<typeof noteFiles>): void {
  rmSync(notes, { force: true });
  rmSync(lock, { force: true });
}

/**
 * Says whether another process may have a file open. What a worker is just making shares its files until it loads its own
 * program, and cannot be told from it by anything else.
 */
function isOpenElsewhere(path: string): boolean {
  const name = basename(path);
  const others = (listPids() ?? []).filter((pid) => pid !== process.pid);
  return others.some((pid) => filesOf(pid)?.some((file) => file.includes(name)) ?? true);
}

/** The files that a process has open; undefined where it may be of a step's own user and hides them. */
function filesOf(pid: number): string[] | undefined {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((number) => linkOf(`/proc/${pid}/fd/${number}`) ?? []);
  } catch (error) {
    const isHidden = ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');
    return isHidden && process.getuid?.() === 0 ? undefined : [];
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
