import { isFullForm } from './form.ts';

/**
 * Options for the processes of tests. What V8 spends on making the code of the embedded database faster does not pay off
 * in the seconds for which a test has one; the full form runs it as users do.
 */
export const v8Options: string[] = isFullForm ? [] : ['--liftoff-only'];
