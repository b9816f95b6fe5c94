import { Kind, parse } from 'graphql';
import { doorsOf, type Operation, operations } from '../../../contract/words/operations.ts';

/** The operations that the body of a request of GraphQL asks for. */
export function operationsIn(body: string): Operation[] {
  const { query = '' } = JSON.parse(body || '{}') as { query?: string };
  const fields = parse(query).definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    const type = definition.operation.replace(/^./, (letter) => letter.toUpperCase());
    return definition.selectionSet.selections.flatMap((one) =>
      one.kind === Kind.FIELD ? [`${type}.${one.name.value}`] : [],
    );
  });
  return fields.map((field) => {
    const operation = operations.find((one) => doorsOf(one).field === field);
    if (operation === undefined) throw new Error(`No operation is ${field}.`);
    return operation;
  });
}
