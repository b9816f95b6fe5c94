import type { ReactNode } from 'react';
import { filterTexts } from '../../texts/parts.ts';
import type { FilterField } from './fields.ts';

/** Adds one of some known words. */
export function WordFilter({
  field: { label, words, read },
  chosen,
  onAdd,
}: {
  field: Extract<FilterField, { kind: 'words' }>;
  chosen: readonly string[];
  onAdd: (word: string) => void;
}): ReactNode {
  return (
    <select aria-label={label} value="" onChange={({ target }) => onAdd(target.value)}>
      <option value="">{chosen.length === 0 ? filterTexts.any(label) : label}</option>
      {words
        .filter((word) => !chosen.includes(word))
        .map((word) => (
          <option key={word} value={word}>
            {read[word] ?? word}
          </option>
        ))}
    </select>
  );
}
