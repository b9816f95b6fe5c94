import type { ReactNode } from 'react';
import { DialogBox } from '../parts/DialogBox.tsx';
import { helpTexts } from '../texts/shell.ts';
import css from './HelpDialog.module.css';

/** Says what the keys of the page do. */
export default function HelpDialog({ onClose }: { onClose: () => void }): ReactNode {
  return (
    <DialogBox title={helpTexts.title} onClose={onClose} close={helpTexts.close}>
      <dl className={css.keys}>
        {helpTexts.keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </DialogBox>
  );
}
