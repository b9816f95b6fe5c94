import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { readLock } from '../../database/lock.ts';
import { processIsAlive, processStartTime } from '../../database/processes.ts';
import { defaultSchema, schemaOf } from '../../database/schemaName.ts';

/** A server that commands find through its data directory. */
export interface FoundServer {
  pid: number;
  /** Where it answers, once it does. */
  url?: string;
}

interface Announcement extends FoundServer {
  url: string;
  host: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  processStartTime: string | null;
  /** Where its database is, without who signs in there. */
  database: string;
}

/**
 * Says in the data directory that a server on PostgreSQL answers, for commands on this computer; several may. The one of
 * the embedded database stands in its lock. Gives what takes the word back.
 */
export function announceServer(dataDir: string, url: string, databaseUrl: string): () => void {
  const folder = join(dataDir, 'servers');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  removeDead(folder);
  const announcement: Announcement = {
    pid: process.pid,
    url,
    host: hostname(),
    startedAt: new Date().toISOString(),
    processStartTime: processStartTime(process.pid),
    database: placeOf(databaseUrl),
  };
  const path = join(folder, `${process.pid}-${randomUUID()}.json`);
  const draft = `${path}.draft`;
  writeFileSync(draft, `${JSON.stringify(announcement)}\n`, { mode: 0o600 });
  renameSync(draft, path);
  const withdraw = () => {
    process.removeListener('exit', withdraw);
    rmSync(path, { force: true });
  };
  process.once('exit', withdraw);
  return withdraw;
}

/**
 * Finds the server that runs on a data directory; who names a database means only one that uses it. What another computer
 * wrote there is no address here, so its servers are not found.
 */
export function findServer(dataDir: string, databaseUrl?: string): FoundServer | null {
  if (databaseUrl === undefined) {
    const holder = readLock(dataDir);
    if (holder !== null) return holder;
  }
  const folder = join(dataDir, 'servers');
  const living = readAll(folder)
    .map(({ announcement }) => announcement)
    .filter(lives)
    .filter(({ database }) => databaseUrl === undefined || database === placeOf(databaseUrl))
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  return living[0] ?? null;
}

function removeDead(folder: string): void {
  for (const { path, announcement } of readAll(folder)) {
    if (announcement.host === hostname() && !lives(announcement)) rmSync(path, { force: true });
  }
}

function lives({ host, pid, processStartTime: began }: Announcement): boolean {
  return host === hostname() && processIsAlive(pid, began);
}

function readAll(folder: string): { path: string; announcement: Announcement }[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const path = join(folder, name);
      try {
        const announcement = JSON.parse(readFileSync(path, 'utf8')) as Announcement;
        const isWhole = Number.isInteger(announcement.pid) && typeof announcement.url === 'string';
        return isWhole ? [{ path, announcement }] : [];
      } catch {
        return [];
      }
    });
}

function placeOf(databaseUrl: string): string {
  const { hostname: host, port, pathname, searchParams } = new URL(databaseUrl);
  const schema = schemaOf(databaseUrl);
  const place = `${searchParams.get('host') ?? host}:${port || '5432'}${pathname}`;
  return schema === undefined || schema === defaultSchema ? place : `${place}?schema=${schema}`;
}
