import { proofFacts, type Scope, scopeFacts, scopes, viewerKindFacts } from '../contract/words/viewers.ts';
import { viewerEndsAt } from '../domain/access/viewerEnd.ts';
import { eachOf } from '../domain/bounds/bounds.ts';
import { TooManyWrongKeysError } from '../domain/input/errors.ts';
import type { Bounds, Viewer } from '../domain/input/viewer.ts';
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

const ViewerBoundsType = builder.objectRef<Bounds>('ViewerBounds').implement({
  description:
    'What a viewer may change at most; a list that is null sets no bound, an empty one allows nothing.',
  fields: (t) => ({
    projects: t.stringList({
      nullable: true,
      description: 'Only in these projects.',
      resolve: ({ projects }) => projects && [...projects],
    }),
    plans: t.stringList({
      nullable: true,
      description: 'Only with these plans; `nightly.*` stands for every name that begins so.',
      resolve: ({ plans }) => plans && [...plans],
    }),
    labels: t.stringList({
      nullable: true,
      description: 'Only workers with no other labels than these.',
      resolve: ({ labels }) => labels && [...labels],
    }),
    tasks: t.stringList({
      nullable: true,
      description: 'Only reports of these external tasks; `seo.*` stands for every name that begins so.',
      resolve: ({ tasks }) => tasks && [...tasks],
    }),
  }),
});

const RoleBoundsType = builder.objectRef<{ scope: Scope; bounds: Bounds }>('RoleBounds').implement({
  description: 'What a viewer may change at most with one scope.',
  fields: (t) => ({
    scope: t.expose('scope', { type: ScopeEnum, description: 'The scope.' }),
    bounds: t.field({
      type: ViewerBoundsType,
      description: 'What it may change at most.',
      resolve: ({ bounds }) => bounds,
    }),
  }),
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
    roleBounds: t.field({
      type: [RoleBoundsType],
      description:
        'What the roles of a person, or a key of theirs, bound each scope to; a scope that comes twice is bound by both. Other scopes cover the whole server.',
      resolve: ({ boundsBy }) =>
        [...(boundsBy ?? [])].flatMap(([scope, bounds]) =>
          eachOf(bounds).map((one) => ({ scope, bounds: one })),
        ),
    }),
    bounds: t.field({
      type: ViewerBoundsType,
      nullable: true,
      description: 'What it may change at most, reading apart; null where its scopes alone say so.',
      resolve: ({ bounds }) => bounds,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When its session or key ends at the latest; null if that is not known, or never.',
      resolve: (viewer, _args, { store }) => viewerEndsAt(store.db, viewer),
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
