import {
  type PrincipalKind,
  personStateFacts,
  principalKindFacts,
  type Role,
  roleFacts,
} from '../../contract/words/people.ts';
import type { Delegation } from '../../domain/access/delegation.ts';
import { type Grant, readGrant } from '../../domain/access/grants.ts';
import { countPeople, personFilter, readPeoplePage } from '../../domain/access/peoplePages.ts';
import {
  addressOfAccount,
  maxCounted,
  maxPrincipals,
  type Person,
  type Principal,
} from '../../domain/access/person.ts';
import { countWaiting, readWaitingPage } from '../../domain/access/waiting.ts';
import { readInput } from '../../domain/input/read.ts';
import { builder } from '../builder.ts';
import { connect, maxTotalCount } from '../connection.ts';
import { enumOf } from '../enums.ts';
import { needs } from '../needs.ts';

/** `Role`: what a person may be. */
export const RoleEnum = enumOf<Role>('Role', roleFacts, {
  description: 'What a person may be on this server.',
});

const PersonStateEnum = enumOf('PersonState', personStateFacts, {
  description: 'How it stands with a person.',
});

const PrincipalKindEnum = enumOf<PrincipalKind>('PrincipalKind', principalKindFacts, {
  description: 'What proves who a person is.',
});

const GrantType = builder.objectRef<Grant>('Grant').implement({
  description: 'A role, for the whole server or for one project.',
  fields: (t) => ({
    role: t.field({ type: RoleEnum, description: 'The role.', resolve: ({ role }) => role }),
    project: t.string({
      nullable: true,
      description: 'The project; null for the whole server. Reading always covers the whole server.',
      resolve: ({ project }) => project ?? null,
    }),
  }),
});

/** What is stored of a role that no release knows any more gives nothing. */
function grantsOf(stored: readonly string[]): Grant[] {
  return stored.map(readGrant).filter((grant) => grant !== undefined);
}

/** `Principal`: an account that signs in as a person. */
export const PrincipalType = builder.objectRef<Principal>('Principal').implement({
  description: 'What proves who a person is, such as an account of the OpenID issuer.',
  fields: (t) => ({
    databaseId: t.exposeInt('id', { description: 'Identifies the account.' }),
    kind: t.expose('kind', { type: PrincipalKindEnum, description: 'What it is.' }),
    issuer: t.exposeString('issuer', { description: 'Who vouches for it; empty for a proxy and for mail.' }),
    subject: t.exposeString('subject', { description: 'What its issuer never gives to somebody else.' }),
    label: t.exposeString('label', { description: 'The email address or login that it shows.' }),
    address: t.string({
      nullable: true,
      description: 'The email address that it shows, which its issuer has verified; null if it shows none.',
      resolve: addressOfAccount,
    }),
    likelyPerson: t.string({
      nullable: true,
      description:
        'Of an account that waits to be linked: the person known by its address or login, whose it may be. Null if there is none, and once it is linked.',
      resolve: ({ likelyPerson }) => likelyPerson ?? null,
    }),
    grants: t.field({
      type: [GrantType],
      description: 'The roles that the rules of its issuer gave at its last sign-in.',
      resolve: ({ grants }) => grantsOf(grants),
    }),
    groups: t.exposeStringList('groups', {
      description: 'Its groups at its last sign-in, as policies name them.',
    }),
    linkedBy: t.exposeString('linkedBy', {
      nullable: true,
      description: 'The admin who linked it; null if it was linked by signing in.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it first came.' }),
    signedInAt: t.expose('signedInAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it last signed in; null if never.',
    }),
  }),
});

/** `Delegation`: that somebody decides for somebody else until a time. */
export const DelegationType = builder.objectRef<Delegation>('Delegation').implement({
  description:
    'That somebody decides for an approver until a time. It counts while both may decide, and never for others in turn.',
  fields: (t) => ({
    person: t.exposeString('from', { nullable: true, description: 'The approver; null once forgotten.' }),
    delegate: t.exposeString('to', { nullable: true, description: 'The delegate; null once forgotten.' }),
    until: t.expose('until', { type: 'DateTime', description: 'Until when.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'Since when.' }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was ended before that time.',
    }),
  }),
});

/** `Person`: no node, since whoever may read nodes may not read people. */
export const PersonType = builder.objectRef<Person>('Person').implement({
  description: 'A person whom the server knows.',
  fields: (t) => ({
    databaseId: t.exposeInt('id', { description: 'Identifies the person.' }),
    label: t.exposeString('label', {
      nullable: true,
      description: 'How policies and the audit log name the person; null once forgotten.',
    }),
    state: t.expose('state', { type: PersonStateEnum, description: 'How it stands with the person.' }),
    grants: t.field({
      type: [GrantType],
      description: 'The roles that an admin gave. Rules of the issuer may give more: see `principals`.',
      resolve: ({ grants }) => grantsOf(grants),
    }),
    principals: t.field({
      type: [PrincipalType],
      description: `How the person signs in; at most ${maxPrincipals}, the oldest.`,
      resolve: ({ id }, _args, { loadPrincipals }) => loadPrincipals(id),
    }),
    delegates: t.field({
      type: [DelegationType],
      description: 'Who decides for the person now; at most 50.',
      resolve: ({ id }, _args, { loadDelegations }) => loadDelegations(id),
    }),
    keyCount: t.int({
      description: `How many keys of the person work; ${maxCounted} means that many or more.`,
      resolve: async ({ id }, _args, { loadHeld }) => (await loadHeld(id)).keys,
    }),
    sessionCount: t.int({
      description: `In how many places the person is signed in; ${maxCounted} means that many or more.`,
      resolve: async ({ id }, _args, { loadHeld }) => (await loadHeld(id)).sessions,
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When the server first knew the person.',
    }),
    signedInAt: t.expose('signedInAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the person last signed in; null if never.',
    }),
    removedAt: t.expose('removedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the person was removed.',
    }),
    removedBy: t.exposeString('removedBy', { nullable: true, description: 'Who removed the person.' }),
    mergedInto: t.exposeString('mergedInto', {
      nullable: true,
      description: 'The person that all accounts of this one were linked to: both are one.',
    }),
  }),
});

const PersonConnection = builder.connectionObject(
  { type: PersonType, name: 'PersonConnection', description: 'A page of people, newest first.' },
  { name: 'PersonEdge', description: 'A person and its position in the list.' },
);

const PrincipalConnection = builder.connectionObject(
  { type: PrincipalType, name: 'PrincipalConnection', description: 'A page of accounts, newest first.' },
  { name: 'PrincipalEdge', description: 'An account and its position in the list.' },
);

const PersonFilterInput = builder.inputType('PersonFilter', {
  description: 'Which people to list; several fields mean all of them.',
  fields: (t) => ({
    label: t.string({ description: 'Only those whose name contains this.' }),
    role: t.field({
      type: RoleEnum,
      description: 'Only those with this role, for the whole server or for a project.',
    }),
    states: t.field({ type: [PersonStateEnum], description: 'Only those in one of these states.' }),
  }),
});

builder.queryFields((t) => ({
  people: t.connection(
    {
      type: PersonType,
      description:
        'The people whom the server knows, newest first, page by page. Requires the `admin` scope.',
      authScopes: needs('listPeople'),
      args: { filter: t.arg({ type: PersonFilterInput, description: 'Which people; all if omitted.' }) },
      resolve: (_root, { filter, ...page }, context) => {
        const wanted = readInput(personFilter, filter ?? {});
        const { db } = context.store;
        return connect(
          context,
          page,
          (range) => readPeoplePage(db, wanted, range),
          () => countPeople(db, wanted, maxTotalCount),
        );
      },
    },
    PersonConnection,
  ),
  waitingPrincipals: t.connection(
    {
      type: PrincipalType,
      description:
        'The accounts that wait until an admin links them to a person, newest first, page by page. Requires the `admin` scope.',
      authScopes: needs('listWaitingPrincipals'),
      resolve: (_root, page, context) => {
        const { store } = context;
        return connect(
          context,
          page,
          (range) => readWaitingPage(store, range),
          () => countWaiting(store.db, maxTotalCount),
        );
      },
    },
    PrincipalConnection,
  ),
}));
