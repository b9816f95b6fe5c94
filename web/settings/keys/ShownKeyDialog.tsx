import { lazy, type ReactNode, Suspense } from 'react';
import type { ShownKeyFragment } from '../../generated/graphql.ts';
import css from '../../parts/act/act.module.css';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { actionTexts } from '../../texts/actions.ts';
import { keyTexts as texts } from '../../texts/keys.ts';

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
      <DialogBox title={texts.shownTitle(made.key.name)} close={actionTexts.close} onClose={onClose}>
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
