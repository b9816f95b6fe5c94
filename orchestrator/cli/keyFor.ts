import type { KeySource } from '../../client/index.ts';
import type { OrchestratorConfig } from '../config.ts';
import { readKeyFile } from '../keyFile.ts';
import { actionsToken } from './actionsToken.ts';
import type { CliContext } from './context.ts';

type Keys = Pick<OrchestratorConfig, 'apiKey' | 'adminApiKey' | 'dataDir' | 'keyFile' | 'isKeyFileNamed'>;

/**
 * Chooses the key for the server that `API_BASE` names: `API_KEY`, else `ADMIN_API_KEY`, else in a workflow of GitHub
 * Actions the token of its run. The machine's key goes only to a
 * server of this computer for which it was named, or that is the one of this data directory.
 */
export async function keyForNamed(
  { gateway, config }: Pick<CliContext, 'gateway' | 'config'>,
  url: string,
): Promise<KeySource | undefined> {
  const { apiKey, adminApiKey, dataDir, keyFile, isKeyFileNamed, variables } = config();
  if (apiKey ?? adminApiKey) return apiKey ?? adminApiKey;
  if (!isOfThisComputer(url)) return actionsToken(variables, url);
  if (isKeyFileNamed) return readKeyFile(keyFile);
  const found = await gateway.findServer(dataDir);
  return found?.url !== undefined && isSameServer(found.url, url) ? readKeyFile(keyFile) : undefined;
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

function isOfThisComputer(url: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(new URL(url).hostname);
}

/** `localhost` may be another program's address than 127.0.0.1, so both must be written alike. */
function isSameServer(one: string, other: string): boolean {
  return new URL(one).origin === new URL(other).origin;
}
