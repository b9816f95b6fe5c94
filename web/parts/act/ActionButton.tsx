import { type ReactNode, Suspense, useState } from 'react';
import { useMay } from '../../data/useMay.ts';
import type { Scope } from '../../generated/graphql.ts';
import { actionTexts } from '../../texts/actions.ts';

/** A button that opens the dialog of something to do, which is loaded then; disabled for whoever may not. */
export function ActionButton({
  label,
  scope,
  tone,
  isOff = false,
  children,
}: {
  label: string;
  /** What one needs to do it. */
  scope: Scope;
  tone?: 'primary' | 'plain';
  /** Whether there is nothing to do now. */
  isOff?: boolean;
  /** The dialog, lazily loaded. */
  children: (close: () => void) => ReactNode;
}): ReactNode {
  const { isAllowed } = useMay(scope);
  const [isOpen, setOpen] = useState(false);
  const isDisabled = !isAllowed || isOff;
  return (
    <>
      <button
        type="button"
        className={isDisabled ? undefined : tone}
        disabled={isDisabled}
        title={isAllowed ? undefined : actionTexts.needs(scope)}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {label}
      </button>
      {isOpen && <Suspense>{children(() => setOpen(false))}</Suspense>}
    </>
  );
}
