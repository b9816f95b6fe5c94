import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { v8Options } from './v8Options.ts';

/** Where the command line keeps what Node has compiled, too: a server starts in half the time with it. */
const compiled = fileURLToPath(new URL('../../node_modules/.cache/nightshift', import.meta.url));

/** A Node process of a test, with all that it printed. */
export interface NodeProcess {
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  /** Resolves when what it printed on stdout matches, with the match; rejects when it ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when it has ended. */
  ended(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Sends the signal and waits for the end. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts `node` with these arguments, without a shell; `env` is added to this process's own. */
export function spawnNode(
  args: readonly string[],
  env: Record<string, string | undefined> = {},
  cwd?: string,
): NodeProcess {
  const child = spawn(process.execPath, [...v8Options, ...args], {
    cwd,
    env: { NODE_COMPILE_CACHE: compiled, ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  closed.catch(() => undefined);
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid ?? 0,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(output.stdout);
          if (match) resolve(match);
        };
        child.stdout.on('data', look);
        closed.then(
          () =>
            reject(
              new Error(`The process ended before it printed ${pattern}:\n${output.stdout}${output.stderr}`),
            ),
          reject,
        );
        look();
      }),
    async ended() {
      const [code, signal] = await closed;
      return { code, signal };
    },
    async kill(signal = 'SIGTERM') {
      if (isRunning()) child.kill(signal);
      await closed;
    },
  };
}
