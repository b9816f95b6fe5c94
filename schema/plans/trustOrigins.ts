import { InvalidInputError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import {
  type PlanOrigins,
  recordUntrusted,
  trustOrigins,
  trustOriginsInput,
} from '../../domain/plans/trustOrigins.ts';
import { builder } from '../builder.ts';

const TrustOriginsInput = builder.inputType('TrustOriginsInput', {
  description: 'Which repositories the work of a plan belongs to.',
  fields: (t) => ({
    plan: t.string({
      required: true,
      description:
        'The name of the plan, with its project where several have one: `nightly`, `acme/site:nightly`.',
    }),
    origins: t.stringList({
      required: true,
      description:
        'The repositories, as `github.com/acme/site` or the address of a remote; these and no others. None means that GitHub decides nothing.',
    }),
  }),
});

const PlanOriginsType = builder.objectRef<PlanOrigins>('PlanOrigins').implement({
  description:
    'Which repositories the work of a plan belongs to: what GitHub says of their pull requests counts.',
  fields: (t) => ({
    plan: t.exposeString('plan', { description: 'The name of the plan.' }),
    project: t.exposeString('project', {
      nullable: true,
      description: 'The project of the plan; null for none.',
    }),
    origins: t.exposeStringList('origins', { description: 'The repositories, e.g. `github.com/acme/site`.' }),
    before: t.exposeStringList('before', { description: 'Which they were before.' }),
  }),
});

builder.mutationField('trustOrigins', (t) =>
  t.field({
    type: PlanOriginsType,
    description:
      'Says which repositories the work of a plan belongs to, in place of the first that a worker came with. Needs the `admin` scope.',
    authScopes: async (_root, { input }, { store, viewer, via = 'graphql' }) => {
      await recordUntrusted(store.db, viewer, input.plan, via);
      return { admin: true };
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
