import { Popover } from '@base-ui/react/popover';
import type { ReactNode, RefObject } from 'react';
import css from './Popup.module.css';

/** Something small beside the button that opened it. */
export default function Popup({
  label,
  anchor,
  onClose,
  children,
}: {
  label: string;
  anchor: RefObject<HTMLElement | null>;
  onClose: () => void;
  children: ReactNode;
}): ReactNode {
  return (
    <Popover.Root
      open
      onOpenChange={(open, { event }) => {
        // The button closes it by itself.
        if (!open && !(event.target instanceof Node && anchor.current?.contains(event.target))) onClose();
      }}
    >
      <Popover.Portal>
        <Popover.Positioner className={css.positioner} anchor={anchor} sideOffset={6} align="end">
          <Popover.Popup className={css.popup} aria-label={label} finalFocus={anchor}>
            {children}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
