import * as z from 'zod';
import { reference } from '../../contract/input/text.ts';
import { composedName } from '../../contract/people/identityKey.ts';
import { expectedProject, projectPattern } from '../../contract/projectName.ts';
import { isPlain } from '../../contract/text/plainText.ts';
import { roles } from '../../contract/words/people.ts';
import { maxInteger, taskFilter } from '../tasks/input.ts';
import { writeGrant } from './grants.ts';

/** A name that an admin may give a person who has not signed in: an address, or a login of GitHub. */
const namePattern = /^(?:[^\s@]+@[^\s@]+|github:[a-z\d][a-z\d_-]*)$/i;
const expectedName = 'expected an address such as ann@example.org, or github:login';

/** Which person or account: by its number, or by its name. */
const referenceTo = reference(300).transform((text) => {
  const [, digits] = /^#?(\d{1,10})$/.exec(text) ?? [];
  const id = Number(digits);
  return digits !== undefined && id <= maxInteger
    ? { id, name: null }
    : { id: null, name: composedName(text) };
});
export type PersonReference = z.output<typeof referenceTo>;

const grants = z
  .array(
    z
      .object({
        role: z.enum(roles),
        project: z.string().regex(projectPattern, expectedProject).nullish(),
      })
      .refine(
        ({ role, project }) => role !== 'admin' || project == null,
        'expected no project with the role admin, which covers the whole server',
      ),
  )
  .max(50)
  .transform((given) => [
    ...new Set(
      given.map(({ role, project }) => writeGrant({ role, ...(project == null ? {} : { project }) })),
    ),
  ]);

const lastAdmin = z.boolean().nullish();

/** Whose roles to set, and to what. */
export const setRoleInput = z.object({ person: referenceTo, grants, lastAdmin });
export type SetRoleInput = z.output<typeof setRoleInput>;

/** Whom to remove; with `lastAdmin` also the last admin. */
export const removePersonInput = z.object({ person: referenceTo, lastAdmin });

/** Which account to link to whom. */
export const linkPersonInput = z.object({ principal: referenceTo, person: referenceTo });

/** Which account to take from its person. */
export const unlinkPersonInput = z.object({ principal: referenceTo });

/** Whom to make a delegate, and until when. */
export const delegateInput = z.object({ to: referenceTo, until: taskFilter.shape.since.unwrap().unwrap() });

/** Whose delegation to end; `from` is the person who named the delegate, the viewer unless it is said. */
export const endDelegationInput = z.object({ to: referenceTo, from: referenceTo.nullish() });

/** Says why a person cannot be made by this name; undefined where it can. */
export function faultOfName(name: string): string | undefined {
  return namePattern.test(name) && name.length <= 128 && isPlain(name) ? undefined : expectedName;
}
