import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';

/** Nobody but the owner reads what a run leaves behind. */
const privateMode = 0o600;

/**
 * Opens a file to append to that only its owner may read. A link in its place is not followed and another user's file
 * not written to, since a command could have put it there to have the worker write elsewhere.
 * @throws Error with a sentence
 */
export async function openPrivateLog(path: string): Promise<FileHandle> {
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const flags = O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW | O_NONBLOCK;
  const file = await open(path, flags, privateMode).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ELOOP')
      throw new Error(`${path} is a link, which is not followed; remove it`, { cause });
    // A directory; a pipe that nobody reads, or a socket.
    if (cause.code === 'EISDIR' || cause.code === 'ENXIO')
      throw new Error(`${path} is not a file; remove it`, { cause });
    throw cause;
  });
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new Error(`${path} is not a file; remove it`);
    if (process.getuid !== undefined && found.uid !== process.getuid())
      throw new Error(`${path} belongs to another user (${found.uid}); remove it`);
    if (found.nlink > 1) throw new Error(`${path} has more than one hard link; remove it`);
    await file.chmod(privateMode);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * Writes a file as a whole, readable by its owner only: beside its place first, so that nobody sees a part of it.
 * @throws Error
 */
export async function replacePrivateFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}.draft`;
  try {
    const file = await open(draft, 'wx', privateMode);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    await rename(draft, path).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EISDIR') throw cause;
      throw new Error(`${path} is a directory; remove it`, { cause });
    });
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
