import type * as z from 'zod';

/** Says in plain words what a schema wants, where the schema itself says nothing. */
export function describeRule(issue: z.core.$ZodRawIssue | z.core.$ZodIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${typeNames.get(issue.expected) ?? issue.expected}`;
    case 'too_small':
      return bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
    case 'too_big':
      return bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
    case 'invalid_value':
      return `must be ${listed(issue.values.map(String))}`;
    case 'invalid_format':
      return issue.format === 'uuid' ? 'must be a UUID' : undefined;
    case 'unrecognized_keys':
      return `must not have ${listed(issue.keys.map((key) => JSON.stringify(key)))}`;
    default:
      return undefined;
  }
}

const typeNames: ReadonlyMap<string, string> = new Map([
  ['string', 'a text'] as const,
  ['number', 'a number'] as const,
  ['int', 'a whole number'] as const,
  ['boolean', 'true or false'] as const,
  ['array', 'a list'] as const,
  ['null', 'null'] as const,
  ['object', 'an object'] as const,
  ['record', 'an object'] as const,
  ['map', 'an object'] as const,
]);

const counted: ReadonlyMap<string, [one: string, many: string]> = new Map([
  ['string', ['character', 'characters']],
  ['array', ['entry', 'entries']],
]);

function bound(origin: string, relation: string, limit: number | bigint): string {
  const unit = counted.get(origin);
  return unit
    ? `must have ${relation} ${limit} ${unit[limit === 1 ? 0 : 1]}`
    : `must be ${relation} ${limit}`;
}

function listed(values: readonly string[]): string {
  return values.length < 2 ? values.join() : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}
