import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { keyOf } from '../../support/keys.ts';
import { v8Options } from '../../support/v8Options.ts';

const entry = fileURLToPath(new URL('../../../orchestrator/nightshift.mjs', import.meta.url));

/** What a finished command line left. */
export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Starts the command line as a process of its own, without a terminal; it has the key of the test server that it is to call. */
export function startCli(args: readonly string[], cwd: string, variables: Record<string, string> = {}) {
  const { API_BASE, ADMIN_API_KEY } = variables;
  const API_KEY = API_BASE && !ADMIN_API_KEY ? keyOf(API_BASE) : undefined;
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, API_KEY, ...variables };
  const child = spawn(process.execPath, [...v8Options, entry, ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  const waiting: { text: string; resolve(): void }[] = [];
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
      for (const { resolve } of waiting.filter(({ text: wanted }) =>
        (texts.stdout + texts.stderr).includes(wanted),
      )) {
        resolve();
      }
    });
  }
  const finished = new Promise<Finished>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, ...texts }));
  });
  return {
    child,
    finished,
    /** What it has said on stderr so far. */
    said: () => texts.stderr,
    /** Resolves when a text was printed, before or from now on, or the process has ended without. */
    printed: (text: string) =>
      Promise.race([
        finished.then(() => undefined),
        new Promise<void>((resolve) => {
          if ((texts.stdout + texts.stderr).includes(text)) resolve();
          else waiting.push({ text, resolve });
        }),
      ]),
  };
}

/** Runs the command line to its end. */
export function cli(
  args: readonly string[],
  cwd: string,
  variables?: Record<string, string>,
): Promise<Finished> {
  return startCli(args, cwd, variables).finished;
}
