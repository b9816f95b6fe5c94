import fc from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { buildSchema } from '../../../schema/index.ts';
import { inheritedNames } from '../../support/inheritedNames.ts';

/** A request without what proves who sends it. */
export interface FuzzedRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer | undefined;
}

const odd = [
  '',
  '\0',
  '\ud800',
  '🦉',
  '-1',
  '0',
  '2147483648',
  '1e999',
  'NaN',
  'null',
  "'; --",
  '=1+1',
  '%00',
  '{',
  '0001-01-01',
  '9999-12-31T23:59:59.999Z',
  'x'.repeat(3000),
];
const known = ['1', '2', 'night', 'night-1', 'day-1', 'a', 'seo.validate', 'running', 'approved', 'RUNNING'];
const times = ['2025-01-15T02:30:00Z', '2025-01-15', '1970-01-01T00:00:00+14:00'];
const word = fc.oneof(
  fc.constantFrom(...known, ...times, ...odd, ...inheritedNames),
  fc.string({ unit: 'binary', maxLength: 60 }),
);
const anything = fc.oneof(word, fc.jsonValue(), fc.double(), fc.integer(), fc.constant(null));

const fields = [
  ...['task', 'run_id', 'status', 'started_at', 'finished_at', 'duration_ms', 'inputs', 'outputs_uri'],
  ...['log_excerpt', 'approval_state', 'approver', 'approval_note', 'approval_id', 'expected_head_sha'],
  ...['webhook_notified_at', 'webhook_error', 'note', 'plan', 'steps', 'mode', 'from', 'id', 'action'],
  ...['pull_request', 'repository', 'review', 'tick', 'form', ...inheritedNames],
];
const parameters = [
  ...['limit', 'since', 'cursor', 'status', 'task', 'run_id', 'columns', 'date', 'note', 'include', 'x[]'],
  ...inheritedNames,
];
const someBody = fc.oneof(
  fc
    .record({ task: word, run_id: word, status: fc.constantFrom('queued', 'running', 'awaiting_approval') })
    .map(toJson),
  fc.dictionary(fc.constantFrom(...fields), anything, { maxKeys: 6 }).map(toJson),
  fc.json().map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 120 }).map((bytes) => Buffer.from(bytes)),
);
const query = fc
  .array(
    fc.tuple(fc.constantFrom(...parameters), fc.oneof(word.map(encode), fc.constantFrom('%', '%ff', '%C3('))),
    { maxLength: 3 },
  )
  .map((pairs) => pairs.map(([name, text]) => `${name}=${text}`).join('&'));
const moreHeaders = fc.dictionary(
  fc.constantFrom('idempotency-key', 'range', 'if-none-match', 'origin', 'sec-fetch-site', 'x-github-event'),
  fc.oneof(
    fc.constantFrom('null', 'same-origin', 'cross-site', 'pull_request'),
    fc.string({ unit: 'grapheme-ascii', maxLength: 30 }).map((text) => text.trim()),
  ),
  { maxKeys: 2 },
);
const someType = fc.constantFrom(
  ...['application/json', 'application/json', 'application/json'],
  ...['application/x-www-form-urlencoded', 'text/plain', 'application/json; charset=utf-16', ''],
);

/** Makes requests of one route, as `POST /agents/runs/:run_id/cancel`. */
export function requestsOf(route: string): fc.Arbitrary<FuzzedRequest> {
  const [method = '', pattern = ''] = route.split(' ');
  const path = fc
    .array(word, { minLength: 3, maxLength: 3 })
    .map((words) =>
      pattern.replace(/:id|:run_id|\*/g, (part) =>
        part === ':id' && words[0] !== '' ? encode(words[0] ?? '') : encode(words.join(part)),
      ),
    );
  const known = fc
    .constantFrom('1', '2', '3')
    .map((id) => pattern.replace(':id', id).replace(/:run_id|\*/, 'night-1'));
  return fc
    .record({
      path: fc.oneof(known, path),
      slash: fc.constantFrom('', '', '/'),
      query,
      type: someType,
      headers: moreHeaders,
      body: fc.option(someBody, { nil: undefined }),
      method: fc.oneof(
        { weight: 9, arbitrary: fc.constant(method) },
        { weight: 1, arbitrary: fc.constantFrom('HEAD', 'OPTIONS', 'PUT', 'DELETE') },
      ),
    })
    .map(({ path, slash, query, type, headers, body, method }) => ({
      method,
      path: `${path}${slash}?${query}`,
      headers: { ...headers, ...(type !== '' && body && { 'content-type': type }) },
      body: method === 'HEAD' ? undefined : body,
    }));
}

const schema = buildSchema();

/** Makes requests of one field of GraphQL's roots, as `Mutation.startRun`, that asks for all that stands in its answer. */
export function requestsOfField(name: string): fc.Arbitrary<FuzzedRequest> {
  const [root = '', fieldName = ''] = name.split('.');
  const type = schema.getType(root);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  if (field === undefined) throw new Error(`There is no ${name}.`);
  const document = documentOf(root.toLowerCase(), field);
  const entries = field.args.map((arg) => [arg.name, argumentsOf(arg)] as const);
  return fc.record(Object.fromEntries(entries)).map((variables) => ({
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json' },
    body: toJson({ query: document, variables }),
  }));
}

function documentOf(operation: string, { name, args, type }: GraphQLField<unknown, unknown>): string {
  const declared = args.map((arg) => `$${arg.name}: ${arg.type}`).join(', ');
  const given = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  return `${operation} Fuzzed${declared && `(${declared})`} { ${name}${given && `(${given})`} ${selectionOf(type)} }`;
}

/** Selects what stands in an answer, and of what hangs on it a level or two. */
function selectionOf(type: GraphQLOutputType, depth = 2, types = new Map<string, string>()): string {
  const inner = getNamedType(type);
  if (isLeafType(inner)) return '';
  if (isAbstractType(inner)) {
    const parts = schema
      .getPossibleTypes(inner)
      .map((one) => `... on ${one.name} ${selectionOf(one, depth - 1, types)}`);
    return `{ __typename ${parts.join(' ')} }`;
  }
  const chosen = Object.values(inner.getFields()).flatMap((field) => {
    if (field.args.some((arg) => isNonNullType(arg.type))) return [];
    if (!isLeafType(getNamedType(field.type)) && depth <= 0) return [];
    // Two types of one union may have a field of one name with different types.
    if ((types.get(field.name) ?? `${field.type}`) !== `${field.type}`) return [];
    types.set(field.name, `${field.type}`);
    return `${field.name} ${selectionOf(field.type, depth - 1)}`;
  });
  return `{ __typename ${chosen.join(' ')} }`;
}

function argumentsOf({ name, type }: Pick<GraphQLArgument, 'name' | 'type'>): fc.Arbitrary<unknown> {
  // Whoever asks for work may wait for it.
  if (name === 'waitMs') return fc.constantFrom(0, -1, 0.5, 1e12, 'x');
  return fc.oneof({ weight: 12, arbitrary: valuesOf(type) }, { weight: 1, arbitrary: anything });
}

function valuesOf(type: GraphQLInputType): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return valuesOf(type.ofType);
  if (isListType(type)) return fc.array(valuesOf(type.ofType), { maxLength: 3 });
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map((value) => value.name));
  if (isInputObjectType(type)) {
    const inner = Object.values(type.getFields());
    const required = inner.filter((one) => isNonNullType(one.type)).map((one) => one.name);
    const entries = inner.map((one) => [one.name, fc.memo(() => argumentsOf(one))(1)] as const);
    if (type.isOneOf) return fc.oneof(...entries.map(([name, value]) => fc.record({ [name]: value })));
    return fc.record(Object.fromEntries(entries), { requiredKeys: required });
  }
  return leaves.get(type.name) ?? word;
}

const leaves = new Map<string, fc.Arbitrary<unknown>>([
  ['Int', fc.oneof(fc.constantFrom(0, 1, 2, 20, 200, 201, -1, 2_147_483_647), fc.integer())],
  ['SafeInt', fc.oneof(fc.constantFrom(0, 1, -1, Number.MAX_SAFE_INTEGER), fc.integer())],
  ['Boolean', fc.boolean()],
  ['DateTime', fc.constantFrom(...times, '9999-12-31T23:59:59.999Z', '0001-01-01T00:00:00Z')],
  ['JSON', fc.jsonValue()],
]);

function toJson(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
