import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { secureDataDirectory } from '../../../database/dataDirectory.ts';
import { hasTables } from '../../../database/hasTables.ts';
import { requireExisting } from '../../../database/requireExisting.ts';
import type { ServerGateway } from '../../../orchestrator/cli/context.ts';
import { runCli } from '../../../orchestrator/cli/main.ts';
import { readServerConfig } from '../../../server/config.ts';
import { findServer } from '../../../server/machine/announcement.ts';
import { startServer } from '../../../server/server.ts';
import { keyOf } from '../../support/keys.ts';

interface Here {
  variables?: Record<string, string>;
  /** The columns of the terminal on which it runs; without, it has pipes. */
  columns?: number | undefined;
  /** What is typed on the terminal, each once its text was printed. */
  types?: readonly { after: string; keys: string }[];
  /** What it may do with servers of this computer. @default nothing */
  gateway?: Partial<ServerGateway>;
}

/**
 * Runs the command line within this process, on its own variables as `startCli` gives them: for what commands do and say,
 * where the process and a server of its own are not the point. Of what a terminal gets, colours are taken out; `text` is
 * all of it in its order.
 */
export async function cliHere(
  args: readonly string[],
  directory: string,
  { variables = {}, columns, types = [], gateway }: Here = {},
) {
  const streams = (columns === undefined ? {} : { isTTY: true, columns }) as { isTTY?: boolean };
  const make = () => Object.assign(new PassThrough(), streams);
  const [stdin, stdout, stderr] = [make(), make(), make()];
  const said = { stdout: '', stderr: '', text: '' };
  const left = [...types];
  let seen = 0;
  for (const [name, stream] of [
    ['stdout', stdout],
    ['stderr', stderr],
  ] as const) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
      said.text += text;
      const at = left[0] === undefined ? -1 : said.text.indexOf(left[0].after, seen);
      if (at < 0) return;
      seen = at + (left[0]?.after.length ?? 0);
      stdin.write(left.shift()?.keys ?? '');
    });
  }
  if (types.length === 0) stdin.end();
  const { API_BASE, ADMIN_API_KEY } = variables;
  const API_KEY = API_BASE && !ADMIN_API_KEY ? keyOf(API_BASE) : undefined;
  const { PATH, HOME } = process.env;
  const own = process.env;
  process.env = { PATH, HOME, ...(API_KEY === undefined ? {} : { API_KEY }), ...variables };
  try {
    const code = await runCli(args, {
      gateway: { ...noServer, ...gateway },
      directory,
      stdin,
      stdout,
      stderr,
    });
    if (columns === undefined) return { code, ...said };
    const [out, err, all] = [said.stdout, said.stderr, said.text].map(withoutColours);
    return { code, stdout: out ?? '', stderr: err ?? '', text: all ?? '' };
  } finally {
    process.env = own;
  }
}

const refuse = () => Promise.reject(new Error('A server of this computer is not needed here.'));

const noServer: ServerGateway = {
  findServer: refuse,
  hasTables,
  secureDataDir: async (dataDir) => secureDataDirectory(dataDir),
  start: refuse,
  createFirstKey: refuse,
  setRole: refuse,
  migrations: refuse,
  policyProblems: refuse,
};

/** Finds a server of this computer, or starts one within this process, as `nightshift` does for a command. */
export function ownServer(directory: string, variables: Record<string, string> = {}): Partial<ServerGateway> {
  return {
    findServer: async (...where) => findServer(...where),
    async start(how) {
      const NIGHTSHIFT_DATA = join(directory, '.nightshift');
      const config = readServerConfig({ PORT: '0', LOG_LEVEL: 'warn', NIGHTSHIFT_DATA, ...variables });
      if (how === 'existing') await requireExisting(config.database);
      return startServer(config, { readOnly: how === 'reading', isBrief: true });
    },
  };
}

function withoutColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
  return text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');
}
