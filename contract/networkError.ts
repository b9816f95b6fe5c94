/** Says what happened to a request: the deepest cause does, of several addresses the first. `fetch failed` alone does not. */
export function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) return networkReason(error.errors[0]);
  if (error.cause instanceof Error) return networkReason(error.cause);
  return error.message || (codeIn(error) ?? error.name);
}

/** Says that something could not be reached, with the code of the error: its text may hold the address, which may be a secret. */
export function unreachable(error: unknown): string {
  const codes: string[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = codeIn(cause);
    if (code !== undefined) codes.push(code);
  }
  const deepest = codes.at(-1);
  return deepest === undefined ? 'could not be reached' : `could not be reached (${deepest})`;
}

function codeIn(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
