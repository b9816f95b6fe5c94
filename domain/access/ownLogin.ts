/**
 * Writes the condition under which the login of an account means its person alone: nobody else is known by it, or was, and no
 * other account has it. `account` is a row of principals, `person` the number of its person.
 */
export function isOwnLogin(account: string, person: string): string {
  const login = `lower('github:' || replace(lower(${account}.label), 'github:', ''))`;
  return `NOT EXISTS (SELECT 1 FROM people other WHERE lower(other.label) = ${login}
      AND other.id IS DISTINCT FROM ${person} AND other.merged_into IS DISTINCT FROM ${person})
    AND NOT EXISTS (SELECT 1 FROM former_names WHERE name = ${login} AND former_names.person_id IS DISTINCT FROM ${person})
    AND NOT EXISTS (SELECT 1 FROM principals twin WHERE twin.kind = 'github' AND twin.id <> ${account}.id
      AND twin.issuer = ${account}.issuer AND lower(twin.label) = lower(${account}.label)
      AND twin.person_id IS DISTINCT FROM ${person})`;
}
