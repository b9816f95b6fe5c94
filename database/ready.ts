import { statfs } from 'node:fs/promises';

/** Whether the database can serve, and one line for each thing that was looked at. */
export interface Readiness {
  ok: boolean;
  checks: Record<string, string>;
}

export interface ReadinessInput {
  /** Asks the database anything. */
  ping: () => Promise<unknown>;
  /** How long the answer may take, in milliseconds. */
  timeoutMillis: number;
  /** The directory whose disk must have room; absent when the database is elsewhere. */
  directory?: string;
  minFreeBytes: number;
}

/** Asks the database for one answer, and its disk for room when it is the embedded one. */
export async function checkReadiness(input: ReadinessInput): Promise<Readiness> {
  const [database, disk] = await Promise.all([checkAnswer(input), checkDisk(input)]);
  const checks: Record<string, string> = { database: database ?? 'ok' };
  if (input.directory) checks.disk = disk ?? 'ok';
  return { ok: database === null && disk === null, checks };
}

async function checkAnswer({ ping, timeoutMillis }: ReadinessInput): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${timeoutMillis} ms`), timeoutMillis);
  });
  const asked = ping().then(
    () => null,
    (error: Error) => error.message,
  );
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The bytes that are free on the disk of a directory. */
export async function freeBytesOf(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

async function checkDisk({ directory, minFreeBytes }: ReadinessInput): Promise<string | null> {
  if (!directory) return null;
  try {
    const free = await freeBytesOf(directory);
    if (free >= minFreeBytes) return null;
    return `only ${megabytes(free)} MB are free in ${directory}, at least ${megabytes(minFreeBytes)} MB are needed`;
  } catch (error) {
    return `the free space of ${directory} cannot be read: ${(error as Error).message}`;
  }
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1024 / 1024);
}
