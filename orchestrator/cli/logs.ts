import { join, resolve } from 'node:path';
import { makeLogDirectory } from '../run/runFiles.ts';
import { type CliContext, UserError } from './context.ts';

/** Where logs are written unless `--logs` says otherwise, for the help of that option. */
export const defaultLogs = '(default: NIGHTSHIFT_DATA/logs)';

/** The directory of the logs: what `--logs` names, else a part of the data directory. */
export function logsOf({ directory, config }: CliContext, named: string | undefined): string {
  return named === undefined ? join(config().dataDir, 'logs') : resolve(directory, named);
}

/** Makes the directory of the logs. If it is not writable, that is an error before a run starts. @throws UserError */
export async function makeLogs(context: CliContext, named: string | undefined): Promise<string> {
  const directory = logsOf(context, named);
  // The directory above is closed to others before anything is in it.
  if (named === undefined) await context.gateway.secureDataDir(context.config().dataDir);
  await makeLogDirectory(directory).catch(({ message }: Error) => {
    const what = `expected a writable directory, got ${directory}`;
    const advice = named === undefined ? '. Pass another one with --logs.' : '';
    throw new UserError(`--logs: ${what} (${message})${advice}`, 2);
  });
  return directory;
}
