import {
  type GraphQLField,
  GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLUnionType,
  getNamedType,
  isUnionType,
} from 'graphql';

/**
 * Has every result union say what it is: which field answers with it, what it holds when all went well, and what each
 * expected error means, in the words of the error itself.
 */
export function describeResults(schema: GraphQLSchema): void {
  const fields = answersOf(schema);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isUnionType(type)) continue;
    const name = fields.get(type);
    if (name !== undefined) type.description = describe(type, name);
  }
}

function describe(union: GraphQLUnionType, field: string): string {
  const members = union.getTypes();
  const isError = (member: GraphQLObjectType) =>
    member.getInterfaces().some((implemented) => implemented.name === 'Error');
  const done = members.filter((member) => !isError(member)).map(({ name }) => `\`${name}\``);
  const errors = members
    .filter(isError)
    .map(({ name, description }) => `- \`${name}\`: ${description ?? ''}`);
  return `The result of \`${field}\`: ${done.join(' or ')} on success, or one of these errors.\n\n${errors.join('\n')}`;
}

/** Which field answers with each union. */
function answersOf(schema: GraphQLSchema): Map<unknown, string> {
  const named = (owner: GraphQLObjectType) =>
    Object.values(owner.getFields()).map((field: GraphQLField<unknown, unknown>) => {
      const name = owner === schema.getMutationType() ? field.name : `${owner.name}.${field.name}`;
      return [getNamedType(field.type), name] as const;
    });
  const objects = Object.values(schema.getTypeMap()).filter((type) => type instanceof GraphQLObjectType);
  return new Map(objects.flatMap(named));
}
