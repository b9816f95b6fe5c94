const enumFields = new Set([
  'retryOn',
  'onOpen',
  'approval',
  'onExpire',
  'risk',
  'failure',
  'repeat',
  'recovery',
  'summary',
  'unclaimed',
  'schedule',
]);

/** The content of a plan in the words of the domain, of how GraphQL takes it: for servers that are called without the network. */
export function planContentOf(input: object): object {
  return JSON.parse(JSON.stringify(input), (key, value: unknown) =>
    enumFields.has(key) ? lower(value) : value,
  );
}

function lower(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lower);
  return typeof value === 'string' ? value.toLowerCase() : value;
}
