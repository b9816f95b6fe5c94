import * as z from 'zod';
import { notifyWhens } from '../words/notifications.ts';
import { fallbacksOf, fileObject, knownObject, option } from './option.ts';
import { oneOf } from './values.ts';

type When = (typeof notifyWhens)[number];

function news<N extends string>(name: N, fallback: When, text: string) {
  const known = z.enum(notifyWhens).optional().describe(`${text} Default ${fallback}.`);
  return option({
    file: oneOf(notifyWhens).optional(),
    fallback,
    text,
    known: { [name]: known } as Record<N, typeof known>,
  });
}

/** What you can be notified of about the runs of a plan. */
export const notifyOptions = {
  failure: news('failure', 'now', 'A step failed that did not fail in the run before.'),
  repeat: news('repeat', 'digest', 'A step failed again.'),
  recovery: news('recovery', 'now', 'A step succeeded that had failed in the run before.'),
  summary: news('summary', 'now', 'A run has nothing left to do: the outcome of each task.'),
  unclaimed: news('unclaimed', 'now', 'No worker asks for a task that is ready.'),
  schedule: news('schedule', 'now', 'A scheduled run was skipped, missed or failed.'),
};

/** What the server notifies you of about a plan's runs, and when, as set in the plan file. */
export const notifyFile = fileObject(notifyOptions);

/** The same as the server knows it; what is left out has its default in `notifyDefaults`. */
export const notifyRules = knownObject(notifyOptions);
/** Rules with every default filled in. */
export type NotifyRules = Required<z.output<typeof notifyRules>>;

/** What a plan gets that says nothing of it. */
export const notifyDefaults = fallbacksOf(notifyOptions) as NotifyRules;
