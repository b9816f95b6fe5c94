import { type ReactNode, useState } from 'react';
import { readAgain } from '../../data/queryClient.ts';
import { useAsk } from '../../data/useAsk.ts';
import { StartChoiceDocument, type StartChoiceQuery, StartRunHereDocument } from '../../generated/graphql.ts';
import { ActDialog } from '../../parts/act/ActDialog.tsx';
import { Field } from '../../parts/act/Field.tsx';
import { useAct } from '../../parts/act/useAct.ts';
import { announce } from '../../parts/announce.ts';
import { Loading } from '../../parts/states/Loading.tsx';
import { Problem } from '../../parts/states/Problem.tsx';
import { Text } from '../../parts/Text.tsx';
import { tonightTexts } from '../../texts/tonight.ts';
import { readInputs } from './readInputs.ts';
import css from './StartDialog.module.css';

const texts = tonightTexts.start;

type Plan = StartChoiceQuery['plans'][number];
const nameOf = ({ plan, project }: Plan) => (project === null ? plan : `${project}:${plan}`);

/** Starts a run of a plan: of all its steps or some, with inputs. */
export default function StartDialog({
  onStarted,
  onClose,
}: {
  onStarted: (runId: string) => void;
  onClose: () => void;
}): ReactNode {
  const { data, error, refetch } = useAsk(StartChoiceDocument, {});
  const act = useAct(StartRunHereDocument, ({ runId }) => {
    announce(`${runId} ${texts.done}`);
    onStarted(runId);
    onClose();
    void readAgain();
  });
  // The same key for each press of the button, so that one run starts though an answer was lost.
  const [idempotencyKey] = useState(makeKey);
  const [chosen, setChosen] = useState('');
  const [steps, setSteps] = useState<readonly string[]>([]);
  const [inputText, setInputText] = useState('');
  const plans = data?.plans ?? [];
  const only = plans.length === 1 ? plans[0] : undefined;
  const plan = only ?? plans.find((one) => nameOf(one) === chosen);
  const submit = () => {
    const read = readInputs(inputText);
    if ('fault' in read) return act.refuse(texts.inputsWrong(read.fault));
    if (plan === undefined) return act.refuse(texts.choose);
    act.run({
      input: {
        from: { plan: nameOf(plan) },
        ...(steps.length > 0 && { steps: plan.steps.filter((step) => steps.includes(step)) }),
        ...(Object.keys(read.inputs).length > 0 && { inputs: read.inputs }),
        idempotencyKey,
      },
    });
  };
  return (
    <ActDialog
      title={texts.title}
      confirm={texts.submit}
      isBusy={act.isBusy}
      refusal={act.refusal}
      onConfirm={submit}
      onClose={onClose}
    >
      {data === undefined &&
        (error ? <Problem error={error} onRetry={() => void refetch()} /> : <Loading rows={3} />)}
      {data !== undefined && plans.length === 0 && <p>{texts.noPlans}</p>}
      {plans.length > 0 && (
        <Field label={texts.plan}>
          <select
            required
            value={plan === undefined ? '' : nameOf(plan)}
            onChange={({ target }) => {
              setChosen(target.value);
              setSteps([]);
            }}
          >
            {only === undefined && <option value="">{texts.choose}</option>}
            {plans.map((one) => (
              <option key={nameOf(one)} value={nameOf(one)}>
                {one.state.state === 'PAUSED'
                  ? `${nameOf(one)} (${texts.paused(one.state.saidBy)})`
                  : nameOf(one)}
              </option>
            ))}
          </select>
        </Field>
      )}
      {plan !== undefined && (
        <>
          <fieldset className={css.steps}>
            <legend>{texts.steps}</legend>
            <div className={css.list}>
              {plan.steps.map((step) => (
                <label key={step}>
                  <input
                    type="checkbox"
                    checked={steps.includes(step)}
                    onChange={({ target }) =>
                      setSteps(target.checked ? [...steps, step] : steps.filter((one) => one !== step))
                    }
                  />
                  <Text>{step}</Text>
                </label>
              ))}
            </div>
            <small>{texts.stepsHint}</small>
          </fieldset>
          <Field label={texts.inputs} hint={texts.inputsHint}>
            <textarea
              rows={3}
              spellCheck={false}
              className="mono"
              value={inputText}
              onChange={({ target }) => setInputText(target.value)}
            />
          </Field>
        </>
      )}
    </ActDialog>
  );
}

/** Browsers have `randomUUID` for TLS and this computer only. */
function makeKey(): string {
  return `page-${Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
