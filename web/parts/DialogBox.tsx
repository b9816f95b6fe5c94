import { Dialog } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';
import css from './DialogBox.module.css';

/** A dialog over the page. Load it when it is opened: it brings its library along. */
export function DialogBox({
  title,
  close,
  onClose,
  children,
}: {
  title: string;
  /** What the button says that closes it. */
  close: string;
  onClose: () => void;
  children: ReactNode;
}): ReactNode {
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={css.backdrop} />
        <Dialog.Popup className={css.popup}>
          <Dialog.Title className={css.title}>{title}</Dialog.Title>
          {children}
          <div className={css.buttons}>
            <Dialog.Close>{close}</Dialog.Close>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
