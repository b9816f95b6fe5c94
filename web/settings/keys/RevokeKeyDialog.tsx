import type { ReactNode } from 'react';
import type { PageViewer } from '../../data/useViewer.ts';
import { type KeyRowFragment, RevokeOneKeyDocument } from '../../generated/graphql.ts';
import { ActDialog } from '../../parts/act/ActDialog.tsx';
import { useAct } from '../../parts/act/useAct.ts';
import { announce } from '../../parts/announce.ts';
import { keyTexts as texts } from '../../texts/keys.ts';
import { isOwn } from './keyColumns.tsx';

/** Revokes one key, after it was asked. */
export function RevokeKeyDialog({
  viewer,
  of,
  onDone,
  onClose,
}: {
  viewer: PageViewer;
  of: KeyRowFragment;
  onDone: () => void;
  onClose: () => void;
}): ReactNode {
  const { isBusy, refusal, run } = useAct(RevokeOneKeyDocument, () => {
    announce(texts.revoked);
    onClose();
    onDone();
  });
  return (
    <ActDialog
      title={texts.revokeTitle(of.name)}
      confirm={texts.revoke}
      isDangerous
      isBusy={isBusy}
      refusal={refusal}
      onConfirm={() => run({ input: { key: of.prefix, ...(isOwn(viewer, of) && { person: true }) } })}
      onClose={onClose}
    >
      <p>{texts.revokeText(of.prefix)}</p>
    </ActDialog>
  );
}
