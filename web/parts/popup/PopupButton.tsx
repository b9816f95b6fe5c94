import { lazy, type ReactNode, Suspense, useRef, useState } from 'react';

const Popup = lazy(() => import('./Popup.tsx'));

/** A button that opens something small beside it, which is loaded then. */
export function PopupButton({ label, children }: { label: string; children: ReactNode }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        type="button"
        ref={button}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {label}
        <span aria-hidden="true">▾</span>
      </button>
      {isOpen && (
        <Suspense>
          <Popup label={label} anchor={button} onClose={() => setOpen(false)}>
            {children}
          </Popup>
        </Suspense>
      )}
    </>
  );
}
