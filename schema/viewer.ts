import { scopeFacts, scopes, viewerKindFacts } from '../contract/words/viewers.ts';
import type { Viewer } from '../domain/input/viewer.ts';
import { builder } from './builder.ts';
import { enumOf } from './enums.ts';
import { forbidden } from './unauthorized.ts';

/** `ViewerKind`: what stands behind an identity. */
export const ViewerKindEnum = enumOf('ViewerKind', viewerKindFacts, {
  description: 'What stands behind an identity. Policies about people count persons alone.',
});

const ScopeEnum = enumOf('Scope', scopeFacts, {
  description: 'What a viewer may do.',
});

const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
  description: 'Who is calling.',
  fields: (t) => ({
    id: t.exposeString('id', {
      description: 'The identity that decisions record, e.g. `local` or an email address.',
    }),
    kind: t.expose('kind', { type: ViewerKindEnum, description: 'What stands behind that identity.' }),
    groups: t.stringList({
      description: 'The groups that the viewer belongs to, as policies of approvals name them.',
      resolve: ({ groups }) => [...(groups ?? [])],
    }),
    scopes: t.field({
      type: [ScopeEnum],
      description: 'What the viewer may do; `ADMIN` includes all the others.',
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
      if (viewer.refusal?.kind === 'wrongKey') throw forbidden(viewer.refusal.message);
      return viewer;
    },
  }),
);
