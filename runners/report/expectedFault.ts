/** A fault that a runner foresaw, such as a directory without a package.json: shown as its message alone, never with a stack. */
export class ExpectedFault extends Error {
  override readonly name = 'ExpectedFault';
  /** What to do next, in one sentence. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** A wrong option or argument: the runner shows it with the way to `--help` and ends with exit code 2. */
export class UsageFault extends Error {
  override readonly name = 'UsageFault';
}
