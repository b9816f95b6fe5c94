import * as z from 'zod';
import { reference, time } from '../../contract/input/text.ts';
import { runStatuses } from '../../contract/words/runStatus.ts';
import { planReference } from '../plans/planKey.ts';

/** So many values of a filter there may be: each is a range of an index. */
const maxValues = 10;

/** Which runs a list holds; several values of one filter mean any of them, several filters mean all of them. */
export const runFilter = z.object({
  statuses: z.array(z.enum(runStatuses)).max(runStatuses.length).optional(),
  projects: z.array(reference(128)).max(maxValues).optional(),
  /** Each by its name, or with its project: `acme/site:nightly`. */
  plans: z.array(planReference).max(maxValues).optional(),
  /** What a step of it demands of workers. */
  labels: z.array(reference(64)).max(maxValues).optional(),
  /** Created at this time or later. */
  since: time.nullish(),
  /** Created before this time. */
  until: time.nullish(),
});
export type RunFilter = z.output<typeof runFilter>;
