import { identityKey } from '../../contract/people/identityKey.ts';
import { planLabel } from '../../contract/projectName.ts';
import { plural } from '../../contract/text/plural.ts';
import { col, statement } from '../../database/statement.ts';
import type { Store } from '../store.ts';
import { isNamedIn, spellingsOf } from './spellings.ts';

/** So many entries of the record are counted, and so many plans named. */
const maxCounted = 1000;
const maxPlans = 20;

/**
 * Says where names of a person may still stand once the database has forgotten them, in sentences for who forgets. They are
 * given as they are compared, and as they were written.
 */
export async function whatIsLeft(
  { db, admins = [], knownPeople }: Pick<Store, 'db' | 'admins' | 'knownPeople'>,
  names: readonly string[],
  written: readonly string[],
): Promise<string[]> {
  if (names.length === 0) return [];
  const [[counts], plans] = await Promise.all([
    db.query(countNamed([...names, ...written], names, await recipients(db, names))),
    db.query(plansNaming([...names, ...written])),
  ]);
  const has = (list: Iterable<string>) => [...list].some((one) => names.includes(identityKey(one)));
  const variables = [
    has(admins) && 'ADMIN_USERS',
    has(knownPeople?.mapped ?? []) && 'GITHUB_USERS',
    has(knownPeople?.groups.keys() ?? []) && 'APPROVER_GROUPS',
    has(knownPeople?.named ?? []) && !has(admins) && 'NOTIFY_EMAILS or other variables of people',
  ].filter((name) => name !== false);
  const { entries = 0, pending = 0 } = counts ?? {};
  return [
    'What people and commands wrote: notes, inputs, links, log excerpts.',
    'Notifications that were sent, pull requests and reviews, exported CSV files, logs of servers and proxies, network addresses in the audit log.',
    'Backups of the database: forget the person again after you restore one from before.',
    ...(entries > 0
      ? [
          `${entries >= maxCounted ? 'At least ' : ''}${plural(entries, 'entry of the audit log has', 'entries of the audit log have')} the name in a note, a policy or a refusal.`,
        ]
      : []),
    ...(pending > 0 ? [`${plural(pending, 'notification is', 'notifications are')} about to be sent.`] : []),
    ...(plans.length > 0
      ? [`Plans name the person. Change their files: ${plans.map((plan) => planLabel(plan)).join(', ')}.`]
      : []),
    ...(variables.length > 0 ? [`Variables of the server name the person: ${variables.join(', ')}.`] : []),
  ];
}

/** Whether a text holds a name, in either case of the letters of ASCII. */
const holds = (text: string, name: string) =>
  `(position(${name} IN ${text}) > 0 OR position(${name} IN lower((${text}) COLLATE "C")) > 0)`;

const recipients = spellingsOf('deliveries', 'recipient');

const countNamed = statement({
  name: 'count_named',
  text: `SELECT (SELECT count(*)::int FROM (SELECT 1 FROM decisions WHERE EXISTS (SELECT 1 FROM unnest($1::text[]) AS one (name)
        WHERE ${holds("concat_ws(' ', CASE WHEN viewer_kind IS DISTINCT FROM 'person' THEN viewer END, refusal, note, subject, policy::text)", 'name')})
        LIMIT ${maxCounted}) found) AS entries,
      (SELECT count(*)::int FROM deliveries WHERE state = 'pending' AND ${isNamedIn('recipient', '$2', '$3')}) AS pending`,
  row: { entries: col.int, pending: col.int },
});

const plansNaming = statement({
  name: 'plans_naming',
  text: `SELECT DISTINCT project, name FROM (SELECT DISTINCT ON (project, name) project, name, definition FROM plans
        ORDER BY project, name, registered_at DESC) latest
      WHERE EXISTS (SELECT 1 FROM unnest($1::text[]) AS one (who) WHERE ${holds('definition::text', 'who')})
      ORDER BY project, name LIMIT ${maxPlans}`,
  row: { project: col.text, name: col.text },
});
