import { type ReactNode, useState } from 'react';
import css from './filters.module.css';

/** Adds a text that somebody writes. */
export function TextFilter({
  label,
  isFirst,
  length: { from, to } = { from: 1, to: undefined },
  onAdd,
}: {
  label: string;
  /** Whether `/` leads here. */
  isFirst: boolean;
  /** How many characters it may have. */
  length?: { from: number; to: number | undefined };
  onAdd: (text: string) => void;
}): ReactNode {
  const [text, setText] = useState('');
  const add = () => {
    const given = text.trim();
    if (given !== '' && given.length < from) return;
    if (given !== '') onAdd(given);
    setText('');
  };
  return (
    <form
      className={css.text}
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        autoComplete="off"
        spellCheck={false}
        enterKeyHint="search"
        minLength={from}
        maxLength={to}
        value={text}
        data-search={isFirst || undefined}
        onChange={({ target }) => setText(target.value)}
        onBlur={add}
      />
    </form>
  );
}
