import { type ReactNode, useState } from 'react';
import { useShared } from '../../data/shared.ts';
import { clockTime } from '../../format/time.ts';
import { fromWallTime } from '../../format/wallTime.ts';
import { zoneChoice, zoneOf } from '../../format/zone.ts';
import { EndDelegationOfDocument, NameDelegateDocument } from '../../generated/graphql.ts';
import { ActDialog } from '../../parts/act/ActDialog.tsx';
import { TextField } from '../../parts/act/Field.tsx';
import { useAct } from '../../parts/act/useAct.ts';
import { announce } from '../../parts/announce.ts';
import { Section } from '../../parts/Section.tsx';
import { Text } from '../../parts/Text.tsx';
import { youTexts } from '../../texts/settings.ts';
import css from '../settings.module.css';

const texts = youTexts.delegate;

/** Names who decides for an approver, or ends that. */
export function OwnDelegate(): ReactNode {
  const [open, setOpen] = useState<'name' | 'end'>();
  const [done, setDone] = useState('');
  const onDone = (text: string) => {
    setOpen(undefined);
    setDone(text);
    announce(text);
  };
  return (
    <Section
      title={texts.title}
      tools={
        <div className={css.buttons}>
          <button type="button" onClick={() => setOpen('name')}>
            {texts.name}
          </button>
          <button type="button" onClick={() => setOpen('end')}>
            {texts.end}
          </button>
        </div>
      }
    >
      <p className="muted">{texts.text}</p>
      {done !== '' && (
        <p>
          <Text>{done}</Text>
        </p>
      )}
      {open === 'name' && <NameDialog onDone={onDone} onClose={() => setOpen(undefined)} />}
      {open === 'end' && <EndDialog onDone={onDone} onClose={() => setOpen(undefined)} />}
    </Section>
  );
}

interface DialogProps {
  onDone: (text: string) => void;
  onClose: () => void;
}

function NameDialog({ onDone, onClose }: DialogProps): ReactNode {
  const [to, setTo] = useState('');
  const [wall, setWall] = useState('');
  const zone = zoneOf(useShared(zoneChoice));
  const until = wall === '' ? undefined : fromWallTime(wall, zone)?.toISOString();
  const { isBusy, refusal, run } = useAct(NameDelegateDocument, () => onDone(texts.named(to)));
  return (
    <ActDialog
      title={texts.name}
      confirm={texts.confirm}
      isBusy={isBusy}
      refusal={refusal}
      onConfirm={() => until !== undefined && run({ input: { to: to.trim(), until } })}
      onClose={onClose}
    >
      <TextField label={texts.to} hint={texts.toHint} value={to} onChange={setTo} isRequired />
      <TextField
        label={`${texts.until} (${clockTime(new Date(), zone).zone})`}
        type="datetime-local"
        value={wall}
        onChange={setWall}
        isRequired
      />
    </ActDialog>
  );
}

function EndDialog({ onDone, onClose }: DialogProps): ReactNode {
  const [to, setTo] = useState('');
  const { isBusy, refusal, run } = useAct(EndDelegationOfDocument, () => onDone(texts.ended(to)));
  return (
    <ActDialog
      title={texts.end}
      confirm={texts.confirmEnd}
      isBusy={isBusy}
      refusal={refusal}
      onConfirm={() => run({ input: { to: to.trim() } })}
      onClose={onClose}
    >
      <TextField label={texts.to} hint={texts.toHint} value={to} onChange={setTo} isRequired />
    </ActDialog>
  );
}
