import { delegate, endDelegation, maxDelegationDays } from '../../domain/access/delegations.ts';
import { delegateInput, endDelegationInput } from '../../domain/access/personInput.ts';
import { InvalidInputError, PersonRefusedError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { builder } from '../builder.ts';
import { needs } from '../needs.ts';
import { DelegationType } from './people.ts';

const DelegateInput = builder.inputType('DelegateInput', {
  description: 'Who decides for you, and until when.',
  fields: (t) => ({
    to: t.string({
      required: true,
      description: 'The delegate, who must have the role approver: the name or the `databaseId`.',
    }),
    until: t.field({
      type: 'DateTime',
      required: true,
      description: `Until when, at most ${maxDelegationDays} days from now.`,
    }),
  }),
});

const EndDelegationInput = builder.inputType('EndDelegationInput', {
  description: 'What to end.',
  fields: (t) => ({
    to: t.string({ required: true, description: 'The delegate: the name or the `databaseId`.' }),
    from: t.string({ description: 'Whose delegate that is; you if omitted. Others need the `admin` scope.' }),
  }),
});

const types = [PersonRefusedError, InvalidInputError];

builder.mutationFields((t) => ({
  delegate: t.field({
    type: DelegationType,
    description:
      'Lets another approver decide where policies name you, until a time. The vote is theirs, recorded as for you. Requires the `approve` scope.',
    authScopes: needs('delegate'),
    errors: { types },
    args: { input: t.arg({ type: DelegateInput, required: true, description: 'The delegate.' }) },
    resolve: (_root, { input }, { store, viewer, via }) =>
      delegate(store, viewer, readInput(delegateInput, input), via),
  }),
  endDelegation: t.field({
    type: DelegationType,
    description: 'Ends that somebody decides for you. Requires the `approve` scope.',
    authScopes: needs('endDelegation'),
    errors: { types },
    args: { input: t.arg({ type: EndDelegationInput, required: true, description: 'The delegate.' }) },
    resolve: (_root, { input }, { store, viewer, via }) =>
      endDelegation(store, viewer, readInput(endDelegationInput, input), via),
  }),
}));
