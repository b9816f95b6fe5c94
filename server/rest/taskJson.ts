import * as z from 'zod';
import { ownValue } from '../../contract/ownValue.ts';
import { approvalStates } from '../../contract/words/approvals.ts';
import { taskStatuses } from '../../contract/words/taskStatus.ts';
import { type Task, taskColumns } from '../../domain/tasks/task.ts';

/** Writes a task as the REST contract has it: snake_case, always all fields. */
export function writeTask(task: Task): string {
  return `{"id":${task.id},"task":${JSON.stringify(task.task)},"run_id":${JSON.stringify(task.runId)},"status":"${
    task.status
  }","started_at":${time(task.startedAt)},"finished_at":${time(task.finishedAt)},"duration_ms":${
    task.durationMs
  },"inputs":${json(task.inputs)},"outputs_uri":${json(task.outputsUri)},"log_excerpt":${json(
    task.logExcerpt,
  )},"approval_state":${json(task.approvalState)},"approver":${json(task.approver)},"approval_note":${json(
    task.approvalNote,
  )},"webhook_notified_at":${time(task.webhookNotifiedAt)}}`;
}

function time(value: string | null): string {
  return value === null ? 'null' : `"${value}"`;
}

function json(value: unknown): string {
  return value === null ? 'null' : JSON.stringify(value);
}

/** Gives an object schema of the domain the snake_case names of REST; what it reads has the domain's names again. */
export function snakeCase<S extends z.ZodRawShape>(schema: z.ZodObject<S>) {
  const names = Object.keys(schema.shape).map((property) => [property, snakeName(property)] as const);
  const shape = Object.fromEntries(names.map(([property, name]) => [name, ownValue(schema.shape, property)]));
  return z.object(shape as SnakeShape<S>).transform((given) => {
    const sent: Record<string, unknown> = given;
    const present = names.filter(([, name]) => Object.hasOwn(sent, name));
    return Object.fromEntries(
      present.map(([property, name]) => [property, ownValue(sent, name)]),
    ) as z.output<z.ZodObject<S>>;
  });
}

function snakeName(property: string): string {
  return ownValue(restNames, property) ?? property;
}

const restNames = {
  ...taskColumns,
  expectedHeadSha: 'expected_head_sha',
  approvalId: 'approval_id',
} as const;

type SnakeShape<S extends z.ZodRawShape> = {
  [K in keyof S as K extends keyof typeof restNames ? (typeof restNames)[K] : K]: S[K];
};

const moment = z
  .string()
  .nullable()
  .meta({ format: 'date-time', examples: ['2025-01-15T02:30:00Z'] });

/** What `writeTask` writes, for the API's description. */
export const taskJson = z
  .object({
    id: z.int().meta({ examples: [1] }),
    task: z.string().meta({ examples: ['seo.validate'] }),
    run_id: z.string().meta({ examples: ['nightly-2025-01-15'] }),
    status: z.enum(taskStatuses),
    started_at: moment,
    finished_at: moment,
    duration_ms: z
      .int()
      .nullable()
      .meta({ description: 'Run time of the command, without the wait for an approval.' }),
    inputs: z.record(z.string(), z.unknown()).nullable(),
    outputs_uri: z.string().nullable(),
    log_excerpt: z.string().nullable(),
    approval_state: z.enum(approvalStates).nullable(),
    approver: z.string().nullable(),
    approval_note: z.string().nullable(),
    webhook_notified_at: moment,
  })
  .meta({ id: 'Task', description: 'One step inside one run.' });
