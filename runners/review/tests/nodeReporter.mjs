/** Writes the results of Node's test runner as one JSON object a line; plain JavaScript, because any Node may load it. */
export default async function* report(source) {
  const errors = new Map();
  for await (const { type, data } of source) {
    if (type === 'test:stderr')
      errors.set(data.file, `${errors.get(data.file) ?? ''}${data.message}`.slice(-4000));
    if ((type !== 'test:pass' && type !== 'test:fail') || isOnlyContainer(type, data)) continue;
    const left = data.skip !== undefined || data.todo !== undefined;
    const kind = left ? 'skip' : type.slice('test:'.length);
    const { name, file, line, column } = data;
    yield `${JSON.stringify({ type: kind, name, file, line, column, stack: kind === 'fail' ? stackOf(data, errors) : undefined })}\n`;
  }
}

/** Suites and files say nothing that their tests have not said. */
function isOnlyContainer(type, { details }) {
  const failure = details?.error?.failureType;
  if (failure === 'subtestsFailed' || failure === 'cancelledByParent') return true;
  return type === 'test:pass' && details?.type === 'suite';
}

/** A file that could not run says why on its stderr only. */
function stackOf({ details, file, name }, errors) {
  const error = details?.error;
  const said = errors.get(file) ?? errors.get(name);
  if (error?.exitCode !== undefined && said !== undefined) return said;
  const cause = error?.cause ?? error;
  return String(cause?.stack ?? cause?.message ?? cause);
}
