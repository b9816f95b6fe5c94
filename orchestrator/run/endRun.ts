import { ApiUnreachableError, type Client, type Task } from '../../client/index.ts';
import type { RunFollower } from './followRun.ts';
import { readTasks } from './followRun.ts';
import { resultOf, type StepResult, unreportedResult } from './result.ts';

/** Milliseconds that the end of a run waits for each answer of the server. */
const limitMs = 30_000;

/**
 * Ends a run on the server: after an interruption what has not begun is cancelled, and what waits for an approval is
 * left to any worker. Gives the outcome of each step, as far as the server can be reached.
 */
export async function endRun(
  client: Client,
  runId: string,
  follower: RunFollower,
  interruptedBy: string | null,
  note: (level: 'warn' | 'error', text: string) => void,
): Promise<StepResult[]> {
  const { steps, attempts } = follower;
  try {
    if (interruptedBy !== null) await client.cancelRun(runId, `ended by ${interruptedBy}`, limited());
    const tasks = await readTasks(client, runId, limited().signal);
    follower.tell(tasks);
    const failed = tasks.filter(({ status, task }) => status === 'FAILED' && !attempts.has(task));
    const excerpts = await readExcerpts(client, failed);
    // Without this the server gives the run up after a while.
    await client.leaveRun(runId, limited()).catch(() => undefined);
    const taskOf = new Map(tasks.map((task) => [task.task, task]));
    return steps.map((step) => {
      const { task: name } = step;
      const task = taskOf.get(name);
      if (task === undefined) return unreportedResult(step, attempts.get(name));
      return resultOf(task, attempts.get(name)?.attempt, excerpts.get(name));
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const isAway = error instanceof ApiUnreachableError || (error as Error).name === 'TimeoutError';
    note(isAway ? 'warn' : 'error', `Could not read the outcome of the run: ${why}`);
    return steps.map((step) => unreportedResult(step, attempts.get(step.task)));
  }
}

function limited(): { signal: AbortSignal } {
  return { signal: AbortSignal.timeout(limitMs) };
}

async function readExcerpts(client: Client, tasks: readonly Task[]): Promise<Map<string, string>> {
  const excerpts = new Map<string, string>();
  for (const { id, task } of tasks.slice(0, 20)) {
    const whole = await client.task({ id }, limited());
    if (whole?.logExcerpt) excerpts.set(task, whole.logExcerpt);
  }
  return excerpts;
}
