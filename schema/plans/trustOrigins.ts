import { InvalidInputError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import {
  type PlanOrigins,
  recordUntrusted,
  trustOrigins,
  trustOriginsInput,
} from '../../domain/plans/trustOrigins.ts';
import { builder } from '../builder.ts';
import { needs } from '../needs.ts';

const TrustOriginsInput = builder.inputType('TrustOriginsInput', {
  description: 'Which repositories a plan belongs to.',
  fields: (t) => ({
    plan: t.string({
      required: true,
      description:
        'The name of the plan, with its project if several have one: `nightly`, `acme/site:nightly`.',
    }),
    origins: t.stringList({
      required: true,
      description:
        'The repositories, as `github.com/acme/site` or the URL of a remote; these and no others. Empty: GitHub decides nothing.',
    }),
  }),
});

const PlanOriginsType = builder.objectRef<PlanOrigins>('PlanOrigins').implement({
  description: 'The repositories that a plan belongs to: events of their pull requests count.',
  fields: (t) => ({
    plan: t.exposeString('plan', { description: 'The name of the plan.' }),
    project: t.exposeString('project', {
      nullable: true,
      description: 'The project of the plan; null for none.',
    }),
    origins: t.exposeStringList('origins', { description: 'The repositories, e.g. `github.com/acme/site`.' }),
    before: t.exposeStringList('before', { description: 'The repositories before the change.' }),
  }),
});

builder.mutationField('trustOrigins', (t) =>
  t.field({
    type: PlanOriginsType,
    description:
      'Sets which repositories a plan belongs to, replacing the one that its first worker reported. Requires the `admin` scope.',
    authScopes: async (_root, { input }, { store, viewer, via = 'graphql' }) => {
      await recordUntrusted(store.db, viewer, input.plan, via);
      return needs('trustOrigins');
    },
    errors: { types: [InvalidInputError] },
    args: {
      input: t.arg({
        type: TrustOriginsInput,
        required: true,
        description: 'The plan and its repositories.',
      }),
    },
    resolve: (_root, { input }, { store, viewer, via }) =>
      trustOrigins(store, viewer, readInput(trustOriginsInput, input), via),
  }),
);
