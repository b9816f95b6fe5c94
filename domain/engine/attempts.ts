import type { Database } from '../../database/database.ts';
import type { Prisma } from '../../prisma/generated/client.ts';

/** What is read of an attempt; excerpts only where they are asked for. */
const attemptFields = {
  ...{ leaseId: true, taskId: true, number: true, worker: true, startedAt: true, finishedAt: true },
  ...{
    endedBy: true,
    exitCode: true,
    signal: true,
    durationMs: true,
    outputsUri: true,
    leaseExpiresAt: true,
  },
} as const satisfies Prisma.AttemptSelect;

/** One try at a task. */
export type Attempt = Prisma.AttemptGetPayload<{ select: typeof attemptFields }>;

/** Reads the attempts of several tasks with one statement, in the order of the ids; of each the first comes first. */
export async function readAttempts(
  { prisma }: Pick<Database, 'prisma'>,
  taskIds: readonly number[],
): Promise<Attempt[][]> {
  const attempts = await prisma.attempt.findMany({
    where: { taskId: { in: [...taskIds] } },
    orderBy: [{ taskId: 'asc' }, { number: 'asc' }],
    select: attemptFields,
  });
  const byTask = Map.groupBy(attempts, ({ taskId }) => taskId);
  return taskIds.map((id) => byTask.get(id) ?? []);
}

/** Reads several attempts by their tasks and numbers, with one statement, in that order; null where there is none. */
export async function findAttempts(
  { prisma }: Pick<Database, 'prisma'>,
  keys: readonly Pick<Attempt, 'taskId' | 'number'>[],
): Promise<(Attempt | null)[]> {
  const attempts = await prisma.attempt.findMany({
    where: { OR: keys.map(({ taskId, number }) => ({ taskId, number })) },
    select: attemptFields,
  });
  return keys.map(
    (key) => attempts.find(({ taskId, number }) => taskId === key.taskId && number === key.number) ?? null,
  );
}
