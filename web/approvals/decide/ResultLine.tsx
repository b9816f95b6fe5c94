import type { ReactNode } from 'react';
import { Text } from '../../parts/Text.tsx';
import css from './DecideDialog.module.css';
import type { Result } from './decide.ts';

/** What came of a decision, by sign, word and colour. */
export function ResultLine({ result }: { result: Result | undefined }): ReactNode {
  if (result === undefined) return null;
  return (
    <span className={result.ok ? css.good : css.bad}>
      <span aria-hidden="true">{result.ok ? '✓' : '✕'}</span>
      <Text>{result.text}</Text>
    </span>
  );
}
