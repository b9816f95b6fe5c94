import { type ReactNode, useState } from 'react';
import { mayDo, useViewer } from '../data/useViewer.ts';
import { PauseOnePlanDocument, ResumeOnePlanDocument, RetireOnePlanDocument } from '../generated/graphql.ts';
import { ActDialog } from '../parts/act/ActDialog.tsx';
import { TextField } from '../parts/act/Field.tsx';
import { useAct } from '../parts/act/useAct.ts';
import { announce } from '../parts/announce.ts';
import css from '../settings/settings.module.css';
import { actionTexts } from '../texts/actions.ts';
import { planTexts as texts } from '../texts/plans.ts';
import type { Plan } from './plan.ts';
import { labelOf } from './planLabel.ts';

type Name = keyof typeof texts.acts;

/** What can be done about a plan in each state. */
const offered: Record<Plan['state']['state'], readonly Name[]> = {
  ACTIVE: ['pause', 'retire'],
  PAUSED: ['resume', 'retire'],
  RETIRED: ['resume'],
};

/** Pauses, resumes or retires a plan, after it was asked. */
export function PlanActs({ plan, onChanged }: { plan: Plan; onChanged: () => void }): ReactNode {
  const [open, setOpen] = useState<Name>();
  const viewer = useViewer();
  if (viewer === undefined) return null;
  if (!mayDo(viewer, 'OPERATE')) return <p className="muted">{texts.whoMay}</p>;
  return (
    <div className={css.buttons}>
      {offered[plan.state.state].map((name) => (
        <button key={name} type="button" onClick={() => setOpen(name)}>
          {texts.acts[name].button}
        </button>
      ))}
      {open && <PlanDialog name={open} plan={plan} onDone={onChanged} onClose={() => setOpen(undefined)} />}
    </div>
  );
}

function PlanDialog({
  name,
  plan,
  onDone,
  onClose,
}: {
  name: Name;
  plan: Plan;
  onDone: () => void;
  onClose: () => void;
}): ReactNode {
  const [reason, setReason] = useState('');
  const { button, title, text, done } = texts.acts[name];
  const label = labelOf(plan);
  const onEnd = () => {
    announce(done(label));
    onClose();
    onDone();
  };
  const acts = {
    pause: useAct(PauseOnePlanDocument, onEnd),
    resume: useAct(ResumeOnePlanDocument, onEnd),
    retire: useAct(RetireOnePlanDocument, onEnd),
  };
  const { isBusy, refusal, run } = acts[name];
  const said = reason.trim();
  return (
    <ActDialog
      title={title(label)}
      confirm={button}
      isDangerous={name === 'retire'}
      isBusy={isBusy}
      refusal={refusal}
      onConfirm={() => run({ input: { plan: label, ...(said !== '' && { reason: said }) } })}
      onClose={onClose}
    >
      <p>{text}</p>
      {name !== 'resume' && (
        <TextField
          label={actionTexts.reason}
          hint={actionTexts.reasonHint}
          value={reason}
          onChange={setReason}
        />
      )}
    </ActDialog>
  );
}
