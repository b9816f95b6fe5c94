import type { Client } from '../../client/index.ts';
import type { Freeze } from '../../contract/freeze.ts';
import type { Attempt } from '../attempt/runStep.ts';
import type { Moment } from './holdLease.ts';

/** A worker's timed right to one attempt, as the server gives it. */
export interface Lease {
  leaseId: string;
  /** Which server gave it; left out in reports from before servers said so. */
  serverId?: string;
  databaseId: number;
  task: string;
  runId: string;
  planHash: string;
  /** When its run was made, by the server's clock. */
  runCreatedAt: string;
  /** The number of the attempt, from 1. */
  number: number;
  holdsForMs: number;
  /** When the worker asked for it. */
  askedAt: Moment;
  /** What the run was given. */
  inputs: Record<string, unknown> | null;
  /** The outputs of each needed step, by its name; null where those of all are more than one answer holds. */
  needs: Record<string, Record<string, string> | null>;
}

/** A task as the answer to a report has it; it says whether the server notifies people of it. */
export type ReportedTask = Extract<
  Awaited<ReturnType<Client['finishAttempt']>>,
  { __typename: 'FinishedAttempt' }
>['task'];

/** A lease as far as its return needs it. */
export type NotedLease = Pick<Lease, 'leaseId' | 'serverId' | 'task' | 'runId' | 'number'>;

/** A task as the answer to the return of its lease has it. */
export type ReturnedTask = Extract<Awaited<ReturnType<Client['returnLease']>>, { __typename: 'Task' }>;

/** What a worker reports to its observer. */
export type WorkerEvent =
  | { type: 'leased'; lease: Lease }
  /** The latest line of a running command, masked. */
  | { type: 'output'; lease: Lease; line: string }
  /** A line by which the command marks a place of the code for GitHub Actions, masked. */
  | { type: 'annotation'; lease: Lease; line: string }
  /** The server has taken the report; the task is as the server has it then. */
  | { type: 'reported'; lease: Lease; task: ReportedTask; attempt: Attempt | null }
  /** The result does not count: the lease had expired. */
  | { type: 'lost'; lease: Lease }
  /** The server understood the report and will never take it. */
  | { type: 'refused'; lease: Lease; why: string }
  /** The report could not be sent before the worker was stopped; the next start sends it. */
  | { type: 'kept'; lease: Lease; why: string; attempt: Attempt | null }
  /** A report that a process before this one had not sent was sent now; it counts if it was reported. */
  | { type: 'pendingReport'; lease: Lease; delivery: 'reported' | 'lost' | 'refused' }
  /** The lease of a worker before this one, which was killed, was given back; the task is as the server has it then. */
  | { type: 'returned'; lease: NotedLease; task: ReturnedTask }
  /** It was not, since something of the attempt may still run: it expires. */
  | { type: 'leftRunning'; lease: NotedLease; survivors: readonly number[] }
  /** The disk does not take reports: they are in memory only. Sent once until it takes them again. */
  | { type: 'journalFault'; why: string }
  /** The server asked it to take no new tasks and to leave. */
  | { type: 'drained' }
  /** The server is frozen: it starts nothing, and the worker waits. Sent once until it is thawed. */
  | { type: 'frozen'; freeze: Freeze }
  | { type: 'thawed' }
  /** The server cannot be reached: reports are saved and retried. Sent once until it is back. */
  | { type: 'away'; why: string }
  | { type: 'back' }
  /** The server takes the key no more; its file is read again. Sent once until it takes one. */
  | { type: 'keyRefused'; why: string }
  | { type: 'keyTaken' };
