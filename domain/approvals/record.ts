import { pipeline, type Readable } from 'node:stream';
import * as z from 'zod';
import type { Database, Queryable } from '../../prisma/database/database.ts';
import { InvalidCursorError } from '../errors.ts';
import { reference } from '../input/text.ts';
import { type Page, type PageArguments, readPage, type Stretch } from '../page.ts';
import { type CellKind, CsvCells } from '../tasks/csvCells.ts';
import { maxInteger, taskFilter } from '../tasks/input.ts';
import type { ViewerKind } from '../viewer.ts';
import type { TaskStatus } from '../vocabulary.ts';
import { type DecisionRecord, decisionOutcomes, recordedActions } from './audit.ts';

/** One attempt to decide, allowed or refused, or what else somebody did, as it is on record. */
export interface Decision extends Required<Pick<DecisionRecord, 'action' | 'outcome' | 'viewer' | 'via'>> {
  /** Its place in the record; later attempts have higher ones. */
  id: number;
  /** Null where it was of no single task. */
  taskId: number | null;
  task: string | null;
  runId: string | null;
  refusal: string | null;
  address: string | null;
  note: string | null;
  /** The head commit of the pull request as it was known then. */
  head: string | null;
  viewerKind: ViewerKind | null;
  /** Of what it was where that is no task. */
  subject: string | null;
  /** Of the pull request, with its host. */
  repository: string | null;
  pullNumber: number | null;
  /** SHA-256 of the link and of the log excerpt as they were then, in hexadecimal. */
  linkSha256: string | null;
  excerptSha256: string | null;
  fromStatus: TaskStatus | null;
  toStatus: TaskStatus | null;
  /** ISO 8601 in UTC. */
  decidedAt: string;
}

/** Which attempts to decide a list holds; several fields mean all of them. */
export const decisionFilter = z.object({
  taskId: z.int().min(1).max(maxInteger).nullish(),
  runId: reference(64).nullish(),
  viewer: reference(128).nullish(),
  actions: z.array(z.enum(recordedActions)).max(recordedActions.length).nullish(),
  outcomes: z.array(z.enum(decisionOutcomes)).max(decisionOutcomes.length).nullish(),
  since: taskFilter.shape.since,
  until: taskFilter.shape.until,
});
export type DecisionFilter = z.output<typeof decisionFilter>;

/** Reads a page of the record of decisions, newest first, with one statement. @throws InvalidCursorError, InvalidInputError */
export async function readDecisionPage(
  db: Queryable,
  filter: DecisionFilter,
  page: PageArguments,
): Promise<Page<Decision>> {
  return readPage<number, Decision>(page, decodeCursor, async (stretch, limit, backward, other) => {
    const values: unknown[] = [];
    const direction = backward ? 'ASC' : 'DESC';
    const also = other ? `, EXISTS (SELECT 1 FROM decisions${where(filter, values, other)}) AS outside` : '';
    const text = `SELECT ${selectDecision}${also} FROM decisions${where(filter, values, stretch)} ORDER BY id ${direction} LIMIT ${limit}`;
    const rows = await db.query<Decision & { outside?: boolean }>({ text, values });
    const edges = rows.map(({ outside: _, ...node }) => ({ node, cursor: encodeCursor(node.id) }));
    return { edges, outside: rows[0]?.outside };
  });
}

/** So many attempts are read with each task; the record itself has all. */
export const maxOfTask = 50;

/** Reads the newest attempts to decide about several tasks with one statement, in the order of the ids. */
export async function readDecisions(db: Queryable, taskIds: readonly number[]): Promise<Decision[][]> {
  const decisions = await db.query<Decision>({
    name: 'decisions_of_tasks',
    text: `SELECT found.* FROM unnest($1::int[]) AS wanted (task), LATERAL (SELECT ${selectDecision} FROM decisions
        WHERE task_id = wanted.task ORDER BY id DESC LIMIT ${maxOfTask}) AS found`,
    values: [taskIds],
  });
  const byTask = Map.groupBy(decisions, ({ taskId }) => taskId);
  return taskIds.map((id) => byTask.get(id) ?? []);
}

/** Counts the attempts to decide that match, at most `bound` of them. */
export async function countDecisions(db: Queryable, filter: DecisionFilter, bound = 10_000): Promise<number> {
  const values: unknown[] = [];
  const text = `SELECT count(*) AS count FROM (SELECT 1 FROM decisions${where(filter, values)} LIMIT ${bound}) counted`;
  const [row] = await db.query<{ count: number }>({ text, values });
  return row?.count ?? 0;
}

/** The columns of the record as CSV, and what their cells hold. */
export const decisionColumns: Readonly<Record<string, CellKind>> = {
  ...{ id: 'plain', decided_at: 'time', task_id: 'plain', task: 'text', run_id: 'text' },
  ...{ action: 'plain', outcome: 'plain', viewer: 'text', via: 'plain', address: 'text' },
  ...{ note: 'text', refusal: 'text', head: 'text', from_status: 'plain', to_status: 'plain' },
  ...{ viewer_kind: 'plain', subject: 'text', repository: 'text', pull_number: 'plain' },
  ...{ link_sha256: 'plain', excerpt_sha256: 'plain' },
};

/** Streams the matching attempts to decide as CSV, newest first; `truncated` says that `limit` cut rows off. */
export async function openDecisionCsv(
  db: Database,
  filter: DecisionFilter,
  limit: number,
): Promise<{ rows: Readable; truncated: boolean }> {
  const values: unknown[] = [];
  const conditions = where(filter, values);
  const more = `SELECT 1 FROM decisions${conditions} OFFSET ${limit} LIMIT 1`;
  const truncated = (await db.query({ text: more, values })).length > 0;
  const names = Object.keys(decisionColumns).join(', ');
  const text = `COPY (SELECT ${names} FROM decisions${conditions} ORDER BY id DESC LIMIT ${limit}) TO STDOUT (FORMAT csv, HEADER)`;
  const rows = pipeline(
    await db.copyOut({ text, values }),
    new CsvCells(Object.values(decisionColumns)),
    () => {
      // Whoever reads the rows hears of a failure from them.
    },
  );
  return { rows, truncated };
}

const selectDecision = `id, task_id AS "taskId", task, run_id AS "runId", action, outcome, refusal, viewer, via, address,
  note, head, from_status AS "fromStatus", to_status AS "toStatus", decided_at AS "decidedAt",
  viewer_kind AS "viewerKind", subject, repository, pull_number AS "pullNumber", link_sha256 AS "linkSha256",
  excerpt_sha256 AS "excerptSha256"`;

/** The WHERE clause of a filter and a stretch, its values added to those of the statement. */
function where(filter: DecisionFilter, values: unknown[], stretch: Stretch<number> = {}): string {
  const { taskId, runId, viewer, actions, outcomes, since, until } = filter;
  const { after, before, inclusive } = stretch;
  const same = inclusive ? '=' : '';
  const conditions = [
    ['task_id = $::int', taskId],
    ['run_id = $::text', runId],
    ['lower(viewer) = lower($::text)', viewer],
    ['action = ANY($::text[])', actions],
    ['outcome = ANY($::text[])', outcomes],
    ['decided_at >= $::timestamptz', since],
    ['decided_at < $::timestamptz', until],
    [`id <${same} $::bigint`, after],
    [`id >${same} $::bigint`, before],
  ] as const;
  const given = conditions.filter(([, value]) => value != null);
  const texts = given.map(([text, value]) => text.replace('$', `$${values.push(value)}`));
  return texts.length === 0 ? '' : ` WHERE ${texts.join(' AND ')}`;
}

function encodeCursor(id: number): string {
  return Buffer.from(JSON.stringify([id])).toString('base64url');
}

function decodeCursor(cursor: string): number {
  const id = /^\[(\d{1,15})\]$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (id === undefined) throw new InvalidCursorError();
  return Number(id);
}
