import { spawn } from 'node:child_process';
import { fstatSync } from 'node:fs';
import type { CliContext } from './context.ts';

/**
 * Watches whether anybody still reads stdout, for a command that may print nothing for hours. Writing tells of a pipe whose
 * reader is gone, and before that only `tail` of GNU, which waits for that as well as for its input: it ends by SIGPIPE.
 * Where there is none, the next line tells.
 */
export function watchReader({ stdout, unread, config }: Pick<CliContext, 'stdout' | 'unread' | 'config'>): {
  gone: AbortSignal;
  stop(): void;
} {
  const gone = new AbortController();
  const signal = AbortSignal.any([unread, gone.signal]);
  const { fd } = stdout as { fd?: number };
  if (fd === undefined || !isPipe(fd)) return { gone: signal, stop: () => undefined };
  // With the process it ends too, however that ends, so that it keeps no pipe open.
  const tail = spawn('tail', [`--pid=${process.pid}`, '-f', '/dev/null'], {
    stdio: ['ignore', fd, 'ignore'],
    env: { PATH: config().variables.PATH },
  });
  tail.on('error', () => undefined);
  tail.on('exit', (_code, name) => {
    if (name === 'SIGPIPE') gone.abort();
  });
  return { gone: signal, stop: () => void tail.kill() };
}

function isPipe(fd: number): boolean {
  try {
    return fstatSync(fd).isFIFO();
  } catch {
    return false;
  }
}
