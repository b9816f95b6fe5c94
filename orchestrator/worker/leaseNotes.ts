import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { type SystemLock, takeSystemLock } from '../../contract/systemLock.ts';
import { ownCgroup } from '../command/cgroup.ts';
import { starterCookie } from '../command/start/starter.ts';
import type { Lease } from './events.ts';
import { type LeaseNote, type NoteHead, noteFiles, noteForm, notesIn, writePage } from './noteFile.ts';
import { ownPlace, stampOwn } from './processStamp.ts';

/**
 * What a worker notes of the leases that it may hold, in its data directory, so that its successor can give them back at
 * once if it is killed. Nothing is brought to disk: notes need to survive the process only, not the machine.
 */
export interface LeaseNotes {
  /** It asks for work, and may be given a lease whose answer does not reach it. */
  asks(requestId: string): void;
  /** The request has got this lease. */
  leased(requestId: string, lease: Lease): void;
  /** The command of the attempt is about to be started. @throws Error where its successor would believe that it was not */
  begins(leaseId: string, cookie: string): void;
  /** The command has been started. */
  leads(leaseId: string, leader: number): void;
  /** Nothing more comes of a request, or of a lease: its end is reported or in the journal. */
  over(id: string): void;
  /** Ends them; what is noted still is left to a successor. */
  close(): void;
}

/** Opens the notes of one worker; without a lock of the operating system none are kept, and its leases expire. */
export function openLeaseNotes(dataDir: string): LeaseNotes {
  const opened = open(dataDir);
  return opened === undefined ? withoutNotes : keepNotes(opened);
}

const withoutNotes: LeaseNotes = {
  asks() {},
  leased() {},
  begins() {},
  leads() {},
  over() {},
  close() {},
};

/** The notes of this process, which it must not take for those of another. */
export const ownNotes = new Set<string>();

interface OpenNotes {
  id: string;
  lock: SystemLock;
  paths: ReturnType<typeof noteFiles>;
  file: number;
}

function open(dataDir: string): OpenNotes | undefined {
  const place = ownPlace();
  if (place === undefined) return undefined;
  // Somebody who looks at a lock just then may take it for one of a worker that is gone.
  for (let tries = 0; tries < 3; tries++) {
    const opened = openOnce(notesIn(dataDir), place);
    if (opened !== undefined) return opened;
  }
  return undefined;
}

function openOnce(directory: string, place: string): OpenNotes | undefined {
  const id = randomUUID();
  const paths = noteFiles(directory, id);
  let lock: SystemLock | undefined;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    ownNotes.add(id);
    lock = takeSystemLock(paths.lock);
    if (lock === undefined) throw new Error('another process has the lock');
    // Without the file in its place this fails as well.
    const own = {
      owner: stampOwn(),
      place,
      lock: lockIdentity(paths.lock),
      cgroup: ownCgroup(),
      starter: starterCookie,
    };
    const head: NoteHead = { version: noteForm, ...own };
    const file = openSync(paths.notes, 'wx', 0o600);
    writePage(file, 0, head);
    return { id, lock, paths, file };
  } catch {
    forget({ id, lock, paths });
    return undefined;
  }
}

/** Names the file that a lock is on. */
export function lockIdentity(path: string): string {
  return String(statSync(path, { bigint: true }).ino);
}

function forget({ id, lock, paths }: Pick<OpenNotes, 'id' | 'paths'> & { lock: SystemLock | undefined }) {
  remove(paths.notes);
  remove(paths.lock);
  lock?.release();
  ownNotes.delete(id);
}

/** Removes a file; says whether it is gone. */
function remove(path: string): boolean {
  try {
    rmSync(path, { force: true });
    return true;
  } catch {
    return false;
  }
}

function keepNotes(opened: OpenNotes): LeaseNotes {
  const { paths, file } = opened;
  const noted = new Map<string, { page: number; note: LeaseNote }>();
  const free: number[] = [];
  let pages = 1;
  let isOpen = true;
  // What is noted is there, and can neither be corrected nor removed.
  let stuck: unknown;

  /** Where a note cannot be written, none of this worker may be believed any more. */
  function put(page: number, note: LeaseNote | undefined): void {
    if (!isOpen) return;
    try {
      writePage(file, page, note);
    } catch (error) {
      isOpen = false;
      closeSync(file);
      if (remove(paths.notes)) forget(opened);
      else stuck = error;
    }
  }

  function add(id: string, more: Partial<LeaseNote>): void {
    const known = noted.get(id);
    if (known === undefined) return;
    Object.assign(known.note, more);
    put(known.page, known.note);
  }

  return {
    asks(requestId) {
      // Sent again, it is the same one.
      if (!isOpen || noted.has(requestId)) return;
      const entry = { page: free.pop() ?? pages++, note: { requestId } };
      put(entry.page, entry.note);
      // Of one that is not noted nothing wrong can be believed.
      if (isOpen) noted.set(requestId, entry);
    },
    leased(requestId, { leaseId, serverId, task, runId, number }) {
      const known = noted.get(requestId);
      if (known !== undefined) noted.set(leaseId, known);
      const lease = { leaseId, task, runId, number, ...(serverId === undefined ? {} : { serverId }) };
      add(requestId, { lease });
    },
    begins(leaseId, cookie) {
      add(leaseId, { cookie });
      if (stuck !== undefined && noted.has(leaseId))
        throw new Error(`its worker could not note that it starts it: ${String(stuck)}`);
    },
    leads(leaseId, leader) {
      add(leaseId, { leader });
    },
    over(id) {
      const known = noted.get(id);
      if (known === undefined) return;
      noted.delete(known.note.requestId);
      if (known.note.lease) noted.delete(known.note.lease.leaseId);
      free.push(known.page);
      put(known.page, undefined);
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      closeSync(file);
      if (noted.size === 0) return forget(opened);
      opened.lock.release();
      ownNotes.delete(opened.id);
    },
  };
}
