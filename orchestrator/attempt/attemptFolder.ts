import { closeSync, constants, fstatSync, lstatSync, mkdtempSync, openSync, readSync } from 'node:fs';
import { chmod, chown, mkdir, rm, rmdir, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Account, RunAsError } from '../command/runAs/account.ts';
import { findReachable } from '../command/runAs/rights.ts';

/** What an output file begins with. */
export interface OutputStart {
  bytes: Uint8Array;
  isWhole: boolean;
  /** Whether something else stands in its place, which is not read. */
  isOther?: boolean;
}

/** Where an attempt writes its outputs, and where its home is when the account has none. */
export interface AttemptFolder {
  outputFile: string;
  home: string | undefined;
  /** Reads the beginning of the output file, as much as a step can sensibly have to say. */
  readOutput(): OutputStart;
  /** Writes a text where the command can read it, and gives the path; the name is a variable's. */
  keep(name: string, text: string): Promise<string>;
  /**
   * Begins to take it away with what the step has made of it, which nobody need wait for; never throws, and what a step
   * has locked stays.
   */
  remove(): void;
}

/**
 * Makes the folder of an attempt. The folder is the worker's, and of an attempt with an account of its own only the
 * file and the home in it are the account's: so nothing else can stand in their place.
 */
export async function makeAttemptFolder(account?: Account): Promise<AttemptFolder> {
  // A handful of quick calls for each step: handed to other threads they would cost many times as much.
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-attempt-'));
  const outputFile = join(folder, 'output');
  closeSync(openSync(outputFile, 'wx', 0o600));
  let madeHome: string | undefined;
  const kept: string[] = [];
  function remove(): void {
    // Without an account the folder was the step's to change, and a link in its place is all that is removed of it.
    const removed =
      account === undefined
        ? removeWhole(folder, outputFile)
        : removeOf(account, { folder, files: [outputFile, ...kept], home: madeHome });
    const over = removed.catch(() => undefined).then(() => void removals.delete(over));
    removals.add(over);
  }
  if (account !== undefined) {
    await chown(outputFile, account.uid, account.gid);
    await chmod(folder, 0o711);
    if ((await findReachable(account, [outputFile])).length === 0) {
      remove();
      throw new RunAsError(
        `runAs: ${account.name} cannot access ${tmpdir()}; set TMPDIR of the worker to a directory that it can access, such as /tmp`,
      );
    }
    madeHome = (await hasHome(account)) ? undefined : await makeHome(folder, account);
  }
  return {
    outputFile,
    home: madeHome ?? account?.home,
    readOutput: () => readStart(outputFile, account?.uid),
    async keep(name, text) {
      const path = join(folder, name);
      kept.push(path);
      await writeFile(path, text, { flag: 'wx', mode: 0o600 });
      if (account !== undefined) await chown(path, account.uid, account.gid);
      return path;
    },
    remove,
  };
}

async function hasHome({ home, uid }: Account): Promise<boolean> {
  const found = home === undefined ? undefined : await stat(home).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === uid;
}

async function makeHome(folder: string, { uid, gid }: Account): Promise<string> {
  const home = join(folder, 'home');
  await mkdir(home, { mode: 0o700 });
  await chown(home, uid, gid);
  return home;
}

const removals = new Set<Promise<void>>();

/** Resolves when all folders are gone that were to be taken away. */
export async function foldersRemoved(): Promise<void> {
  await Promise.all(removals);
}

/** Mostly the output file is all that is in the folder. */
async function removeWhole(folder: string, outputFile: string): Promise<void> {
  try {
    if (lstatSync(folder).isDirectory()) {
      await unlink(outputFile);
      await rmdir(folder);
      return;
    }
  } catch {
    // The step has made something else of it.
  }
  await rm(folder, { recursive: true, force: true });
}

/** What is in the folder of an account is known by name; all else that is the account's is removed with its rights. */
async function removeOf(
  account: Account,
  { folder, files, home }: { folder: string; files: readonly string[]; home: string | undefined },
): Promise<void> {
  if (home !== undefined) await removeHome(home, account);
  for (const file of files) await rm(file, { force: true });
  await rmdir(folder);
}

/** With the account's rights, so that no link in it leads to the removal of what is somebody else's. */
async function removeHome(home: string, { uid, gid }: Account): Promise<void> {
  await execa('/bin/rm', ['-rf', '--', home], { uid, gid, cwd: '/', reject: false, stdio: 'ignore' });
  await rmdir(home).catch(() => undefined);
}

/** So many bytes of an output file are read: all that outputs may take, in UTF-16, and other lines beside them. */
const maxRead = 1024 * 1024;
const nothing = { bytes: new Uint8Array(), isWhole: true };

/** Follows no link, and reads no file of another owner: a step must not have the worker read for it. */
function readStart(path: string, owner: number | undefined): OutputStart {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return { ...nothing, isOther: (error as NodeJS.ErrnoException).code !== 'ENOENT' };
  }
  try {
    const found = fstatSync(file);
    if (!found.isFile() || (owner !== undefined && found.uid !== owner)) return { ...nothing, isOther: true };
    const buffer = Buffer.alloc(Math.min(found.size, maxRead));
    const size = buffer.length === 0 ? 0 : readSync(file, buffer);
    return { bytes: buffer.subarray(0, size), isWhole: found.size <= maxRead };
  } catch {
    return nothing;
  } finally {
    closeSync(file);
  }
}
