import { expect, it } from 'vitest';
import { approvalKinds, approvalStates } from '../../../contract/words/approvals.ts';
import { endings } from '../../../contract/words/attempts.ts';
import { decisionOutcomes, decisionVias, recordedActions } from '../../../contract/words/decisions.ts';
import { deliveryStates } from '../../../contract/words/notifications.ts';
import { principalKinds, sessionClients } from '../../../contract/words/people.ts';
import { planStates } from '../../../contract/words/plans.ts';
import { pullActionState, pullStates, reviewStates } from '../../../contract/words/pulls.ts';
import { scheduledOutcomes } from '../../../contract/words/schedule.ts';
import { taskStatuses } from '../../../contract/words/taskStatus.ts';
import { trendGrains, trendSubjects } from '../../../contract/words/trends.ts';
import { scopes } from '../../../contract/words/viewers.ts';
import { describeOnBoth } from '../../support/databases.ts';

/** The list of words that each column holds which the database checks. */
const lists: Record<string, readonly string[]> = {
  'agents_tasks.status': taskStatuses,
  'agents_tasks.approval_state': approvalStates,
  'api_keys.scopes': scopes,
  'approval_reviews.state': reviewStates,
  'approvals.state': approvalStates,
  'approvals.kind': approvalKinds,
  'approvals.pull_state': pullStates,
  'approvals.pull_action_state': Object.values(pullActionState),
  'decisions.action': recordedActions,
  'decisions.outcome': decisionOutcomes,
  'decisions.via': decisionVias,
  'deliveries.state': deliveryStates,
  // An active plan has no row.
  'plan_states.state': planStates.filter((state) => state !== 'active'),
  'principals.kind': principalKinds,
  'pull_reviews.state': reviewStates,
  'pulls.state': pullStates,
  'schedule_ticks.outcome': scheduledOutcomes,
  'sessions.client': sessionClients,
  'task_attempts.ended_by': endings,
  'trend_cells.grain': trendGrains,
  'trend_cells.subject': trendSubjects,
};

/** Columns whose words stand in one file of the engine alone, and of which a pattern is checked. */
const others = [
  'agents_tasks.aside',
  'agents_tasks.gate',
  'api_keys.sha256',
  'sessions.sha256',
  'sessions.shared',
  'sign_ins.kind',
  'sign_in_codes.kind',
];

describeOnBoth('What the database takes', (database) => {
  it('is exactly the words of the lists, column by column', async () => {
    const checks = await database.db().query<{ place: string; definition: string }>({
      text: `SELECT conrelid::regclass::text || '.' || attname AS place, pg_get_constraintdef(pg_constraint.oid) AS definition
        FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
        WHERE contype = 'c' AND connamespace = current_schema()::regnamespace AND cardinality(conkey) = 1 AND pg_get_constraintdef(pg_constraint.oid) LIKE '%''%'`,
    });
    const taken = checks
      .filter(({ place }) => !others.includes(place))
      .map(({ place, definition }) => [place, wordsIn(definition)]);
    expect(Object.fromEntries(taken)).toEqual(
      Object.fromEntries(Object.entries(lists).map(([place, words]) => [place, words.toSorted()])),
    );
  });
});

/** The texts in the definition of a constraint: `CHECK ((kind = ANY (ARRAY['output'::text, 'gate'::text])))`. */
function wordsIn(definition: string): string[] {
  return [...definition.matchAll(/'([^']*)'/g)].map(([, word = '']) => word).toSorted();
}
