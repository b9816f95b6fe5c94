import { stat } from 'node:fs/promises';
import { execa } from 'execa';
import type { Ending } from '../../outcome/ending.ts';
import type { Account } from '../runAs/account.ts';
import type { StartedCommand, StartRequest } from './startedCommand.ts';

type Request = StartRequest & { account?: Pick<Account, 'uid' | 'gid'> | undefined };

/** Starts a command from this process, with another user's rights where asked; or says why it could not. */
export async function startByExeca(request: Request): Promise<StartedCommand | { why: string }> {
  try {
    const child = launch(request);
    const { pid, stdout, stderr, nodeChildProcess } = child;
    if (pid === undefined) return { why: await explainFault(await child, request) };
    const exited = new Promise<Ending>((resolve) => {
      nodeChildProcess.once('exit', (code, signal) =>
        resolve(code === null ? { kind: 'signal', signal: signal ?? 'a signal' } : { kind: 'exit', code }),
      );
    });
    return { pid, stdout, stderr, exited, release: () => nodeChildProcess.unref() };
  } catch (error) {
    // A text with the character NUL cannot be given to a program.
    return { why: error instanceof Error ? error.message : String(error) };
  }
}

function launch({ file, args, cwd, env, account }: Request) {
  return execa(file, args, {
    cwd,
    env,
    // With another user Node gives up all further groups as well.
    ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
    extendEnv: false,
    stdin: 'ignore',
    encoding: 'buffer',
    buffer: false,
    reject: false,
    detached: true,
    cleanup: false,
  });
}

async function explainFault(error: SpawnFault, { file, cwd }: StartRequest): Promise<string> {
  const isThere = (await stat(cwd).catch(() => undefined))?.isDirectory() ?? false;
  if (!isThere) return `its directory ${cwd} does not exist`;
  if (error.code === 'ENOENT') return `no program "${file}" was found on the PATH`;
  if (error.code === 'EACCES') return `"${file}" is not executable; give it the execute permission`;
  return error.originalMessage ?? error.shortMessage ?? 'the system refused';
}

interface SpawnFault {
  code?: string | undefined;
  originalMessage?: string | undefined;
  shortMessage?: string | undefined;
}
