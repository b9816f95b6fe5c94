import { resolve } from 'node:path';
import {
  EnvFileError,
  lostMessage,
  lostVariables,
  readEnvFiles,
  unreadMessage,
} from '../../contract/environment/envFiles.ts';
import { readVariables, type Variables } from '../../contract/environment/environment.ts';
import { isOwnVariable } from '../../contract/environment/knownVariables.ts';
import { overEnvFile, withSecretFiles } from '../../contract/environment/secretFiles.ts';
import {
  forgetTold,
  isUsedDirectory,
  keepTold,
  toldUnread,
} from '../../contract/environment/usedDirectory.ts';
import { ownValue } from '../../contract/ownValue.ts';
import type { CliContext, ServerGateway } from './context.ts';
import { isNightshift } from './isNightshift.ts';

/**
 * Stops a command that would miss variables of `.env`, which count there no more: always where nothing else reads them,
 * and any where Nightshift has run before, with or without them nobody knows. Elsewhere they are another program's, which
 * is said in one line. Gives what is to be done when the data directory is made.
 * @throws EnvFileError
 */
export async function checkEnvFile({
  directory,
  gateway,
  print,
}: Pick<CliContext, 'directory' | 'gateway' | 'print'>): Promise<() => void> {
  const environment = readVariables();
  const files = readEnvFiles(directory, environment);
  const lost = lostVariables(files, environment);
  const given = overEnvFile(files.variables, environment);
  const dataDir = resolve(directory, ownValue(given, 'NIGHTSHIFT_DATA')?.trim() || '.nightshift');
  // Once they are read, a command that does not read them misses them.
  if (lost.length === 0) return () => forgetTold(dataDir, Object.keys(files.variables));
  const told = toldUnread(dataDir);
  const isTold = lost.every((name) => told.has(name));
  const isMissed =
    lost.some(isOwnVariable) ||
    (!isTold &&
      (isUsedDirectory(dataDir) || (await isUsedElsewhere(gateway, files.unread, given, directory))));
  if (isMissed)
    throw new EnvFileError(lostMessage(lost.filter((name) => isOwnVariable(name) || !told.has(name))));
  print(unreadMessage(lost));
  return isTold ? () => undefined : () => keepTold(dataDir, lost);
}

/** Wraps a gateway so that `made` is called once it has made the data directory. */
export function afterMaking(gateway: ServerGateway, made: () => void): ServerGateway {
  return {
    ...gateway,
    async start(how) {
      const server = await gateway.start(how);
      if (how !== 'reading') made();
      return server;
    },
    async secureDataDir(dataDir) {
      await gateway.secureDataDir(dataDir);
      made();
    },
  };
}

/** Says whether Nightshift has run at an address that `.env` names, or at the database in use; unless it is certain, it has. */
async function isUsedElsewhere(
  gateway: ServerGateway,
  unread: Variables,
  given: Variables,
  directory: string,
): Promise<boolean> {
  const lostServer = ownValue(given, 'API_BASE')?.trim() ? undefined : ownValue(unread, 'API_BASE')?.trim();
  if (lostServer && (await isNightshift(lostServer))) return true;
  let databaseUrl: string | undefined;
  try {
    databaseUrl = withSecretFiles(overEnvFile(unread, given), directory, ['DATABASE_URL']).DATABASE_URL;
  } catch {
    return true;
  }
  return databaseUrl?.trim() ? gateway.hasTables(databaseUrl.trim()) : false;
}
