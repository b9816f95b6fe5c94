import * as z from 'zod';
import { name, reference } from '../../contract/input/text.ts';
import type { Bounds } from '../input/viewer.ts';
import { planSource } from '../plans/planSource.ts';
import { workerAbout } from './workerAbout.ts';

/** So many contents of plans, and runs, a worker names at most, and so many labels: more than one of them has. */
const maxPlans = 1000;

const maxLabels = 1000;

/** What a worker asks for. */
export const leaseTaskInput = z
  .object({
    /** The worker's name, for the record. */
    worker: name(128),
    /** Made by the worker for each request, so that one whose answer was lost gets the same lease again. */
    requestId: z.uuid(),
    /** The contents of the plans whose steps the worker can run. */
    planHashes: z
      .array(z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in hexadecimal'))
      .max(maxPlans)
      .default([]),
    /** The runs that this worker alone runs. */
    runIds: z.array(reference(64)).max(maxPlans).default([]),
    labels: z.array(name(32)).max(maxLabels).default([]),
    /** Milliseconds since the worker started. Tells a drained worker from its successor. */
    upMs: z.int().min(0).optional(),
    /** What the worker says of itself. */
    about: workerAbout.optional(),
    /** Where the plans and runs come from. */
    sources: z
      .array(planSource)
      .max(2 * maxPlans)
      .optional(),
  })
  .refine(({ planHashes, runIds }) => planHashes.length + runIds.length > 0, {
    error: 'expected at least one of planHashes and runIds, got none',
  });

export interface LeaseTaskInput extends z.output<typeof leaseTaskInput> {
  /** What it may get at most, as `wishWithin` has bounded it. @default whatever it asks for */
  within?: Bounds | undefined;
}

/** A worker's timed right to one attempt, and what it needs to make it. */
export interface Lease {
  leaseId: string;
  /** Which server gave it: the id of its database. */
  serverId: string;
  taskId: number;
  task: string;
  runId: string;
  planHash: string;
  /** When its run was made, by the database's clock. */
  runCreatedAt: string;
  /** The number of the attempt, from 1. */
  number: number;
  /** When the lease expires, by the database's clock. */
  expiresAt: string;
  /** Milliseconds that the lease still holds, for workers whose clock differs. */
  holdsForMs: number;
  /** What the run was given. */
  inputs: Record<string, unknown> | null;
  /** The outputs of each needed task, by its name; null where those of all would be more than one answer holds. */
  needs: Record<string, Record<string, string> | null>;
}
