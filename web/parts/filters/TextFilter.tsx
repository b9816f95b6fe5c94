import { type ReactNode, useState } from 'react';
import css from './filters.module.css';

/** Adds a text that somebody writes. */
export function TextFilter({
  label,
  isFirst,
  onAdd,
}: {
  label: string;
  /** Whether `/` leads here. */
  isFirst: boolean;
  onAdd: (text: string) => void;
}): ReactNode {
  const [text, setText] = useState('');
  const add = () => {
    if (text.trim() !== '') onAdd(text.trim());
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
        value={text}
        data-search={isFirst || undefined}
        onChange={({ target }) => setText(target.value)}
        onBlur={add}
      />
    </form>
  );
}
