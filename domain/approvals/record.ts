import * as z from 'zod';
import { reference } from '../../contract/input/text.ts';
import { identityKey } from '../../contract/people/identityKey.ts';
import { decisionOutcomes, recordedActions } from '../../contract/words/decisions.ts';
import type { TaskStatus } from '../../contract/words/taskStatus.ts';
import type { Proof, ViewerKind } from '../../contract/words/viewers.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { DecisionRecord } from '../audit/audit.ts';
import { subjectShown } from '../audit/subjects.ts';
import { readCursor, writeCursor } from '../input/cursor.ts';
import { type Page, type PageArguments, type Range, readPage } from '../input/page.ts';
import { maxInteger, taskFilter } from '../tasks/input.ts';

/** One attempt to decide, allowed or refused, or what else somebody did, as it is on record. */
export interface Decision extends Required<Pick<DecisionRecord, 'action' | 'outcome' | 'viewer' | 'via'>> {
  /** Its position in the audit log; later entries have higher numbers. */
  id: number;
  /** Null where it was of no single task. */
  taskId: number | null;
  task: string | null;
  runId: string | null;
  refusal: string | null;
  address: string | null;
  note: string | null;
  /** The head commit of the pull request at that time. */
  head: string | null;
  viewerKind: ViewerKind | null;
  /** The person for whom a delegate decided. */
  actingFor: string | null;
  /** Of what it was where that is no task. */
  subject: string | null;
  /** Of the pull request, with its host. */
  repository: string | null;
  pullNumber: number | null;
  /** SHA-256 of the link and of the log excerpt as they were then, in hexadecimal. */
  linkSha256: string | null;
  excerptSha256: string | null;
  /** By what the viewer proved its identity, and its groups then. */
  proof: Proof | null;
  groups: string[];
  /** The policy that it was judged by. */
  policy: unknown;
  /** The content of the plan of its run. */
  planHash: string | null;
  /** The number of the person who did it, and of the account or address by which that was known. */
  person: number | null;
  principalId: number | null;
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
    const also = other
      ? `, EXISTS (SELECT 1 FROM ${inOrder(filter, values, other, { limit: 1 })}) AS outside`
      : '';
    const from = inOrder(filter, values, stretch, { direction, limit });
    const text = `SELECT ${selectDecision}${also} FROM ${from}`;
    const rows = await db.query<Decision & { outside?: boolean }>({ text, values });
    const edges = rows.map(({ outside: _, ...node }) => ({ node, cursor: encodeCursor(node.id) }));
    return { edges, outside: rows[0]?.outside };
  });
}

/**
 * The FROM of a page of the record. With actions or outcomes each pair of them is a list of its own, one range of the index
 * that has its order, of which a page is read: among all, what is rare would be looked for in everything.
 */
export function inOrder(
  filter: DecisionFilter,
  values: unknown[],
  stretch: Range<number>,
  { direction = 'DESC', limit }: { direction?: 'ASC' | 'DESC'; limit: number },
): string {
  const { actions, outcomes, ...rest } = filter;
  const end = `ORDER BY id ${direction} LIMIT ${limit}`;
  if (actions == null && outcomes == null) {
    const { viewer, ...others } = rest;
    if (viewer == null) return `decisions${where(rest, values, stretch)} ${end}`;
    const names = namesOf(`$${values.push(identityKey(viewer))}::text`);
    return `(${names}) AS viewers (name) CROSS JOIN LATERAL (SELECT * FROM decisions${where(others, values, stretch, ['ascii_key(viewer) = viewers.name'])}
    ${end}) decisions ${end}`;
  }
  const list = (wanted: readonly string[]) => `unnest($${values.push([...new Set(wanted)])}::text[])`;
  const lists = `${list(actions ?? recordedActions)} AS actions (action) CROSS JOIN ${list(outcomes ?? decisionOutcomes)} AS outcomes (outcome)`;
  const { after = maxId, before = -1, inclusive } = stretch;
  // By rows, not by equal values: then no other index seems to have the order.
  const place = (operator: string, id: number) =>
    `(action, outcome, id) ${operator}${inclusive ? '=' : ''} (actions.action, outcomes.outcome, $${values.push(id)}::bigint)`;
  const range = [place('<', after), place('>', before)];
  return `${lists} CROSS JOIN LATERAL (SELECT * FROM decisions${where(rest, values, {}, range)}
    ORDER BY action ${direction}, outcome ${direction}, id ${direction} LIMIT ${limit}) decisions ${end}`;
}

/** By what the record knows somebody: a person by its number, by the key of whichever of its addresses is given. */
function namesOf(key: string): string {
  return `SELECT ${key} UNION SELECT 'person:' || id FROM people WHERE identity_key = ${key}
    UNION SELECT 'person:' || other.id FROM people JOIN people other ON other.merged_into = people.id
      WHERE people.identity_key = ${key}
    UNION SELECT 'person:' || person_id FROM principals
      WHERE kind IN ('mail', 'proxy') AND issuer = '' AND identity_key = ${key} AND person_id IS NOT NULL`;
}

/** Above every place in the record. */
const maxId = Number.MAX_SAFE_INTEGER;

/** How many entries of the audit log are read with each task. */
export const maxOfTask = 50;

/** Reads the newest attempts to decide about several tasks with one statement, in the order of the ids. */
export async function readDecisions(db: Queryable, taskIds: readonly number[]): Promise<Decision[][]> {
  const decisions = await db.query(decisionsOfTasks(taskIds));
  const byTask = Map.groupBy(decisions, ({ taskId }) => taskId);
  return taskIds.map((id) => byTask.get(id) ?? []);
}

/** Reads several attempts to decide by their places in the record, with one statement, in the order given; null where there is none. */
export async function findDecisions(db: Queryable, ids: readonly number[]): Promise<(Decision | null)[]> {
  const decisions = await db.query(decisionsByIds(ids));
  const byId = new Map(decisions.map((decision) => [decision.id, decision]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** Counts the attempts to decide that match, at most `bound` of them. */
export async function countDecisions(db: Queryable, filter: DecisionFilter, bound = 10_000): Promise<number> {
  const values: unknown[] = [];
  const text = `SELECT count(*) AS count FROM (SELECT 1 FROM ${inOrder(filter, values, {}, { limit: bound })}) counted`;
  const [row] = await db.query<{ count: number }>({ text, values });
  return row?.count ?? 0;
}

/** Who did it: a number is that of a person only where a person did. */
export const viewerShown = `CASE WHEN decisions.viewer_kind = 'person' THEN viewer_name(decisions.viewer) ELSE decisions.viewer END`;

/** A text in which the record holds a number for who did it. */
export const refusalText = `replace(refusal, decisions.viewer, ${viewerShown})`;

const selectDecision = `decisions.id, task_id AS "taskId", task, run_id AS "runId", decisions.action, decisions.outcome, ${refusalText} AS refusal,
  ${viewerShown} AS viewer, via, address, note, head, from_status AS "fromStatus", to_status AS "toStatus", decided_at AS "decidedAt",
  viewer_kind AS "viewerKind", viewer_name(acting_for) AS "actingFor", ${subjectShown} AS subject, repository, pull_number AS "pullNumber", link_sha256 AS "linkSha256",
  excerpt_sha256 AS "excerptSha256", proof, groups, policy, plan_hash AS "planHash",
  CASE WHEN decisions.viewer_kind = 'person' THEN substring(decisions.viewer FROM '^person:([0-9]{1,9})$')::int END AS person, principal_id AS "principalId"`;

const decisionRow = {
  id: col.int,
  taskId: col.int.orNull,
  task: col.text.orNull,
  runId: col.text.orNull,
  action: col.word<DecisionRecord['action']>(),
  outcome: col.word<DecisionRecord['outcome']>(),
  refusal: col.text.orNull,
  viewer: col.text,
  via: col.word<DecisionRecord['via']>(),
  address: col.text.orNull,
  note: col.text.orNull,
  head: col.text.orNull,
  fromStatus: col.word<TaskStatus>().orNull,
  toStatus: col.word<TaskStatus>().orNull,
  decidedAt: col.time,
  viewerKind: col.word<ViewerKind>().orNull,
  actingFor: col.text.orNull,
  subject: col.text.orNull,
  repository: col.text.orNull,
  pullNumber: col.int.orNull,
  linkSha256: col.text.orNull,
  excerptSha256: col.text.orNull,
  proof: col.word<Proof>().orNull,
  groups: col.list(col.text),
  policy: col.json<unknown>().orNull,
  planHash: col.text.orNull,
  person: col.int.orNull,
  principalId: col.int.orNull,
};

const decisionsOfTasks = statement({
  name: 'decisions_of_tasks',
  text: `SELECT found.* FROM unnest($1::int[]) AS wanted (task), LATERAL (SELECT ${selectDecision} FROM decisions
        WHERE task_id = wanted.task ORDER BY id DESC LIMIT ${maxOfTask}) AS found`,
  row: decisionRow,
});

const decisionsByIds = statement({
  name: 'decisions_by_ids',
  text: `SELECT ${selectDecision} FROM decisions WHERE id = ANY($1::bigint[])`,
  row: decisionRow,
});

/** The WHERE clause of a filter and a stretch, its values added to those of the statement. */
function where(
  filter: DecisionFilter,
  values: unknown[],
  stretch: Range<number> = {},
  also: readonly string[] = [],
): string {
  const { taskId, runId, viewer, actions, outcomes, since, until } = filter;
  const { after, before, inclusive } = stretch;
  const same = inclusive ? '=' : '';
  const conditions = [
    ['task_id = $::int', taskId],
    ['run_id = $::text', runId],
    [`ascii_key(viewer) = ANY(ARRAY(${namesOf('$::text')}))`, viewer == null ? viewer : identityKey(viewer)],
    ['action = ANY($::text[])', actions],
    ['outcome = ANY($::text[])', outcomes],
    ['decided_at >= $::timestamptz', since],
    ['decided_at < $::timestamptz', until],
    [`id <${same} $::bigint`, after],
    [`id >${same} $::bigint`, before],
  ] as const;
  const given = conditions.filter(([, value]) => value != null);
  const texts = [
    ...also,
    ...given.map(([text, value]) => {
      const place = `$${values.push(value)}`;
      return text.replaceAll('$', () => place);
    }),
  ];
  return texts.length === 0 ? '' : ` WHERE ${texts.join(' AND ')}`;
}

function encodeCursor(id: number): string {
  return writeCursor(JSON.stringify([id]));
}

function decodeCursor(cursor: string): number {
  return readCursor(cursor, (value) => {
    const [id, ...more] = Array.isArray(value) ? value : [];
    return more.length === 0 && Number.isSafeInteger(id) && id >= 0 && id < 1e15 ? Number(id) : undefined;
  });
}
