import * as z from 'zod';
import { headSha, maxInteger } from '../tasks/input.ts';

/** What somebody has looked at before deciding, as callers say it; what is left out is not compared. */
export const shownInput = z.object({
  /** The head commit of the pull request. */
  expectedHeadSha: headSha.nullish(),
  /** The link of the task; empty for none. */
  expectedOutputsUri: z.string().max(2000).nullish(),
  /** The approval, by its number. */
  approvalId: z.int().min(1).max(maxInteger).nullish(),
});
export type Shown = z.output<typeof shownInput>;
