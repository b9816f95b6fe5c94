import { type CliContext, type GivenRole, type ServerGateway, UserError } from './context.ts';

/**
 * Gives a role in the database itself, and says what to do instead where that cannot be; `names` are the arguments by the
 * fields that they fill.
 * @throws UserError
 */
export async function giveFirstRole(
  { gateway }: Pick<CliContext, 'gateway'>,
  wanted: Parameters<ServerGateway['setRole']>[0],
  names: ReadonlyMap<string, string>,
): Promise<GivenRole> {
  try {
    return await gateway.setRole(wanted);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === 'DatabaseLockedError')
      throw new UserError(
        `${error.message}\nStop the server first, or sign in to it as an admin and leave out --bootstrap.`,
      );
    if (error.name === 'PersonRefusedError') throw new UserError(error.message);
    if (error.name !== 'InvalidInputError') throw error;
    throw new UserError(
      error.message.replace(/^`([\w.]+)`/, (all, path: string) => names.get(path.split('.')[0] ?? '') ?? all),
      2,
    );
  }
}
