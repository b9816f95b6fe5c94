import { type ForgottenPerson, forgetPerson } from '../../domain/access/forgetPerson.ts';
import { removePersonInput } from '../../domain/access/personInput.ts';
import { InvalidInputError, PersonRefusedError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { builder } from '../builder.ts';
import { needs } from '../needs.ts';

const ForgetPersonInput = builder.inputType('ForgetPersonInput', {
  description: 'Whom to forget.',
  fields: (t) => ({
    person: t.string({
      required: true,
      description: 'The person: its name, such as `ann@example.org`, or its `databaseId`.',
    }),
    lastAdmin: t.boolean({ description: 'Whether to do it even if no admin is left. Default: false.' }),
  }),
});

const ForgottenPersonType = builder.objectRef<ForgottenPerson>('ForgottenPerson').implement({
  description: 'What is left of a person who was forgotten.',
  fields: (t) => ({
    person: t.exposeInt('person', {
      description: 'The number by which the audit log knows what the person did.',
    }),
    rewritten: t.exposeInt('rewritten', {
      description: 'In how many rows that number now stands instead of a name.',
    }),
    left: t.exposeStringList('left', {
      description: 'Where the name may still stand, in sentences: this cannot be reached from here.',
    }),
  }),
});

builder.mutationField('forgetPerson', (t) =>
  t.field({
    type: ForgottenPersonType,
    description:
      'Forgets a person: removes them, deletes their accounts and sessions, and replaces their name by a number. This cannot be undone. Requires the `admin` scope.',
    authScopes: needs('forgetPerson'),
    errors: { types: [InvalidInputError, PersonRefusedError] },
    args: { input: t.arg({ type: ForgetPersonInput, required: true, description: 'The person.' }) },
    resolve: (_root, { input }, { store, viewer, via }) =>
      forgetPerson(store, viewer, readInput(removePersonInput, input), via),
  }),
);
