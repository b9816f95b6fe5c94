import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Chooses the id of a new run, `<plan>-YYYY-MM-DD` by UTC, with `-2`, `-3` and so on for further runs of the day, and
 * claims it on this machine. `exists` asks the server; when it cannot, the claims of this machine alone decide.
 */
export async function chooseRunId(
  plan: string,
  now: Date,
  dataDir: string,
  exists: (runId: string) => Promise<boolean>,
): Promise<string> {
  const claims = join(dataDir, 'runs');
  await mkdir(claims, { recursive: true });
  await forgetOld(claims, now);
  const day = `${plan}-${now.toISOString().slice(0, 10)}`;
  for (let number = 1; ; number++) {
    const runId = number === 1 ? day : `${day}-${number}`;
    if ((await claim(join(claims, runId))) && !(await exists(runId).catch(() => false))) return runId;
  }
}

/** Takes a name on this machine; of several that try, one gets it. */
async function claim(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function forgetOld(directory: string, now: Date): Promise<void> {
  const limit = now.getTime() - 3 * 86_400_000;
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const file = await stat(path).catch(() => undefined);
    if (file !== undefined && file.mtimeMs < limit) await rm(path, { force: true });
  }
}
