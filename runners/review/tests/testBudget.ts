import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../../report/options.ts';

/** The time that related tests may take all together; once it is over, no further batch is started. */
export interface TestBudget {
  /** As the option said it, such as `2m`. */
  said: string;
  /** Milliseconds that are left; infinite without a budget. */
  left(): number;
}

/** Starts the clock of a budget in milliseconds. */
export function startBudget(milliseconds: number): TestBudget {
  const end = performance.now() + milliseconds;
  return { said: sayLimit(milliseconds), left: () => end - performance.now() };
}

/** Parses the option of a budget: a duration, or `0` or `none` for no budget at all. */
export function parseBudget(text: string): number {
  if (text === 'none' || /^0(ms|s|m|h)?$/.test(text)) return Number.POSITIVE_INFINITY;
  try {
    return parseDuration(text);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new InvalidArgumentError(`${error.message} Without a budget: 0 or none.`);
  }
}

/** Writes a limit the way the options take it: `90s`, `2m`, `1500ms`. */
export function sayLimit(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return 'none';
  if (milliseconds % 60_000 === 0) return `${milliseconds / 60_000}m`;
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}
