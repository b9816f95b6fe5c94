import type { ReactNode } from 'react';

/** A box beside a heading that widens what is listed. */
export function FlagBox({
  isChosen,
  onChange,
  children,
}: {
  isChosen: boolean;
  onChange: (isChosen: boolean) => void;
  children: string;
}): ReactNode {
  return (
    <label>
      <input type="checkbox" checked={isChosen} onChange={({ target }) => onChange(target.checked)} />
      {children}
    </label>
  );
}
