import type { KeySource } from '../../client/index.ts';
import type { OrchestratorConfig } from '../config.ts';
import { readKeyFile } from '../keyFile.ts';
import { actionsToken } from './actionsToken.ts';
import { type CliContext, UserError } from './context.ts';
import { isOver, readSession } from './sessionFile.ts';

type Keys = Pick<
  OrchestratorConfig,
  'apiKey' | 'apiKeyFile' | 'adminApiKey' | 'dataDir' | 'keyFile' | 'isKeyFileNamed' | 'variables'
>;

/** What a command is about to do. */
interface Use {
  /** Whether it is to go on for longer than anybody stays signed in, as a worker does: then a sign-in comes last. @default false */
  isLasting?: boolean;
}

/** Where a named server is called, and the key that it is sent. */
export interface NamedServer {
  url: string;
  apiKey: KeySource | undefined;
}

/**
 * Chooses the key for the server that `API_BASE` names: `API_KEY`, else the sign-in there by `nightshift login`, so that
 * people act as themselves; else `ADMIN_API_KEY`, else in a workflow of GitHub Actions the token of its run. The machine's
 * key goes only to a server of this computer for which it was named, or that is the one of this data directory, at the
 * address where that one listens.
 * @throws UserError where the sign-in has expired
 */
export async function keyForNamed(
  context: Pick<CliContext, 'gateway' | 'config'>,
  url: string,
  use: Use = {},
): Promise<NamedServer> {
  const config = context.config();
  const { apiKey, apiKeyFile } = config;
  if (apiKey !== undefined && apiKeyFile !== undefined) return { url, apiKey: keyInFile(apiKeyFile, apiKey) };
  if (apiKey) return { url, apiKey };
  return signedInOr(config, url, use, () => otherKeyForNamed(context, url));
}

async function otherKeyForNamed(
  { gateway, config }: Pick<CliContext, 'gateway' | 'config'>,
  url: string,
): Promise<NamedServer> {
  const { adminApiKey, dataDir, keyFile, isKeyFileNamed, variables } = config();
  if (adminApiKey) return { url, apiKey: adminApiKey };
  if (!isOfThisComputer(url)) return { url, apiKey: actionsToken(variables, url) };
  if (isKeyFileNamed) return { url, apiKey: readKeyFile(keyFile) };
  const found = await gateway.findServer(dataDir);
  if (found?.url === undefined || !isSameServer(found.url, url)) return { url, apiKey: undefined };
  return { url: found.url, apiKey: readKeyFile(keyFile) };
}

/**
 * Chooses the key for a server that was found through the data directory: the sign-in there by `nightshift login`, else
 * the machine's key, else `ADMIN_API_KEY`, which is the server's own variable. `API_KEY` belongs to `API_BASE`, and may be
 * meant for another server.
 * @throws UserError where the sign-in has expired
 */
export async function keyForFound(config: Keys, url: string, use: Use = {}): Promise<NamedServer> {
  return signedInOr(config, url, use, async () => {
    const { adminApiKey, keyFile } = config;
    const machineKey = readKeyFile(keyFile);
    // Who calls a server by another address of this computer comes from that address.
    const apiKey = isOfThisComputer(url) ? (machineKey ?? adminApiKey) : (adminApiKey ?? machineKey);
    return { url, apiKey };
  });
}

/** Nobody becomes somebody else because their sign-in has expired. */
async function signedInOr(
  { variables }: Pick<Keys, 'variables'>,
  url: string,
  { isLasting = false }: Use,
  other: () => Promise<NamedServer>,
): Promise<NamedServer> {
  const session = readSession(variables, url);
  if (session === undefined) return other();
  const named = isLasting ? await other() : undefined;
  if (named?.apiKey !== undefined) return named;
  if (isOver(session))
    throw new UserError(
      `Your sign-in at ${url} has expired. Run "nightshift login" to sign in again, or "nightshift logout" to go on without.`,
    );
  return { url, apiKey: session.token };
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
