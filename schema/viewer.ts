import { scopes, type Viewer } from '../domain/viewer.ts';
import { builder } from './builder.ts';
import { forbidden } from './unauthorized.ts';

const ScopeEnum = builder.enumType('Scope', {
  description: 'What a viewer may do.',
  values: {
    READ: { value: 'read', description: 'Read tasks and runs.' },
    REPORT: { value: 'report', description: 'Create and update tasks.' },
    OPERATE: { value: 'operate', description: 'Start runs and control the engine.' },
    APPROVE: { value: 'approve', description: 'Approve, reject and cancel tasks.' },
    ADMIN: { value: 'admin', description: 'Everything, pruning included.' },
  } as const,
});

const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
  description: 'Who is calling.',
  fields: (t) => ({
    id: t.exposeString('id', {
      description: 'The identity that decisions record, e.g. `local` or an email address.',
    }),
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
