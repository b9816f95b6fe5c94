import * as z from 'zod';

const accountName = z
  .string()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}\$?$/,
    'expected the name or number of an account, such as "nightshift-steps"',
  );

const runAsObject = z.strictObject({
  user: accountName,
  /** @default the user's own group */
  group: accountName.optional(),
  /** @default the user's home; where there is none, an empty folder that is removed after the attempt */
  home: z.string().startsWith('/', 'expected an absolute path').optional(),
});

/** Whose rights a command has: the name of a user, or user, group and home. */
export const runAsSchema = z
  .union([accountName.transform((user) => ({ user })), runAsObject], {
    error: ({ input }) =>
      typeof input === 'object' && input !== null
        ? undefined
        : 'expected the name of a user such as "nightshift-steps", or { user, group, home }',
  })
  .refine(
    ({ user }) => user !== 'root' && !/^0+$/.test(user),
    'expected a user other than root, who may read everything',
  );

/** Whose rights a command has, as its step names them. */
export type RunAs = z.output<typeof runAsObject>;

/** Names the account as the server and people know it: `user` or `user:group`. */
export function describeRunAs({ user, group }: RunAs): string {
  return group === undefined ? user : `${user}:${group}`;
}
