import { lazy, type ReactNode, Suspense } from 'react';
import type { ShownKeyFragment } from '../../generated/graphql.ts';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { keyTexts as texts } from '../../texts/keys.ts';
import { actTexts } from '../../texts/settings.ts';
import css from '../act/act.module.css';

const DialogBox = lazy(async () => ({ default: (await import('../../parts/DialogBox.tsx')).DialogBox }));

/** Shows a key that was just made, the one time that anybody can. */
export function ShownKeyDialog({
  made,
  onClose,
}: {
  made: ShownKeyFragment;
  onClose: () => void;
}): ReactNode {
  return (
    <Suspense>
      <DialogBox title={texts.shownTitle(made.key.name)} close={actTexts.close} onClose={onClose}>
        <div className={css.form}>
          <p>{texts.shown}</p>
          <code className={css.secret}>{made.secret}</code>
          <div>
            <CopyButton text={made.secret}>{texts.copy}</CopyButton>
          </div>
          <p className="muted">{texts.use}</p>
        </div>
      </DialogBox>
    </Suspense>
  );
}
