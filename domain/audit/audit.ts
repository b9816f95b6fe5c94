import { composedName, identityKey } from '../../contract/people/identityKey.ts';
import type { DecisionOutcome, DecisionVia, RecordedAction } from '../../contract/words/decisions.ts';
import type { TaskStatus } from '../../contract/words/taskStatus.ts';
import type { Proof, ViewerKind } from '../../contract/words/viewers.ts';
import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';
import type { Decider } from '../input/viewer.ts';

import { countRefusals } from './refusals.ts';
import { numberedSubject } from './subjects.ts';

/** One attempt to decide, or what else somebody did, as it is written down; what is not known is left out. */
export interface DecisionRecord {
  /** Left out where it is of no single task. */
  taskId?: number | undefined;
  task?: string | undefined;
  runId?: string | null | undefined;
  approvalId?: number | undefined;
  action: RecordedAction;
  outcome: DecisionOutcome;
  refusal?: string | undefined;
  viewer: string;
  viewerKind?: ViewerKind | undefined;
  /** The number of the person, where it is known; else it is found by the name, or made. */
  person?: number | undefined;
  /** By which of its accounts or addresses the person is known. */
  principal?: number | undefined;
  proof?: Proof | undefined;
  groups?: readonly string[] | undefined;
  /** The person for whom a delegate decided. */
  actingFor?: string | undefined;
  via: DecisionVia;
  address?: string | undefined;
  note?: string | null | undefined;
  /** Of what it was where that is no task. */
  subject?: string | undefined;
  /** The head commit as it was known then. */
  head?: string | null | undefined;
  fromStatus?: TaskStatus | undefined;
  toStatus?: TaskStatus | undefined;
}

/** Who did something, for the record. */
export function recordedBy({ id, kind, address, proof, groups, person, principal }: Decider) {
  return { viewer: id, viewerKind: kind, address, proof, groups, person, principal };
}

/**
 * Writes down an attempt to decide, in the transaction that judged it, with what was there to see; nothing ever changes
 * the row. Refusals of one viewer beyond a bound are counted instead.
 */
export async function recordDecision(tx: Queryable, record: DecisionRecord): Promise<void> {
  const values = [
    record.taskId,
    record.task,
    record.runId,
    record.approvalId,
    record.action,
    record.outcome,
    record.refusal,
    recordedName(record),
    record.viewerKind,
    record.via,
    record.address,
    record.note,
    record.subject,
    record.head,
    record.fromStatus,
    record.toStatus,
    record.proof,
    record.groups ?? [],
    nameInTexts(record),
    record.principal,
    record.actingFor,
    identityKey(record.viewer),
    keyOf(record.subject),
    keyOf(record.actingFor),
  ];
  await tx.query(record.outcome === 'refused' ? recordRefusal(...values) : recordDecisionSql(...values));
}

/** How the record names who did something, as far as it is known here; the database finds the numbers of other persons. */
export function recordedName({
  viewer,
  viewerKind,
  person,
}: Pick<DecisionRecord, 'viewer' | 'viewerKind' | 'person'>): string {
  if (viewerKind === 'person' && person !== undefined) return `person:${person}`;
  // Only who knows the number writes it: a name that is spelled so is quoted.
  const name = composedName(viewer);
  return /^person:\d+$/.test(name) ? JSON.stringify(name) : name;
}

/** The key by which the database finds a person of that name. */
function keyOf(name: string | undefined): string | null {
  return name === undefined ? null : identityKey(name);
}

/** The name that texts of the record hold as a number too; null for who is no person. */
function nameInTexts({ viewer, viewerKind }: Pick<DecisionRecord, 'viewer' | 'viewerKind'>): string | null {
  return viewerKind === 'person' ? viewer : null;
}

const recordColumns = `task_id, task, run_id, approval_id, action, outcome, refusal, viewer, viewer_kind, via, address, note,
  subject, head, from_status, to_status, proof, groups, acting_for, repository, pull_number, link_sha256, excerpt_sha256, policy, plan_hash, principal_id`;

/** What there was to see of a task and its approval, so that it can be proved later. */
const shownColumns = `CASE WHEN approval.pull_number IS NOT NULL
    THEN approval.pull_host || '/' || approval.pull_owner || '/' || approval.pull_repo END, approval.pull_number,
  encode(sha256(convert_to(agents_tasks.outputs_uri, 'UTF8')), 'hex'),
  encode(sha256(convert_to(agents_tasks.log_excerpt, 'UTF8')), 'hex'),
  approval.policy, (SELECT plan_hash FROM runs WHERE runs.run_id = agents_tasks.run_id)`;

/** The common table expression `who`, which has the number of a person, found by the key of the name, and the name of everybody else. */
const who = (viewer: string, kind: string, key: string) =>
  `who AS (SELECT recorded_viewer(${viewer}, ${kind}, ${key}) AS viewer)`;

/** A text of the record, in which a person is a number as well. */
const withoutName = (text: string, name: string) =>
  `CASE WHEN ${name} IS NULL THEN ${text} ELSE replace(${text}, ${name}, who.viewer) END`;

// No call of Prisma's: it stands in pipelined transactions, and what was there to see is read with it.
const insertDecision = `INSERT INTO decisions (${recordColumns})
  SELECT $1::int, $2::text, $3::text, $4::int, $5::text, $6::text, ${withoutName('$7::text', '$19::text')}, who.viewer, $9::text,
    $10::text, $11::text, $12::text, ${numberedSubject('$13::text', '$23::text', '$5::text')}, $14::text, $15::text, $16::text, $17::text, $18::text[],
    CASE WHEN $21::text IS NOT NULL THEN recorded_viewer($21::text, 'person', $24::text) END, ${shownColumns}, $20::int
  FROM who LEFT JOIN agents_tasks ON agents_tasks.id = $1::int LEFT JOIN approvals approval ON approval.id = $4::int`;

const recordDecisionSql = statement({
  name: 'record_decision',
  text: `WITH ${who('$8::text', '$9::text', '$22::text')} ${insertDecision}`,
});

const recordRefusal = statement({
  name: 'record_refusal',
  text: `WITH ${who('$8::text', '$9::text', '$22::text')}, ${countRefusals({ kind: 9, via: 10, address: 11, action: 5, proof: 17 }, '1')} ${insertDecision}
    WHERE (SELECT granted FROM counted) = 1`,
});

/**
 * Writes down the same of several tasks with one statement, after it was done; `from` is the status of a task before,
 * where that has changed. Of tasks that do not exist nothing is written.
 */
export async function recordForEach(
  tx: Queryable,
  tasks: readonly { id: number; from?: TaskStatus }[],
  record: Omit<
    DecisionRecord,
    'taskId' | 'task' | 'runId' | 'approvalId' | 'head' | 'fromStatus' | 'toStatus' | 'subject' | 'actingFor'
  >,
): Promise<void> {
  if (tasks.length === 0) return;
  const values = [
    tasks.map(({ id }) => id),
    tasks.map(({ from }) => from ?? null),
    record.action,
    record.outcome,
    record.refusal,
    recordedName(record),
    record.viewerKind,
    record.via,
    record.address,
    record.note,
    record.proof,
    record.groups ?? [],
    nameInTexts(record),
    record.principal,
    identityKey(record.viewer),
  ];
  await tx.query(record.outcome === 'refused' ? recordRefusals(...values) : recordDecisions(...values));
}

const insertDecisions = ({
  also = '',
  condition = '',
}) => `WITH ${who('$6::text', '$7::text', '$15::text')}, wanted AS (
        SELECT given.id, status, row_number() OVER (ORDER BY place) AS place
        FROM unnest($1::int[], $2::text[]) WITH ORDINALITY AS given (id, status, place)
        WHERE EXISTS (SELECT 1 FROM agents_tasks WHERE agents_tasks.id = given.id)
      )${also}
      INSERT INTO decisions (${recordColumns})
      SELECT wanted.id, agents_tasks.task, run_id, approval.id, $3::text, $4::text, ${withoutName('$5::text', '$13::text')}, who.viewer, $7::text, $8::text,
        $9::text, $10::text, NULL, approval.pull_head, coalesce(wanted.status, agents_tasks.status), agents_tasks.status,
        $11::text, $12::text[], NULL, ${shownColumns}, $14::int
      FROM who CROSS JOIN wanted JOIN agents_tasks ON agents_tasks.id = wanted.id
        LEFT JOIN LATERAL (SELECT * FROM approvals WHERE task_id = wanted.id ORDER BY id DESC LIMIT 1) approval
          ON coalesce(wanted.status, agents_tasks.status) = 'awaiting_approval'
      ${condition}
      ORDER BY place`;

const recordDecisions = statement({ name: 'record_decisions', text: insertDecisions({}) });

const recordRefusals = statement({
  name: 'record_refusals',
  text: insertDecisions({
    also: `, ${countRefusals({ kind: 7, via: 8, address: 9, action: 3, proof: 11 }, '(SELECT count(*) FROM wanted)::int')}`,
    condition: 'WHERE place <= (SELECT granted FROM counted)',
  }),
});
