import type { KeySource } from '../../client/index.ts';
import type { OrchestratorConfig } from '../config.ts';
import { readKeyFile } from '../keyFile.ts';
import { actionsToken } from './actionsToken.ts';
import type { CliContext } from './context.ts';

type Keys = Pick<OrchestratorConfig, 'apiKey' | 'adminApiKey' | 'dataDir' | 'keyFile' | 'isKeyFileNamed'>;

/** Where a named server is called, and the key that it is sent. */
export interface NamedServer {
  url: string;
  apiKey: KeySource | undefined;
}

/**
 * Chooses the key for the server that `API_BASE` names: `API_KEY`, else `ADMIN_API_KEY`, else in a workflow of GitHub
 * Actions the token of its run. The machine's key goes only to a server of this computer for which it was named, or that
 * is the one of this data directory, at the address where that one listens.
 */
export async function keyForNamed(
  { gateway, config }: Pick<CliContext, 'gateway' | 'config'>,
  url: string,
): Promise<NamedServer> {
  const { apiKey, apiKeyFile, adminApiKey, dataDir, keyFile, isKeyFileNamed, variables } = config();
  if (apiKey !== undefined && apiKeyFile !== undefined) return { url, apiKey: keyInFile(apiKeyFile, apiKey) };
  if (apiKey ?? adminApiKey) return { url, apiKey: apiKey ?? adminApiKey };
  if (!isOfThisComputer(url)) return { url, apiKey: actionsToken(variables, url) };
  if (isKeyFileNamed) return { url, apiKey: readKeyFile(keyFile) };
  const found = await gateway.findServer(dataDir);
  if (found?.url === undefined || !isSameServer(found.url, url)) return { url, apiKey: undefined };
  return { url: found.url, apiKey: readKeyFile(keyFile) };
}

/**
 * Chooses the key for a server that was found through the data directory: the machine's, else `ADMIN_API_KEY`, which is
 * the server's own variable. `API_KEY` belongs to `API_BASE`, and may be meant for another server.
 */
export function keyForFound({ adminApiKey, keyFile }: Keys, url: string): string | undefined {
  const machineKey = readKeyFile(keyFile);
  // Who calls a server by another address of this computer comes from that address.
  return isOfThisComputer(url) ? (machineKey ?? adminApiKey) : (adminApiKey ?? machineKey);
}

/** A file may get another key while this process goes on: each request is sent what stands there then. */
function keyInFile(path: string, first: string): KeySource {
  let last = first;
  return async () => {
    last = readKeyFile(path) ?? last;
    return last;
  };
}

function isOfThisComputer(url: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(new URL(url).hostname);
}

/**
 * Two addresses that are written differently may be of two programs. `localhost` names either address of loopback, so it
 * may mean the server that was found there, which is then called where it was found.
 */
function isSameServer(found: string, named: string): boolean {
  const [one, other] = [new URL(found), new URL(named)];
  if (one.origin === other.origin) return true;
  return (
    one.protocol === other.protocol &&
    one.port === other.port &&
    other.hostname === 'localhost' &&
    isOfThisComputer(found)
  );
}
