import * as z from 'zod';
import { ownValue } from '../../contract/ownValue.ts';
import { taskStatuses } from '../../contract/words/taskStatus.ts';
import { maxInteger, ofFailures, type TaskFilter, taskFilter } from '../../domain/tasks/input.ts';
import { searchDays } from '../../domain/tasks/search.ts';
import { notFound } from '../http/problem.ts';

/** A query field of which the last counts when it is repeated; an empty one counts as absent. */
export function single<S extends z.ZodType>(schema: S) {
  return z.preprocess((value) => given(value).at(-1), schema);
}

/** A query field that may be repeated; empty ones count as absent. */
export function repeated<S extends z.ZodType>(schema: S) {
  return z.preprocess((value) => {
    const values = given(value);
    return values.length === 0 ? undefined : values;
  }, schema);
}

function given(value: unknown): unknown[] {
  return [value].flat().filter((one) => one !== undefined && one !== '');
}

/** Longer than the name of any row, so that nothing has it. */
const nowhere = '-'.repeat(129);

/** What documentation says of the values of a schema. */
function described(schema: z.ZodType) {
  const { $schema: _dialect, ...about } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return about;
}

/** A filter whose values come from old bookmarks and pages: one that nothing can have finds nothing, and is no fault. */
export function lenient<S extends z.ZodType>(schema: S): z.ZodType<z.output<S>> {
  return z
    .unknown()
    .transform((value, context) => {
      if (String(value).includes('\0'))
        return fail(context, 'string_nul', 'must not contain a NUL character');
      const { success, data } = schema.safeParse(value);
      return success ? data : (nowhere as z.output<S>);
    })
    .meta(described(schema));
}

/** What an answer has beside the usual, in a query: names, separated by commas. */
export function included<N extends string>(names: readonly [N, ...N[]], description: string) {
  const list = z
    .string()
    .optional()
    .transform((text = '') => text.split(',').filter((name) => name !== ''))
    .pipe(z.array(z.enum(names, `expected ${names.join(' or ')}`)))
    .meta({ type: 'string', description });
  return single(list);
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

function listOf<S extends z.ZodType>(schema: S, max: number) {
  return z.array(lenient(schema)).max(max).optional();
}

/** The filters that a page and its CSV share, by their names in the query. */
export const filterQuery = {
  status: repeated(listOf(filter.statuses.unwrap().element, taskStatuses.length)).meta({
    description: 'One or more statuses.',
  }),
  task: repeated(listOf(filter.tasks.unwrap().element, 50)).meta({
    description: 'One or more task names.',
  }),
  run_id: repeated(listOf(filter.runIds.unwrap().element, 50)).meta({ description: 'One or more runs.' }),
  acknowledged: single(z.enum(['true', 'false']).optional()).meta({
    type: 'string',
    enum: ['true', 'false'],
    description:
      'Only failures that somebody has acknowledged, or only those that nobody has. Implies the status `failed`.',
  }),
  since: single(filter.since).meta({ description: 'Started at this time or later.', format: 'date-time' }),
  until: single(filter.until).meta({ description: 'Started before this time.', format: 'date-time' }),
  text: single(filter.text).meta({
    description: `With this text in the name of the step or run, the reason, the approval note or the link, in small or capital letters alike. Searches the last ${searchDays.default} days without \`since\`, and at most ${searchDays.max} days.`,
  }),
};

/** Gives the domain's filter that a query means. */
export function filterOf(query: z.output<z.ZodObject<typeof filterQuery>>): TaskFilter {
  const { status, task, run_id, acknowledged, since, until, text, ...forgotten } = query;
  // One that is declared above and not handed on here does not compile.
  forgotten satisfies Record<string, never>;
  const acknowledgement = acknowledged === undefined ? {} : { acknowledged: acknowledged === 'true' };
  const filter = { statuses: status, tasks: task, runIds: run_id, since, until, text, ...acknowledgement };
  return ofFailures(filter);
}

const taskNumber = z.string().transform((text, context) => {
  if (!/^[+-]?\d+$/.test(text)) return fail(context, 'int_parsing', 'expected a whole number');
  const id = Number(text);
  if (id >= 0 && id <= maxInteger) return id;
  return fail(context, notFound, 'No task has this ID');
});

/** The number of a task in a path; a whole number that no task can have names one that does not exist. */
export const taskPath = taskPathWith(1);

/** The same for what changes something: the number in the form to try it is of no task. */
export const noTaskPath = taskPathWith(maxInteger);

function taskPathWith(example: number) {
  return z.object({ id: taskNumber.meta({ type: 'integer', example }) });
}
/** The query of a decision; what was shown binds it only in the body, so here it is refused and not passed over. */
export function decisionQuery<S extends z.ZodRawShape>(shape: S) {
  return z.looseObject(shape).superRefine((query, context) => {
    for (const name of ['expected_head_sha', 'approval_id'].filter((shown) => Object.hasOwn(query, shown)))
      context.addIssue({
        code: 'custom',
        path: [name],
        input: ownValue(query, name),
        params: { type: 'extra_forbidden' },
        message: `expected ${name} in the JSON body, not in the query`,
      });
  });
}

function fail(context: z.RefinementCtx, type: string, message: string) {
  context.addIssue({ code: 'custom', message, params: { type } });
  return z.NEVER;
}
