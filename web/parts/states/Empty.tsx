import type { ReactNode } from 'react';
import css from './states.module.css';

/** Says that there is nothing, and what to do about it. */
export function Empty({
  title,
  text,
  children,
}: {
  title: string;
  text: string;
  children?: ReactNode;
}): ReactNode {
  return (
    <div className={css.state}>
      <h2>{title}</h2>
      <p className="muted">{text}</p>
      {children}
    </div>
  );
}
