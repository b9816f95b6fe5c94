import type { Run } from '../../domain/runs/run.ts';
import type { Context } from '../context.ts';

/** Reads the run that a mutation has changed. */
export async function readChangedRun({ loadRun }: Context, runId: string): Promise<Run> {
  const run = await loadRun(runId);
  if (run) return run;
  throw new Error(`Run ${runId} was deleted after it was changed.`);
}
