import * as z from 'zod';
import { fileObject, option } from './option.ts';
import { isObject } from './values.ts';

const accountName = z
  .string()
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}\$?$/,
    'expected the name or number of an account, such as "nightshift-steps"',
  );

/** What a step may say of the account of its command. */
export const runAsOptions = {
  user: option({ file: accountName, text: "Name or number (`'1001'`), never root." }),
  group: option({
    file: accountName.optional(),
    shownDefault: "the user's own",
    text: 'Name or number. The command is in no other group.',
  }),
  home: option({
    file: z.string().startsWith('/', 'expected an absolute path').optional(),
    shownDefault: "the user's home, otherwise an empty directory that is removed when the attempt ends",
    text: 'Absolute path of a directory that the user owns.',
  }),
};

/** Whose rights a command has, in full. */
export const runAsObject = fileObject(runAsOptions);

/** Whose rights a command has, as its step names them. */
export type RunAs = z.output<typeof runAsObject>;

/** Whose rights a command has: the name of a user, or user, group and home. */
export const runAsFile = z
  .union([accountName.transform((user): RunAs => ({ user })), runAsObject], {
    error: ({ input }) =>
      isObject(input)
        ? undefined
        : 'expected the name of a user such as "nightshift-steps", or { user, group, home }',
  })
  .refine(
    ({ user }) => user !== 'root' && !/^0+$/.test(user),
    'expected a user other than root, who may read everything',
  );

/** Names the account as the server and people know it: `user` or `user:group`. */
export function describeRunAs({ user, group }: RunAs): string {
  return group === undefined ? user : `${user}:${group}`;
}
