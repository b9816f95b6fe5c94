import { type ReactNode, useState } from 'react';
import type { PageViewer } from '../../data/useViewer.ts';
import { type KeyRowFragment, ReplaceKeyDocument, type ShownKeyFragment } from '../../generated/graphql.ts';
import { ActDialog } from '../../parts/act/ActDialog.tsx';
import { ChoiceField } from '../../parts/act/Field.tsx';
import { useAct } from '../../parts/act/useAct.ts';
import { announce } from '../../parts/announce.ts';
import { keyTexts as texts } from '../../texts/keys.ts';
import { FreshSignIn, wantsFreshSignIn } from './FreshSignIn.tsx';
import { isOwn } from './keyColumns.tsx';
import { lifeChoices, lifeOf } from './MakeKeyDialog.tsx';

const hourMs = 3_600_000;
const same = 'same';
const overlaps = ([0, 1, 24, 168, 720] as const).map(
  (hours) => [String(hours), texts.overlaps[hours]] as const,
);

/** Replaces a key by a new one; the old one works on for a while. */
export function RotateKeyDialog({
  viewer,
  of,
  onMade,
  onClose,
}: {
  viewer: PageViewer;
  of: KeyRowFragment;
  onMade: (made: ShownKeyFragment) => void;
  onClose: () => void;
}): ReactNode {
  const [overlap, setOverlap] = useState('24');
  const [life, setLife] = useState(same);
  const { isBusy, refusal, run } = useAct(ReplaceKeyDocument, (made) => {
    announce(texts.made);
    onMade(made);
  });
  const rotate = () =>
    run({
      input: {
        name: of.name,
        overlapMs: Number(overlap) * hourMs,
        ...(life !== same && { expiresInMs: lifeOf(life) }),
        ...(isOwn(viewer, of) && { person: true }),
      },
    });
  return (
    <ActDialog
      title={texts.rotateTitle(of.name)}
      confirm={texts.rotate}
      isBusy={isBusy}
      refusal={refusal}
      said={wantsFreshSignIn(refusal, viewer) ? <FreshSignIn /> : undefined}
      onConfirm={rotate}
      onClose={onClose}
    >
      <p>{texts.rotateText}</p>
      <ChoiceField label={texts.overlap} value={overlap} choices={overlaps} onChange={setOverlap} />
      <ChoiceField
        label={texts.expires}
        value={life}
        choices={[[same, texts.same], ...lifeChoices]}
        onChange={setLife}
      />
    </ActDialog>
  );
}
