/** Writes the results of Node's test runner as one JSON object a line; plain JavaScript, because any Node may load it. */
export default async function* report(source) {
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const error = data.details?.error;
    const isSuite = data.details?.type === 'suite';
    if (isSuite && (type === 'test:pass' || error?.failureType === 'subtestsFailed')) continue;
    if (error?.failureType === 'subtestsFailed' || error?.failureType === 'cancelledByParent') continue;
    const left = data.skip !== undefined || data.todo !== undefined;
    const kind = left ? 'skip' : type.slice('test:'.length);
    const cause = error?.cause ?? error;
    const stack = kind === 'fail' ? String(cause?.stack ?? cause?.message ?? cause) : undefined;
    const { name, file, line, column } = data;
    yield `${JSON.stringify({ type: kind, name, file, line, column, stack })}\n`;
  }
}
