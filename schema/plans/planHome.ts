import { PlanElsewhereError } from '../../domain/plans/errors.ts';
import { builder } from '../builder.ts';
import { ErrorInterface } from '../errors.ts';

/** `PlanHomeInput`: whose a plan is. */
export const PlanHomeInput = builder.inputType('PlanHomeInput', {
  description: 'The project of a plan and the path of its file. This is not part of the content of the plan.',
  fields: (t) => ({
    project: t.string({
      required: true,
      description: 'The project, e.g. `acme/site`; 1 to 128 characters, without a colon.',
    }),
    isGuessed: t.boolean({
      description:
        'Whether the project was guessed from the name of a package or folder. A guessed project cannot start a second schedule for a plan that has one. Default false.',
    }),
    path: t.string({
      description: 'The path of the plan file in its repository, e.g. `ops/nightly.plan.ts`.',
    }),
    movedFrom: t.string({
      description:
        'The path that the file was moved from, after a call was refused because of it: the repository no longer has the plan there.',
    }),
  }),
});

/** What is said of a home, for every field that takes one. */
export const homeDescription =
  'The project of the plan and the path of its file. Default: the project that has a plan of this name, or none.';

/** Takes null in a home for what is left out. */
export function withHome<I extends { home?: { isGuessed?: boolean | null | undefined } | null | undefined }>(
  input: I,
) {
  const { home } = input;
  return home == null ? input : { ...input, home: { ...home, isGuessed: home.isGuessed ?? false } };
}

builder.objectType(PlanElsewhereError, {
  name: 'PlanElsewhereError',
  description: 'The project has a plan of this name in another file of its repository.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ path: t.exposeString('path', { description: 'The path of that file.' }) }),
});
