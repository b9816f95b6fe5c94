import * as z from 'zod';
import { reference } from '../../contract/input/text.ts';
import { runStatuses } from '../../contract/words/runStatus.ts';
import { type TaskStatus, taskStatuses } from '../../contract/words/taskStatus.ts';
import { NotFoundError } from '../../domain/input/errors.ts';
import type { Viewer } from '../../domain/input/viewer.ts';
import { mayReadInputs } from '../../domain/runs/own.ts';
import { findRun } from '../../domain/runs/read.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { Store } from '../../domain/store.ts';

/** Reads a run and writes it in snake_case, its inputs for who may see them. @throws NotFoundError */
export async function readRunJson({ db }: Store, runId: string, viewer: Viewer): Promise<string> {
  const run = await findRun(db, runId);
  if (run === null) throw new NotFoundError('Run', runId);
  return writeRun(mayReadInputs(viewer, run) ? run : { ...run, inputs: null });
}

/** Writes a run in snake_case; one of a list has no inputs. */
export function writeRun(run: Run): string {
  return JSON.stringify({
    run_id: run.runId,
    plan: run.plan,
    project: run.project,
    inputs: run.inputs,
    started_by: run.startedBy,
    status: run.status,
    created_at: run.createdAt,
    started_at: run.startedAt,
    finished_at: run.finishedAt,
    duration_ms: run.durationMs,
    counts: Object.fromEntries(taskStatuses.map((status) => [status, run.counts[status] ?? 0])),
  });
}

const moment = z
  .string()
  .nullable()
  .meta({ format: 'date-time', examples: ['2025-01-15T02:30:00Z'] });

/** What `readRunJson` writes, for the API's description. */
export const runJson = z
  .object({
    run_id: z.string().meta({ examples: ['nightly-2025-01-15'] }),
    plan: z
      .string()
      .nullable()
      .meta({ examples: ['nightly'] }),
    project: z
      .string()
      .nullable()
      .meta({ examples: ['acme/site'] }),
    inputs: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'What it was given; null without the `read` scope unless you started it.' }),
    started_by: z.string().nullable(),
    status: z.enum(runStatuses).meta({ description: 'What its tasks amount to.' }),
    created_at: moment,
    started_at: moment,
    finished_at: moment,
    duration_ms: z.int().nullable(),
    counts: z.object(
      Object.fromEntries(taskStatuses.map((status) => [status, z.int()])) as Record<TaskStatus, z.ZodInt>,
    ),
  })
  .meta({ id: 'Run', description: 'One execution of a plan, with the number of its tasks in each status.' });

/** What a list of runs holds. */
export const listedRunJson = runJson
  .omit({ inputs: true })
  .meta({ id: 'ListedRun', description: 'A run without its inputs.' });

/** The id of a run in a path. */
export const runPath = z.object({ run_id: reference(64).meta({ example: 'nightly-2025-01-15' }) });

/** The same for what changes something: the id in the form to try it is of no run. */
export const noRunPath = z.object({ run_id: reference(64).meta({ example: 'no-such-run' }) });
