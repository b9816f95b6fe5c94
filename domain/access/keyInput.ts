import * as z from 'zod';
import { name, reference } from '../../contract/input/text.ts';
import { keyMark } from '../../contract/keyText.ts';
import { expectedProject, projectPattern } from '../../contract/projectName.ts';
import { keyBounds } from '../../contract/words/keys.ts';
import { scopes } from '../../contract/words/viewers.ts';

const dayMs = 86_400_000;
/** For how long a key works unless it is said. */
const defaultLifeMs = 90 * dayMs;
const lifeMs = z
  .int()
  .min(60_000)
  .max(3650 * dayMs);
const maxNames = 50;

/** The name of a service: lower case, so that no two look the same. */
const serviceName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,62}$/,
    'expected 1 to 63 lower-case letters, digits, ".", "_" or "-", such as "ci"',
  )
  .refine(
    (text) => !text.startsWith(keyMark),
    `expected a name that does not begin as keys do, with ${keyMark}`,
  );

/** A list that was made of nothing would set no bound. */
const noNames = 'expected at least one name; leave the list out to set no such bound';

/** Names, of which none is empty, has blanks around it, or a `*` elsewhere than at its end. */
const namesOf = (expected: string, isName: (text: string) => boolean) =>
  z
    .array(
      name(128).refine(
        (text) => text.trim() === text && !text.slice(0, -1).includes('*') && isName(text),
        expected,
      ),
    )
    .min(1, noNames)
    .max(maxNames)
    .default([]);

const plans = namesOf(
  'expected the name of a plan without its project, such as nightly, or nightly.* for all that begin so',
  (text) => !text.includes(':'),
);
const labels = namesOf('expected a label, such as linux', (text) => !text.includes('*'));
const tasks = namesOf(
  'expected the name of a task, such as seo.validate, or seo.* for all that begin so',
  () => true,
);

/** What a new key may do, and for how long; `expiresInMs` of null is for ever, and `person` makes it one of whoever asks. */
export const createKeyInput = z
  .object({
    name: serviceName,
    scopes: z
      .array(z.enum(scopes))
      .min(1, 'expected at least one scope')
      .max(100)
      .transform((given) => [...new Set(given)]),
    projects: z
      .array(z.string().regex(projectPattern, expectedProject))
      .min(1, noNames)
      .max(maxNames)
      .default([]),
    plans,
    labels,
    tasks,
    expiresInMs: lifeMs.nullable().default(defaultLifeMs),
    person: z.boolean().optional(),
  })
  .superRefine((input, context) => {
    const bound = keyBounds.find((list) => input[list].length > 0);
    if (bound === undefined || !input.scopes.includes('admin')) return;
    const message = `expected an empty list with the admin scope, which covers the whole server, got ${JSON.stringify(input[bound])}. Leave out the scope or the bound`;
    context.addIssue({ code: 'custom', path: [bound], message, params: { type: 'bounded_admin' } });
  });
export type CreateKeyInput = z.output<typeof createKeyInput>;

/** `key`: the service's name, or how the key begins. */
export const revokeKeyInput = z.object({ key: reference(64), person: z.boolean().optional() });

/** `overlapMs`: for how long the old key still works; `expiresInMs`: how long the new one works, as long as the old one was to unless it is said. */
export const rotateKeyInput = z.object({
  name: serviceName,
  overlapMs: z
    .int()
    .min(0)
    .max(90 * dayMs)
    .default(dayMs),
  expiresInMs: lifeMs.nullable().optional(),
  person: z.boolean().optional(),
});
