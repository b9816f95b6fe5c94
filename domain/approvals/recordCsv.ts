import { pipeline, type Readable } from 'node:stream';
import type { Database } from '../../database/database.ts';
import { subjectShown } from '../audit/subjects.ts';
import { type CellKind, CsvCells } from '../tasks/csvCells.ts';
import { type DecisionFilter, inOrder, refusalText, viewerShown } from './record.ts';

/** The columns of the record as CSV, and what their cells hold. */
export const decisionColumns: Readonly<Record<string, CellKind>> = {
  id: 'plain',
  decided_at: 'time',
  task_id: 'plain',
  task: 'text',
  run_id: 'text',
  action: 'plain',
  outcome: 'plain',
  viewer: 'text',
  via: 'plain',
  address: 'text',
  note: 'text',
  refusal: 'text',
  head: 'text',
  from_status: 'plain',
  to_status: 'plain',
  viewer_kind: 'plain',
  subject: 'text',
  repository: 'text',
  pull_number: 'plain',
  link_sha256: 'plain',
  excerpt_sha256: 'plain',
  proof: 'plain',
  groups: 'text',
  policy: 'text',
  plan_hash: 'plain',
  acting_for: 'text',
};

/** Columns that are not written as they are stored. */
const written = new Map([
  ['groups', `array_to_string(decisions.groups, ', ') AS groups`],
  ['viewer', `${viewerShown} AS viewer`],
  ['acting_for', 'viewer_name(decisions.acting_for) AS acting_for'],
  ['subject', `${subjectShown} AS subject`],
  ['refusal', `${refusalText} AS refusal`],
]);

/** Streams the matching attempts to decide as CSV, newest first; `truncated` says that `limit` cut rows off. */
export async function openDecisionCsv(
  db: Database,
  filter: DecisionFilter,
  limit: number,
): Promise<{ rows: Readable; truncated: boolean }> {
  const values: unknown[] = [];
  const more = `SELECT 1 FROM ${inOrder(filter, values, {}, { limit: limit + 1 })} OFFSET ${limit}`;
  const truncated = (await db.query({ text: more, values })).length > 0;
  const names = Object.keys(decisionColumns).map((name) => written.get(name) ?? `decisions.${name}`);
  const wanted: unknown[] = [];
  const from = inOrder(filter, wanted, {}, { limit });
  const text = `COPY (SELECT ${names.join(', ')} FROM ${from}) TO STDOUT (FORMAT csv, HEADER)`;
  const rows = pipeline(
    await db.copyOut({ text, values: wanted }),
    new CsvCells(Object.values(decisionColumns)),
    () => {
      // Whoever reads the rows hears of a failure from them.
    },
  );
  return { rows, truncated };
}
