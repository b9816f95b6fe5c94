import type { Database } from '../../database/database.ts';

/** What of a task is read only where it is asked for, since lists are slower for every column. */
export interface TaskDetails {
  /** Why it ended as it did, in a few words; null for a plain success. */
  reason: string | null;
  /** What was left out, passed over or held, and why; see `addRemarks`. */
  remarks: string[];
}

/** Reads the details of several tasks with one statement, in the order of the ids. */
export async function readDetails(
  { prisma }: Pick<Database, 'prisma'>,
  ids: readonly number[],
): Promise<TaskDetails[]> {
  const rows = await prisma.task.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, reason: true, remarks: true },
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? { reason: null, remarks: [] });
}
