import { ApiError, type Client, RefusedError, taskOf } from '../../client/index.ts';
import type { TaskChanges } from './entry.ts';
import type { ReportTarget } from './reporter.ts';
import { RefusedReport } from './sendQueue.ts';

/** Sends reports with the typed client, and tells refusals that last from faults that may pass. */
export function reportThrough(client: Client): ReportTarget {
  return {
    async createTask(input, idempotencyKey) {
      const task = await lastingly(() => client.createTask({ ...input, idempotencyKey }).then(taskOf));
      return { taskId: task.id };
    },
    async updateTask(id, changes) {
      try {
        await client.updateTask({ id, ...changes }).then(taskOf);
      } catch (error) {
        if (await wasTakenBefore(client, id, changes, error)) return;
        throw asLasting(error);
      }
    },
  };
}

/**
 * A report whose answer was lost comes again, maybe after a human has decided: then the record has our end and a
 * decision, and nothing is left to do.
 */
async function wasTakenBefore(
  client: Client,
  id: string,
  { status, finishedAt }: TaskChanges,
  error: unknown,
): Promise<boolean> {
  if (!(error instanceof RefusedError) || status !== 'AWAITING_APPROVAL' || finishedAt === undefined)
    return false;
  const task = await client.task({ id });
  const decided = task?.approvalState != null && task.approvalState !== 'PENDING';
  return decided && task.finishedAt != null && Date.parse(task.finishedAt) === Date.parse(finishedAt);
}

async function lastingly<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw asLasting(error);
  }
}

/** What the server understood and refuses stays refused; a wrong key or address may be put right. */
function asLasting(error: unknown): unknown {
  if (error instanceof RefusedError) return new RefusedReport(error.message, { cause: error });
  if (error instanceof ApiError && lasting.has(error.code))
    return new RefusedReport(error.message, { cause: error });
  return error;
}

const lasting = new Set(['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED', 'PAYLOAD_TOO_LARGE']);
