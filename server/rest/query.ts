import * as z from 'zod';
import { ownValue } from '../../contract/ownValue.ts';
import { maxInteger, taskFilter } from '../../domain/tasks/input.ts';
import { notFound } from './problem.ts';

/** A query field of which the last counts when it is repeated. */
export function single<S extends z.ZodType>(schema: S) {
  return z.preprocess((value) => (Array.isArray(value) ? value.at(-1) : value), schema);
}

/** A query field that may be repeated. */
export function repeated<S extends z.ZodType>(schema: S) {
  return z.preprocess((value) => (value === undefined || Array.isArray(value) ? value : [value]), schema);
}

/** A whole number in a query. */
export function wholeNumber(min: number, max: number, fallback: number) {
  const number = z
    .string()
    .transform((text, context) => {
      if (!/^[+-]?\d{1,15}$/.test(text)) return fail(context, 'int_parsing', `expected a whole number`);
      const value = Number(text);
      if (value < min) return fail(context, 'greater_than_equal', `expected ${min} or more`);
      if (value > max) return fail(context, 'less_than_equal', `expected ${max} or less`);
      return value;
    })
    .optional()
    .transform((value) => value ?? fallback)
    .meta({ type: 'integer', minimum: min, maximum: max, description: `Default: ${fallback}.` });
  return single(number);
}

const filter = taskFilter.shape;

/** The filters that a page and its CSV share. */
export const filterQuery = {
  status: repeated(filter.statuses).meta({ description: 'One or several statuses.' }),
  task: repeated(filter.tasks).meta({ description: 'One or several names of tasks.' }),
  run_id: repeated(filter.runIds).meta({ description: 'One or several runs.' }),
  since: single(filter.since).meta({ description: 'Started at this time or later.', format: 'date-time' }),
};

/** The number of a task in a path; a whole number that no task can have names one that does not exist. */
export const taskPath = z.object({
  id: z
    .string()
    .transform((text, context) => {
      if (!/^[+-]?\d+$/.test(text)) return fail(context, 'int_parsing', 'expected a whole number');
      const id = Number(text);
      if (id >= 0 && id <= maxInteger) return id;
      return fail(context, notFound, 'No task has this number');
    })
    .meta({ type: 'integer' }),
});

/** The query of a decision; what was shown binds it only in the body, so here it is refused and not passed over. */
export function decisionQuery<S extends z.ZodRawShape>(shape: S) {
  return z.looseObject(shape).superRefine((query, context) => {
    for (const name of ['expected_head_sha', 'approval_id'].filter((shown) => Object.hasOwn(query, shown)))
      context.addIssue({
        ...{
          code: 'custom',
          path: [name],
          input: ownValue(query, name),
          params: { type: 'extra_forbidden' },
        },
        message: `expected ${name} in the JSON body, not in the query`,
      });
  });
}

function fail(context: z.RefinementCtx, type: string, message: string) {
  context.addIssue({ code: 'custom', message, params: { type } });
  return z.NEVER;
}
