/**
 * Writes the condition under which the name that an account shows means one person alone: nobody else is known by it, or was,
 * and no account of anybody else shows it. `account` is a row of principals; `isOther` writes the condition that a number is
 * not that person's.
 */
export function isOwnName(account: string, isOther: (person: string) => string): string {
  const key = `${account}.identity_key`;
  return `NOT EXISTS (SELECT 1 FROM people other WHERE other.identity_key = ${key} AND ${isOther('other.id')})
    AND NOT EXISTS (SELECT 1 FROM former_names WHERE former_names.name = ${key} AND ${isOther('former_names.person_id')})
    AND NOT EXISTS (SELECT 1 FROM principals twin WHERE twin.identity_key = ${key} AND twin.id <> ${account}.id
      AND ${isOther('twin.person_id')})`;
}

/** Writes the condition that a number is neither a person's nor that of somebody merged into it; nobody's is another's too. */
export const isNotOf = (person: string) => (other: string) =>
  `(${other} IS DISTINCT FROM ${person}
  AND NOT EXISTS (SELECT 1 FROM people merged WHERE merged.id = ${other} AND merged.merged_into = ${person}))`;
