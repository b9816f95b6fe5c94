import { CommanderError } from 'commander';
import { ApiError, ApiUnreachableError } from '../../client/errors.ts';
import { packageVersion } from '../../contract/packageVersion.ts';
import { type OrchestratorConfig, readConfig } from '../config.ts';
import { guardTerminal, type Terminal } from '../terminal.ts';
import { fitLine } from '../text/fitLine.ts';
import { accessAdvice } from './accessAdvice.ts';
import { afterMaking, checkEnvFile } from './checkEnvFile.ts';
import { type CliContext, type ServerGateway, Stopped, UserError } from './context.ts';
import { buildProgram } from './program.ts';

/** Runs the command line as the whole process and ends it with the exit code. */
export async function main(gateway: ServerGateway): Promise<void> {
  const { stdin, stdout, stderr } = process;
  const unread = new AbortController();
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    unread.abort();
  });
  // An error of stderr must not end what runs: a server or a worker whose log is on a full disk works.
  stderr.on('error', () => undefined);
  const code = await runCli(process.argv.slice(2), {
    gateway,
    directory: process.cwd(),
    stdin,
    stdout,
    stderr,
    unread: unread.signal,
  });
  await Promise.all([stdout, stderr].map(flushed));
  process.exit(code);
}

/** Runs one command and returns the exit code; errors that the user can fix are printed in a sentence. */
export async function runCli(
  args: readonly string[],
  surroundings: Pick<CliContext, 'gateway' | 'directory' | 'stdin' | 'stdout' | 'stderr'> &
    Partial<Pick<CliContext, 'unread'>>,
): Promise<number> {
  let exitCode = 0;
  let config: OrchestratorConfig | undefined;
  const stdout = guardTerminal(surroundings.stdout);
  const stderr = guardTerminal(surroundings.stderr);
  const context: CliContext = {
    unread: new AbortController().signal,
    ...surroundings,
    stdout,
    stderr,
    config: () => {
      config ??= readConfig(surroundings.directory);
      return config;
    },
    print: (text) => void stderr.write(`${fitLine(text, stderr)}\n`),
    exitWith: (code) => {
      exitCode = code;
    },
  };
  try {
    const program = await buildProgram(context, packageVersion(), args);
    program.hook('preAction', async () => {
      context.gateway = afterMaking(surroundings.gateway, await checkEnvFile(context));
    });
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof Stopped) {
      context.print(error.message);
      return error.exitCode;
    }
    context.print(explain(error, context));
    return codeOf(error);
  }
}

function explain(error: unknown, { config }: CliContext): string {
  if (!(error instanceof Error)) return `error: ${String(error)}`;
  if (error instanceof ApiUnreachableError) {
    return `error: ${error.message}\nStart it with "nightshift up", or set API_BASE to the URL of a running server.`;
  }
  if (error instanceof ApiError && ['UNAUTHENTICATED', 'FORBIDDEN'].includes(error.code)) {
    return `error: ${error.message}\n${accessAdvice(config())}`;
  }
  return expected.has(error.name) ? `error: ${error.message}` : `error: ${error.stack}`;
}

function codeOf(error: unknown): number {
  if (error instanceof UserError) return error.exitCode;
  return error instanceof Error && ['PlanError', 'ConfigError'].includes(error.name) ? 2 : 1;
}

// By name, since those of the server's side are not loaded here.
const expected = new Set([
  'UserError',
  'PlanError',
  'ConfigError',
  'ApiError',
  'RefusedError',
  'DatabaseLockedError',
  'DatabaseUnavailableError',
  'MigrationError',
  'ListenError',
  'DataDirectoryError',
  'MachineKeyError',
  'BootstrapKeyError',
  'NoKeyError',
  'NoKeyOfMomentError',
  'InvalidInputError',
  'DatabaseMissingError',
  'MissingRightsError',
]);

function flushed(stream: Terminal): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
