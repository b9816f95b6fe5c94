/** Writes the name that somebody has now whose name is in this column: what people did before they were renamed is theirs. */
export function nameNow(column: string): string {
  return `coalesce((SELECT people.label FROM former_names JOIN people ON people.id = former_names.person_id
    WHERE former_names.name = ascii_key(${column})
      AND NOT EXISTS (SELECT 1 FROM people other WHERE other.identity_key = former_names.name)), ${column})`;
}
