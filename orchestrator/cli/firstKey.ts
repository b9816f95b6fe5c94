import { type CliContext, type PrintedKey, type ServerGateway, UserError } from './context.ts';

/**
 * Makes a key in the database itself, and says what to do instead where that cannot be; `names` are the options by the
 * fields that they fill.
 * @throws UserError
 */
export async function makeFirstKey(
  { gateway }: Pick<CliContext, 'gateway'>,
  wanted: Parameters<ServerGateway['createFirstKey']>[0],
  names: ReadonlyMap<string, string>,
): Promise<PrintedKey> {
  try {
    return await gateway.createFirstKey(wanted);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === 'DatabaseLockedError')
      throw new UserError(
        `${error.message}\nA server on this computer makes the key itself, without --bootstrap:\n  nightshift keys create --name ${wanted.name} --scopes ${wanted.scopes.join(',')}`,
      );
    if (error.name !== 'InvalidInputError') throw error;
    throw new UserError(
      error.message.replace(/^`([\w.]+)`/, (all, path: string) => names.get(path.split('.')[0] ?? '') ?? all),
      2,
    );
  }
}
