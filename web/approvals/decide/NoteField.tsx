import type { ReactNode } from 'react';
import { decisionTexts as texts } from '../../texts/approvals.ts';
import css from './DecideDialog.module.css';

/** The note of a decision. */
export function NoteField({
  value,
  onChange,
  isDisabled = false,
}: {
  value: string;
  onChange: (note: string) => void;
  isDisabled?: boolean;
}): ReactNode {
  return (
    <label className={css.note}>
      <span className="muted">{texts.note}</span>
      <textarea
        rows={1}
        maxLength={4000}
        value={value}
        disabled={isDisabled}
        placeholder={texts.noteHint}
        dir="auto"
        onChange={({ target }) => onChange(target.value)}
      />
    </label>
  );
}
