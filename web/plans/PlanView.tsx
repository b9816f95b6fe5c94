import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { useAsk } from '../data/useAsk.ts';
import { OnePlanDocument, type OnePlanQuery } from '../generated/graphql.ts';
import { useNews } from '../live/useLive.ts';
import { Empty } from '../parts/states/Empty.tsx';
import { Loading } from '../parts/states/Loading.tsx';
import { Problem } from '../parts/states/Problem.tsx';
import { Text } from '../parts/Text.tsx';
import css from '../settings/settings.module.css';
import { useTitle } from '../shell/useTitle.ts';
import { planTexts as texts } from '../texts/plans.ts';
import { CurrentSteps } from './CurrentSteps.tsx';
import { DueTimes } from './DueTimes.tsx';
import { LastSteps } from './LastSteps.tsx';
import { NextDue } from './NextDue.tsx';
import { PlanActs } from './PlanActs.tsx';
import { PlanFacts } from './PlanFacts.tsx';
import { PlanHistory } from './PlanHistory.tsx';
import own from './PlanView.module.css';
import type { Plan } from './plan.ts';
import { labelOf, pathOf } from './planLabel.ts';
import { PlanMark } from './planMark.tsx';

/** `/plans/acme/site:nightly`: one plan, whether it runs, and what became of its due times. */
export function Component(): ReactNode {
  const { '*': name = '' } = useParams();
  const { data, error, refetch } = useAsk(OnePlanDocument, { plan: name }, { enabled: name !== '' });
  useTitle(name === '' ? texts.title : name);
  useNews(({ isGap }) => {
    if (isGap && name !== '') void refetch();
  });
  const exact = data?.plans.find((plan) => labelOf(plan) === name);
  const [only, other] = data?.plans ?? [];
  const plan = exact ?? (other === undefined ? only : undefined);
  return (
    <article className={css.view}>
      <Link className={own.back} to="/settings/plans">
        ‹ {texts.back}
      </Link>
      {plan ? (
        <Whole
          plan={plan}
          rows={(data?.scheduledRuns ?? []).filter((row) => labelOf(row) === labelOf(plan))}
          onChanged={() => void refetch()}
        />
      ) : data && other ? (
        <Several name={name} plans={data.plans} />
      ) : data || name === '' ? (
        <Empty title={texts.missing.title} text={texts.missing.text}>
          <code>{texts.missing.command}</code>
        </Empty>
      ) : error ? (
        <Problem error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading rows={8} />
      )}
    </article>
  );
}

function Whole({
  plan,
  rows,
  onChanged,
}: {
  plan: Plan;
  rows: OnePlanQuery['scheduledRuns'];
  onChanged: () => void;
}): ReactNode {
  const lastRun = rows.find(({ runId }) => runId !== null)?.runId ?? undefined;
  return (
    <>
      <div className={css.head}>
        <div className={css.buttons}>
          <h1>
            <Text>{labelOf(plan)}</Text>
          </h1>
          <PlanMark state={plan.state.state} />
        </div>
        <PlanActs plan={plan} onChanged={onChanged} />
      </div>
      <PlanFacts plan={plan} />
      <CurrentSteps plan={plan} />
      <NextDue plan={plan} />
      <DueTimes rows={rows} ofOne />
      <LastSteps runId={lastRun} />
      <PlanHistory plan={plan} />
    </>
  );
}

function Several({ name, plans }: { name: string; plans: readonly Plan[] }): ReactNode {
  return (
    <>
      <h1>
        <Text>{name}</Text>
      </h1>
      <p>{texts.several}</p>
      <ul className={css.plain}>
        {plans.map((plan) => (
          <li key={labelOf(plan)}>
            <Link to={pathOf(plan)}>
              <Text>{labelOf(plan)}</Text>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
