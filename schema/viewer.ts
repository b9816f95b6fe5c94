import { proofFacts, scopeFacts, scopes, viewerKindFacts } from '../contract/words/viewers.ts';
import { TooManyWrongKeysError } from '../domain/input/errors.ts';
import type { Viewer } from '../domain/input/viewer.ts';
import { builder } from './builder.ts';
import { enumOf } from './enums.ts';
import { forbidden } from './unauthorized.ts';

/** `ViewerKind`: what stands behind an identity. */
export const ViewerKindEnum = enumOf('ViewerKind', viewerKindFacts, {
  description: 'The kind of a viewer. Policies that require people only count persons.',
});

/** `Proof`: by what somebody has proved who it is. */
export const ProofEnum = enumOf('Proof', proofFacts, {
  description: 'By what a viewer proved its identity.',
});

/** `Scope`: what a viewer may do. */
export const ScopeEnum = enumOf('Scope', scopeFacts, {
  description: 'What a viewer may do.',
});

/** `Viewer`: who is calling. */
export const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
  description: 'Who is calling.',
  fields: (t) => ({
    id: t.exposeString('id', {
      description: 'The identity that the audit log records, e.g. `local` or an email address.',
    }),
    kind: t.expose('kind', { type: ViewerKindEnum, description: 'The kind of viewer.' }),
    proof: t.expose('proof', {
      type: ProofEnum,
      nullable: true,
      description: 'By what it proved its identity.',
    }),
    groups: t.stringList({
      description: 'The groups that the viewer belongs to, as used in approval policies.',
      resolve: ({ groups }) => [...(groups ?? [])],
    }),
    scopes: t.field({
      type: [ScopeEnum],
      description: 'What the viewer may do; `ADMIN` includes all other scopes.',
      resolve: (viewer) => scopes.filter((scope) => viewer.scopes.has(scope)),
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: ViewerType,
    description: 'Who is calling, and what they may do.',
    resolve: (_root, _args, { viewer }) => {
      // Who asks this with a key means that key.
      const { refusal } = viewer;
      if (refusal?.reached) throw new TooManyWrongKeysError(refusal.reached, refusal.message);
      if (refusal?.kind === 'wrongKey') throw forbidden(refusal.message);
      return viewer;
    },
  }),
);
