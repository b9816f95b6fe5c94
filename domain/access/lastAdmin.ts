import { identityKey } from '../../contract/people/identityKey.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { nameIn, readDirectory } from '../audit/directory.ts';
import { nameOf, type PeopleStore } from './knownPerson.ts';
import type { Person } from './person.ts';

/** Says why the last admin stays; undefined for everybody else, and for one whom a rule of the issuer makes an admin again. */
export async function refusalOfLast(
  tx: Queryable,
  { admins = [] }: PeopleStore,
  person: Person,
  what: 'demote' | 'remove',
): Promise<string | undefined> {
  if (person.state === 'removed' || person.state === 'forgotten') return undefined;
  const directory = await readDirectory(tx, admins);
  const listed = admins.map((one) => identityKey(nameIn(directory, one)));
  const [found] = await tx.query(adminsBeside(person.id, listed));
  if (found === undefined || found.others > 0) return undefined;
  if (what === 'demote' ? found.byRule : !found.isAdmin) return undefined;
  return `${nameOf(person)} is the last admin among the people whom this server knows. Give somebody else the role admin first. To ${what} them all the same, say so: lastAdmin, or --last-admin on the command line.`;
}

const isListed = '(cardinality($2::text[]) = 0 OR identity_key = ANY($2::text[]))';
const byRule =
  "EXISTS (SELECT 1 FROM principals WHERE person_id = people.id AND 'admin' = ANY(principals.grants))";

const adminsBeside = statement({
  name: 'admins_beside',
  text: `SELECT ${byRule} AS "byRule", ${isListed} AND ('admin' = ANY(grants) OR ${byRule}) AS "isAdmin",
      (SELECT count(*)::int FROM people other WHERE other.id <> people.id AND other.removed_at IS NULL AND other.forgotten_at IS NULL
        AND ('admin' = ANY(other.grants) OR ${byRule.replace('people.id', 'other.id')})
        AND ${isListed.replace('identity_key', 'other.identity_key')}) AS others
    FROM people WHERE id = $1`,
  row: { byRule: col.bool, isAdmin: col.bool, others: col.int },
});
