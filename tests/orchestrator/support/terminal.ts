import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { keyOf } from '../../support/keys.ts';
import { v8Options } from '../../support/v8Options.ts';

const entry = fileURLToPath(new URL('../../../orchestrator/nightshift.mjs', import.meta.url));

interface OnTerminal {
  columns?: number;
  variables?: Record<string, string>;
  /** What is typed, each once its text was printed. */
  types?: readonly { after: string; keys: string }[];
}

/**
 * Runs the command line on a real terminal of so many columns and gives its exit code and all that came there, line ends
 * and colours taken out; undefined where no terminal can be had.
 */
export function onTerminal(
  args: readonly string[],
  cwd: string,
  { columns = 80, variables = {}, types = [] }: OnTerminal = {},
): Promise<{ code: number; text: string; lines: string[] } | undefined> {
  const quoted = [process.execPath, ...v8Options, entry, ...args].map((part) => `'${part}'`).join(' ');
  const command = `stty cols ${columns} rows 50; exec ${quoted}`;
  const { API_BASE } = variables;
  const key = API_BASE === undefined ? undefined : keyOf(API_BASE);
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    ...(key === undefined ? {} : { API_KEY: key }),
    ...variables,
  };
  const child = spawn('script', ['-qefc', command, '/dev/null'], { cwd, env });
  let [text, seen] = ['', 0];
  const left = [...types];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    for (let at = 0; left[0] !== undefined && at >= 0; ) {
      at = text.indexOf(left[0].after, seen);
      if (at < 0) break;
      seen = at + left[0].after.length;
      child.stdin.write(left.shift()?.keys ?? '');
    }
  });
  return new Promise((resolve) => {
    child.once('error', () => resolve(undefined));
    child.once('close', (code) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
      const plain = text.replaceAll('\r\n', '\n').replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');
      resolve({ code: code ?? -1, text: plain, lines: plain.split('\n') });
    });
  });
}
