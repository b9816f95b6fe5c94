import {
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  NoDeprecatedCustomRule,
  parse,
  validate,
} from 'graphql';
import { expect, it } from 'vitest';
import { buildSchema } from '../../schema/index.ts';
import { exampleTabs } from '../../server/graphql/examples.ts';

const schema = buildSchema();
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);

interface Described {
  name: string;
  description?: string | null | undefined;
  deprecationReason?: string | null | undefined;
}

/** Everything that has a name, by its way: types, fields, arguments, values of enums. */
const everything = new Map<string, Described>();
for (const type of types) {
  everything.set(type.name, type);
  if (isEnumType(type))
    for (const value of type.getValues()) everything.set(`${type.name}.${value.name}`, value);
  if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
  for (const field of Object.values(type.getFields())) {
    everything.set(`${type.name}.${field.name}`, field);
    for (const argument of 'args' in field ? field.args : [])
      everything.set(`${type.name}.${field.name}(${argument.name})`, argument);
  }
}

const namesOf = (which: (described: Described) => boolean) =>
  [...everything].filter(([, described]) => which(described)).map(([name]) => name);
const isInternal = ({ description }: Described) =>
  description?.startsWith('Internal, for workers: ') === true;

it('Every type, field, argument and value says what it is', () => {
  expect(namesOf(({ description }) => !description)).toEqual([]);
});

it('Every result union says which field answers with it, and each of its members what it means', () => {
  const unions = types.filter(isUnionType);
  expect(unions.length).toBeGreaterThan(20);
  for (const { name, description, getTypes } of unions.map((union) => ({
    name: union.name,
    description: union.description ?? '',
    getTypes: () => union.getTypes(),
  }))) {
    expect([name, description]).toEqual([
      name,
      expect.stringMatching(/^The result of `[\w.]+`: `\w+` on success/),
    ]);
    for (const member of getTypes()) expect(description).toContain(`\`${member.name}\``);
  }
  const { description } = schema.getType('StartRunResult') ?? {};
  expect(description).toContain('The result of `startRun`: `Run` on success');
  expect(description).toContain('- `RunExistsError`: A run with this id was started with a different plan');
});

it('What only workers use is marked as internal, and nothing else leads there', () => {
  const { Mutation, Query } = schema.getTypeMap() as Record<string, GraphQLObjectType>;
  const fields = [...Object.values(Mutation?.getFields() ?? {}), ...Object.values(Query?.getFields() ?? {})];
  const internalFields = fields.filter(isInternal).map(({ name }) => name);
  expect(internalFields.sort()).toEqual(
    [
      'extendLease',
      'finishAttempt',
      'leaseTask',
      'leaveRun',
      'plansOnRecord',
      'registerPlan',
      'returnLease',
      'settleDue',
    ].sort(),
  );
  for (const field of fields) {
    if (field.description?.includes('Requires the `work` scope'))
      expect(internalFields).toContain(field.name);
    if (isInternal(field)) continue;
    const used = [getNamedType(field.type), ...field.args.map(({ type }) => getNamedType(type))];
    expect(used.filter(isInternal).map(({ name }) => name)).toEqual([]);
  }
});

it('What is deprecated can be left out, and names what to use instead', () => {
  const deprecated = namesOf(({ deprecationReason }) => deprecationReason != null);
  expect(deprecated).toEqual(
    expect.arrayContaining([
      'Query.task(id)',
      'Query.task(databaseId)',
      'StartRunInput.plan',
      'StartRunInput.home',
    ]),
  );
  for (const name of deprecated) {
    const { deprecationReason } = everything.get(name) ?? {};
    expect(deprecationReason).toMatch(/^Use .*`.+`\.$/);
    const [, newer = ''] = /^Use `(\w+): /.exec(deprecationReason ?? '') ?? [];
    const owner = name.replace(/[.(]\w+\)?$/, '');
    if (newer)
      expect(everything.has(owner.includes('.') ? `${owner}(${newer})` : `${owner}.${newer}`)).toBe(true);
  }
});

it('No tab of GraphiQL asks in an older way', () => {
  for (const { query } of exampleTabs)
    expect(validate(schema, parse(query), [NoDeprecatedCustomRule])).toEqual([]);
});

it('Of inputs where exactly one way is meant the schema says so', () => {
  const oneOf = types.filter(
    (type): type is GraphQLInputObjectType => isInputObjectType(type) && type.isOneOf,
  );
  expect(oneOf.map(({ name }) => name).sort()).toEqual(['StartFromInput', 'TaskKeyInput']);
  const older = namesOf(({ description }) => /set (this|these)(,| or)/.test(description ?? ''));
  expect(older).toEqual([]);
});
