/** An error that the user can fix, such as a directory without a package.json: its message is shown, without a stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** What to do next, in one sentence. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** A wrong option or argument: the runner points to `--help` and exits with code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
