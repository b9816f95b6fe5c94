import type { Freeze } from '../../contract/freeze.ts';
import {
  AlreadyFrozenError,
  freeze,
  freezeInput,
  readFreeze,
  thaw,
  thawInput,
} from '../../domain/freeze/freeze.ts';
import { InvalidInputError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { builder } from '../builder.ts';
import { ErrorInterface } from '../errors.ts';
import { needs, needsUnlessWorking } from '../needs.ts';

/** `Freeze`: that nothing starts. */
export const FreezeType = builder.objectRef<Freeze>('Freeze').implement({
  description:
    'That the server is frozen: no task, merge or label starts until somebody thaws it. What runs ends normally.',
  fields: (t) => ({
    since: t.expose('since', { type: 'DateTime', description: 'Since when.' }),
    by: t.exposeString('by', { description: 'Who froze it.' }),
    why: t.exposeString('why', { description: 'Why.' }),
  }),
});

const ThawedType = builder.objectRef<{ freeze: Freeze | null }>('ThawedServer').implement({
  description: 'A server that is not frozen any more.',
  fields: (t) => ({
    freeze: t.expose('freeze', {
      type: FreezeType,
      nullable: true,
      description: 'The freeze that was ended; null if the server was not frozen.',
    }),
  }),
});

builder.objectType(AlreadyFrozenError, {
  name: 'AlreadyFrozenError',
  description: 'Somebody else has frozen the server already.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    freeze: t.expose('freeze', { type: FreezeType, description: 'Their freeze, which stands.' }),
  }),
});

builder.queryField('freeze', (t) =>
  t.field({
    type: FreezeType,
    nullable: true,
    description: 'Whether the server is frozen, by whom and why; null if it is not.',
    authScopes: (_root, _args, { viewer }) => needsUnlessWorking('readFreeze', viewer, () => true),
    resolve: async (_root, _args, { store }) => (await readFreeze(store.db)) ?? null,
  }),
);

const ThawInput = builder.inputType('ThawInput', {
  description: 'What others should know of the end of a freeze.',
  fields: (t) => ({ note: t.string({ description: 'A note for the audit log; at most 4,000 characters.' }) }),
});

const FreezeInput = builder.inputType('FreezeInput', {
  description: 'Why to freeze the server.',
  fields: (t) => ({
    why: t.string({ required: true, description: 'The reason, shown to everybody; 1 to 500 characters.' }),
  }),
});

builder.mutationFields((t) => ({
  freeze: t.field({
    type: FreezeType,
    description:
      'Freezes the server: once this has answered, no task, merge or label starts on any replica until `thaw`. What runs ends normally, runs can be started and wait, and approvals can be decided. The same person again changes nothing. This is recorded in the audit log. A key or role with bounds may not. Requires the `operate` scope.',
    authScopes: needs('freeze'),
    errors: { types: [InvalidInputError, AlreadyFrozenError] },
    args: { input: t.arg({ type: FreezeInput, required: true, description: 'The reason.' }) },
    resolve: (_root, { input }, { store, viewer, via }) =>
      freeze(store, viewer, readInput(freezeInput, input), via),
  }),
  thaw: t.field({
    type: ThawedType,
    description:
      'Ends a freeze, whoever began it: what waited starts. Without one, nothing changes. This is recorded in the audit log. A key or role with bounds may not. Requires the `operate` scope.',
    authScopes: needs('thaw'),
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: ThawInput, required: true, description: 'A note.' }) },
    resolve: async (_root, { input }, { store, viewer, via }) => ({
      freeze: (await thaw(store, viewer, readInput(thawInput, input), via)) ?? null,
    }),
  }),
}));
