import type { ApiKey } from '../../domain/access/key.ts';
import { createKeyInput, revokeKeyInput, rotateKeyInput } from '../../domain/access/keyInput.ts';
import { createKey, type MadeKey, rotateKey } from '../../domain/access/keys.ts';
import { revokeKey } from '../../domain/access/revokeKey.ts';
import { InvalidInputError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { builder } from '../builder.ts';
import { needsUnlessOwn } from '../needs.ts';
import { ScopeEnum } from '../viewer.ts';
import { ApiKeyType } from './keys.ts';

const MadeKeyType = builder.objectRef<MadeKey>('MadeKey').implement({
  description: 'A key that was just created.',
  fields: (t) => ({
    secret: t.exposeString('secret', {
      description: 'The key itself. Save it now: nobody can read it again.',
    }),
    key: t.field({ type: ApiKeyType, description: 'What it may do.', resolve: ({ key }) => key }),
  }),
});

const RevokedKeysType = builder.objectRef<ApiKey[]>('RevokedKeys').implement({
  description: 'The keys that were revoked.',
  fields: (t) => ({
    keys: t.field({ type: [ApiKeyType], description: 'The keys.', resolve: (keys) => keys }),
  }),
});

const CreateKeyInput = builder.inputType('CreateKeyInput', {
  description: 'A new key of a service, or of yourself.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description:
        'The service, e.g. `ci`, or what you call your key: 1 to 63 lower-case letters, digits, `.`, `_` or `-`.',
    }),
    person: t.boolean({
      description:
        'Whether it is a key of your own. You have to be signed in yourself: a key makes no key of a person.',
    }),
    scopes: t.field({ type: [ScopeEnum], required: true, description: 'What it lets the service do.' }),
    projects: t.stringList({ description: 'Only in these projects. Reading covers the whole server.' }),
    plans: t.stringList({
      description: 'Only with these plans; `nightly.*` stands for every name that begins so.',
    }),
    labels: t.stringList({ description: 'Only workers with no other labels than these.' }),
    tasks: t.stringList({
      description: 'Only reports of these external tasks; `seo.*` stands for every name that begins so.',
    }),
    expiresInMs: t.field({
      type: 'SafeInt',
      description: 'For how long it works, in milliseconds; null for ever. Default: 90 days.',
    }),
  }),
});

const RotateKeyInput = builder.inputType('RotateKeyInput', {
  description: 'Which key to replace.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'The service, or the name of your key.' }),
    person: t.boolean({ description: 'Whether it is a key of your own. You have to be signed in yourself.' }),
    overlapMs: t.field({
      type: 'SafeInt',
      description:
        'For how long the old key still works, in milliseconds; at most 90 days. Default: 24 hours.',
    }),
    expiresInMs: t.field({
      type: 'SafeInt',
      description: 'For how long the new key works; null for ever. Default: as long as the old one did.',
    }),
  }),
});

const RevokeKeyInput = builder.inputType('RevokeKeyInput', {
  description: 'Which keys to revoke.',
  fields: (t) => ({
    key: t.string({
      required: true,
      description:
        'The name of a service or of your own key, which revokes all keys of that name, or the prefix of one key.',
    }),
    person: t.boolean({ description: 'Whether to revoke only keys of your own.' }),
  }),
});

builder.mutationFields((t) => ({
  createKey: t.field({
    type: MadeKeyType,
    description:
      'Creates a key of a service, or of yourself. From the first key on, every caller of this server needs one. Requires the `admin` scope; being signed in is enough for a key of your own.',
    authScopes: (_root, { input }, { viewer }) => needsUnlessOwn('createKey', viewer, input.person),
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: CreateKeyInput, required: true, description: 'The key.' }) },
    resolve: (_root, { input }, { store, viewer, via }) =>
      createKey(store, viewer, readInput(createKeyInput, withoutNull(input)), via),
  }),
  rotateKey: t.field({
    type: MadeKeyType,
    description:
      'Replaces a key by a new one with the same rights. The old one works on for a while. Requires the `admin` scope; being signed in is enough for your own keys.',
    authScopes: (_root, { input }, { viewer }) => needsUnlessOwn('rotateKey', viewer, input.person),
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: RotateKeyInput, required: true, description: 'The service.' }) },
    resolve: (_root, { input }, { store, viewer, via }) =>
      rotateKey(store, viewer, readInput(rotateKeyInput, withoutNull(input)), via),
  }),
  revokeKey: t.field({
    type: RevokedKeysType,
    description:
      'Revokes the keys of a service, or one key: within 5 seconds they work nowhere. Requires the `admin` scope; being signed in is enough for your own keys.',
    authScopes: (_root, { input }, { viewer }) => needsUnlessOwn('revokeKey', viewer, input.person),
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: RevokeKeyInput, required: true, description: 'The keys.' }) },
    resolve: (_root, { input }, { store, viewer, via }) =>
      revokeKey(store, viewer, readInput(revokeKeyInput, withoutNull(input)), via),
  }),
}));

/** Null is for ever of an expiry; of all else it is as if it had been left out. */
function withoutNull<I extends object>(input: I): Partial<I> {
  const given = Object.entries(input).filter(([name, value]) => value !== null || name === 'expiresInMs');
  return Object.fromEntries(given) as Partial<I>;
}
