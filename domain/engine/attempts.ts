import type { Database } from '../../database/database.ts';
import type { Prisma } from '../../prisma/generated/client.ts';

/** What is not read of an attempt: excerpts, which are read where they are asked for, and what the engine alone needs. */
const unread = {
  requestId: true,
  logExcerpt: true,
  reportHash: true,
  origin: true,
  repo: true,
} as const satisfies Prisma.AttemptOmit;

/** One try at a task. */
export type Attempt = Prisma.AttemptGetPayload<{ omit: typeof unread }>;

/** Reads the attempts of several tasks with one statement, in the order of the ids; of each the first comes first. */
export async function readAttempts(
  { prisma }: Pick<Database, 'prisma'>,
  taskIds: readonly number[],
): Promise<Attempt[][]> {
  const attempts = await prisma.attempt.findMany({
    where: { taskId: { in: [...taskIds] } },
    orderBy: [{ taskId: 'asc' }, { number: 'asc' }],
    omit: unread,
  });
  const byTask = Map.groupBy(attempts, ({ taskId }) => taskId);
  return taskIds.map((id) => byTask.get(id) ?? []);
}

/** Reads several attempts by their tasks and numbers, with one statement, in the order given; null where there is none. */
export async function findAttempts(
  { prisma }: Pick<Database, 'prisma'>,
  keys: readonly Pick<Attempt, 'taskId' | 'number'>[],
): Promise<(Attempt | null)[]> {
  const attempts = await prisma.attempt.findMany({
    where: { OR: keys.map(({ taskId, number }) => ({ taskId, number })) },
    omit: unread,
  });
  return keys.map(
    (key) => attempts.find(({ taskId, number }) => taskId === key.taskId && number === key.number) ?? null,
  );
}

/** Reads several attempts by their leases, with one statement, those that began first first. */
export async function findLeases(
  { prisma }: Pick<Database, 'prisma'>,
  leaseIds: readonly string[],
): Promise<Attempt[]> {
  if (leaseIds.length === 0) return [];
  return prisma.attempt.findMany({
    where: { leaseId: { in: [...leaseIds] } },
    orderBy: [{ startedAt: 'asc' }, { leaseId: 'asc' }],
    omit: unread,
  });
}
