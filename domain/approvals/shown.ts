import * as z from 'zod';
import { maxInteger } from '../tasks/input.ts';

/** What somebody has looked at before deciding, as callers say it; what is left out is not compared. */
export const shownInput = z.object({
  /** The head commit of the pull request; empty where none was shown, which fits while none is known. */
  expectedHeadSha: z
    .string()
    .regex(/^([0-9a-f]{40,64})?$/i, {
      error: 'expected the 40 or 64 hexadecimal digits of a commit, or an empty string if none was shown',
    })
    .nullish(),
  /** The link of the task; empty for none. */
  expectedOutputsUri: z.string().max(2000).nullish(),
  /** The approval, by its number. */
  approvalId: z.int().min(1).max(maxInteger).nullish(),
});
export type Shown = z.output<typeof shownInput>;
