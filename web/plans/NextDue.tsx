import type { ReactNode } from 'react';
import { Section } from '../parts/Section.tsx';
import { Time } from '../parts/Time.tsx';
import css from '../settings/settings.module.css';
import { planTexts } from '../texts/plans.ts';
import type { Plan } from './plan.ts';

const texts = planTexts.next;

/** When a plan is due next, and whether anything starts then. */
export function NextDue({ plan }: { plan: Plan }): ReactNode {
  const { schedule, nextDueAt, startsWhenDue, state } = plan;
  return (
    <Section title={texts.title}>
      {schedule === null ? (
        <p className="muted">{texts.none}</p>
      ) : (
        <>
          {!startsWhenDue && (
            <p>{texts.rests(planTexts.states[state.state === 'RETIRED' ? 'retired' : 'paused'])}</p>
          )}
          <ul className={`${css.plain} ${startsWhenDue ? '' : 'muted'}`} aria-label={texts.title}>
            {nextDueAt.map((at) => (
              <li key={at}>
                <Time at={at} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}
