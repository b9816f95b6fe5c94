import { secureDataDirectory } from '../../database/dataDirectory.ts';
import type { ServerConfig } from '../config.ts';
import type { Logger } from '../log.ts';
import { MachineKeyError, openMachineKey } from './key.ts';

/** What a server has on its machine. */
export interface Machine {
  /** The directory where commands of the same user find the server. */
  dataDir: string;
  /** The machine's key, where there is one. */
  machineKey: string | undefined;
}

/**
 * Closes the data directory to others and reads or makes the machine's key. A server on PostgreSQL runs without either
 * where nothing can be written, and says what that means; nobody runs where others could read them.
 * @throws DataDirectoryError, MachineKeyError
 */
export function prepareMachine(
  config: Pick<ServerConfig, 'database' | 'dataDir' | 'keyFile' | 'adminApiKey'>,
  log: Logger,
  given?: string,
): Machine {
  const dataDir = 'dataDir' in config.database ? config.database.dataDir : config.dataDir;
  const keyFile = config.keyFile ?? `${dataDir}/key`;
  try {
    secureDataDirectory(dataDir);
  } catch (error) {
    if (!isUnwritable(error) || 'dataDir' in config.database) throw error;
    log.warn(
      { dataDir, err: error },
      'Could not create the data directory, so commands cannot find this server there',
    );
  }
  if (given !== undefined) return { dataDir, machineKey: given };
  try {
    return { dataDir, machineKey: openMachineKey(keyFile) };
  } catch (error) {
    if (error instanceof MachineKeyError || !isUnwritable(error)) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const text = `The machine’s key cannot be written to ${keyFile} (${code})`;
    if (config.adminApiKey === undefined)
      log.warn(
        `${text}, and ADMIN_API_KEY is not set, so only this process itself can decide or start runs. Set ADMIN_API_KEY, or set NIGHTSHIFT_KEY_FILE to a writable file.`,
      );
    else log.info(`${text}. Commands need ADMIN_API_KEY.`);
    return { dataDir, machineKey: undefined };
  }
}

function isUnwritable(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code !== undefined && ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR'].includes(code);
}
