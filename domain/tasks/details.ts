import type { Database } from '../../database/database.ts';
import type { Prisma } from '../../prisma/generated/client.ts';
import type { LargeValues } from './large.ts';
import type { Task } from './task.ts';

/** The fields of a task that are only read on request, since lists are slower for every column. */
export type TaskDetails = Omit<Prisma.TaskGetPayload<object>, keyof Task | keyof LargeValues>;

/** Reads some details of several tasks with one statement, in the order of the ids; null where there is no such task. */
export async function readDetails<F extends keyof TaskDetails>(
  { prisma }: Pick<Database, 'prisma'>,
  ids: readonly number[],
  fields: readonly F[],
): Promise<(Pick<TaskDetails, F> | null)[]> {
  const rows: (Partial<TaskDetails> & { id: number })[] = await prisma.task.findMany({
    where: { id: { in: [...ids] } },
    select: { ...Object.fromEntries(fields.map((field) => [field, true])), id: true },
  });
  const byId = new Map(rows.map((row) => [row.id, row as Pick<TaskDetails, F>]));
  return ids.map((id) => byId.get(id) ?? null);
}
