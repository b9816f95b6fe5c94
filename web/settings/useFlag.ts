import { parseAsStringLiteral, useQueryState } from 'nuqs';

/** Whether something is chosen, as it stands in the address: `?name=yes`. */
export function useFlag(name: string): [boolean, (isChosen: boolean) => void] {
  const [value, setValue] = useQueryState(
    name,
    parseAsStringLiteral(['yes']).withOptions({ history: 'push' }),
  );
  return [value === 'yes', (isChosen) => void setValue(isChosen ? 'yes' : null)];
}
