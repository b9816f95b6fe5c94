import * as z from 'zod';
import { notifyWhens } from '../../contract/words/notifications.ts';

const notifyWhen = z.enum(notifyWhens, 'expected "now", "digest" or "never"').optional();

/** What of a plan's runs is told by the server's channels, and when. */
export const notifySchema = z.strictObject({
  /** A step failed that did not fail in the run before. @default 'now' */
  failure: notifyWhen,
  /** A step failed again. @default 'digest' */
  repeat: notifyWhen,
  /** A step succeeded that had failed in the run before. @default 'now' */
  recovery: notifyWhen,
  /** Nothing of a run is left to do: what came of each task. @default 'now' */
  summary: notifyWhen,
  /** No worker asks for a task that could be taken. @default 'now' */
  unclaimed: notifyWhen,
  /** A due time was skipped, missed or failed. @default 'now' */
  schedule: notifyWhen,
});
