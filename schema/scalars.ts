import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { GraphQLDateTime, GraphQLJSON, GraphQLSafeInt } from 'graphql-scalars';
import { formatTime, readTime } from '../contract/input/time.ts';
import { builder } from './builder.ts';

builder.addScalarType('DateTime', createDateTime());
builder.addScalarType(
  'JSON',
  new GraphQLScalarType({ ...GraphQLJSON.toConfig(), description: 'Any JSON value.' }),
);
builder.addScalarType(
  'SafeInt',
  new GraphQLScalarType({
    ...GraphQLSafeInt.toConfig(),
    description: 'An integer that JavaScript represents exactly, up to 2^53 - 1. Durations can exceed `Int`.',
  }),
);

/** The times of the domain are texts already: they leave as they are, and come in in their normal form. */
function createDateTime(): GraphQLScalarType<string, string> {
  return new GraphQLScalarType<string, string>({
    ...GraphQLDateTime.toConfig(),
    description:
      'A time in ISO 8601, e.g. `2025-01-15T02:30:00Z`. Responses are in UTC, end in `Z` and have milliseconds only if they are not zero. Input may have an offset, or none (then UTC), and is truncated to milliseconds.',
    serialize: (value) => (value instanceof Date ? formatTime(value) : String(value)),
    parseValue: (value) => read(value),
    parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : undefined),
  });
}

function read(value: unknown): string {
  const moment = typeof value === 'string' ? readTime(value) : undefined;
  if (moment !== undefined) return moment;
  const came = JSON.stringify(value)?.slice(0, 64) ?? 'no text';
  throw new GraphQLError(`expected an ISO 8601 time such as 2025-01-15T02:30:00Z, got ${came}`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}
