import { linkPerson, unlinkPerson } from '../../domain/access/linkPeople.ts';
import { setRole } from '../../domain/access/managePeople.ts';
import {
  linkPersonInput,
  removePersonInput,
  setRoleInput,
  unlinkPersonInput,
} from '../../domain/access/personInput.ts';
import { removePerson } from '../../domain/access/removePerson.ts';
import { InvalidInputError, PersonRefusedError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { builder } from '../builder.ts';
import { needs } from '../needs.ts';
import { PersonType, PrincipalType, RoleEnum } from './people.ts';

const person = 'The person: its name, such as `ann@example.org`, or its `databaseId`.';
const principal =
  'The account: its `databaseId`, its email address, or `github:login`. A name must be that of one account.';
const lastAdmin = 'Whether to do it even if no admin is left. Default: false.';

const GrantInput = builder.inputType('GrantInput', {
  description: 'A role, for the whole server or for one project.',
  fields: (t) => ({
    role: t.field({ type: RoleEnum, required: true, description: 'The role.' }),
    project: t.string({
      description:
        'Only in this project, e.g. `acme/site`; not with `ADMIN`. Reading covers the whole server.',
    }),
  }),
});

const SetRoleInput = builder.inputType('SetRoleInput', {
  description: 'Whose roles to set, and to what.',
  fields: (t) => ({
    person: t.string({
      required: true,
      description: `${person} A new address or \`github:login\` is that of somebody who may sign in from now on.`,
    }),
    grants: t.field({
      type: [GrantInput],
      required: true,
      description: 'All roles that the person has from now on; empty for none.',
    }),
    lastAdmin: t.boolean({ description: lastAdmin }),
  }),
});

const RemovePersonInput = builder.inputType('RemovePersonInput', {
  description: 'Whom to remove.',
  fields: (t) => ({
    person: t.string({ required: true, description: person }),
    lastAdmin: t.boolean({ description: lastAdmin }),
  }),
});

const LinkPersonInput = builder.inputType('LinkPersonInput', {
  description: 'Which account to link to whom.',
  fields: (t) => ({
    principal: t.string({ required: true, description: principal }),
    person: t.string({ required: true, description: person }),
  }),
});

const UnlinkPersonInput = builder.inputType('UnlinkPersonInput', {
  description: 'Which account to take from its person.',
  fields: (t) => ({ principal: t.string({ required: true, description: principal }) }),
});

const types = [PersonRefusedError, InvalidInputError];

builder.mutationFields((t) => ({
  setRole: t.field({
    type: PersonType,
    description:
      'Sets the roles of a person, and lets a removed one in again. You must be a person yourself, not a key of a service or of several. Requires the `admin` scope.',
    authScopes: needs('setRole'),
    errors: { types },
    args: { input: t.arg({ type: SetRoleInput, required: true, description: 'The roles.' }) },
    resolve: (_root, { input }, { store, viewer, via }) =>
      setRole(store, viewer, readInput(setRoleInput, input), via),
  }),
  removePerson: t.field({
    type: PersonType,
    description:
      'Removes a person: within 5 seconds their sessions and keys work nowhere. What they did stays on record. Requires the `admin` scope.',
    authScopes: needs('removePerson'),
    errors: { types },
    args: { input: t.arg({ type: RemovePersonInput, required: true, description: 'The person.' }) },
    resolve: (_root, { input }, { store, viewer, via }) =>
      removePerson(store, viewer, readInput(removePersonInput, input), via),
  }),
  linkPerson: t.field({
    type: PersonType,
    description:
      'Links an account to a person, as whom it signs in from now on. If its former person has no account left, both are one person. You must be a person, and neither of the two. Requires the `admin` scope.',
    authScopes: needs('linkPerson'),
    errors: { types },
    args: {
      input: t.arg({ type: LinkPersonInput, required: true, description: 'The account and the person.' }),
    },
    resolve: (_root, { input }, { store, viewer, via }) =>
      linkPerson(store, viewer, readInput(linkPersonInput, input), via),
  }),
  unlinkPerson: t.field({
    type: PrincipalType,
    description:
      'Takes an account from its person: it is signed out, and waits to be linked. You must be another person. Requires the `admin` scope.',
    authScopes: needs('unlinkPerson'),
    errors: { types },
    args: { input: t.arg({ type: UnlinkPersonInput, required: true, description: 'The account.' }) },
    resolve: (_root, { input }, { store, viewer, via }) =>
      unlinkPerson(store, viewer, readInput(unlinkPersonInput, input), via),
  }),
}));
