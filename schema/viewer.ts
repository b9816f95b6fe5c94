import { scopes, type Viewer, viewerKinds } from '../domain/input/viewer.ts';
import { builder } from './builder.ts';
import { toValues } from './enums.ts';
import { forbidden } from './unauthorized.ts';

/** `ViewerKind`: what stands behind an identity. */
export const ViewerKindEnum = builder.enumType('ViewerKind', {
  description: 'What stands behind an identity. Policies about people count persons alone.',
  values: toValues(viewerKinds, {
    person: 'A signed-in person: a user of the proxy, a mapped GitHub login, the named recipient of a link.',
    login: 'A GitHub login of which nobody said whose it is.',
    shared: 'A key that several may hold.',
    channel: 'Whoever reads a channel, by the link that was sent there.',
    anonymous: 'Somebody who proved nothing.',
    system: 'The engine itself, and the schedule.',
  }),
});

const ScopeEnum = builder.enumType('Scope', {
  description: 'What a viewer may do.',
  values: {
    READ: { value: 'read', description: 'Read tasks and runs.' },
    REPORT: { value: 'report', description: 'Create and update tasks of outside reporters.' },
    WORK: {
      value: 'work',
      description: 'Make plans known, lease tasks and report their attempts, as workers do.',
    },
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
