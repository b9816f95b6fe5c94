import type { ReactNode } from 'react';
import { Section } from '../parts/Section.tsx';
import { Loading } from '../parts/states/Loading.tsx';
import { Problem } from '../parts/states/Problem.tsx';
import { Text } from '../parts/Text.tsx';
import { Nothing } from '../parts/Time.tsx';
import { type Column, Table } from '../parts/table/Table.tsx';
import { planTexts } from '../texts/plans.ts';
import type { Plan } from './plan.ts';
import { describeApproval, describeGate } from './policyWords.ts';
import { type CurrentStep, usePlanContent } from './usePlanContent.ts';

const texts = planTexts.content;

function textOf(value: string | null | undefined): ReactNode {
  return value ? <Text>{value}</Text> : <Nothing />;
}

const always: readonly Column<CurrentStep>[] = [
  { name: texts.step, cell: ({ task }) => <Text>{task}</Text> },
  { name: texts.needs, cell: ({ needs }) => textOf(needs.join(', ')) },
];

/** What few steps have: a column that no step of a plan needs is left out. */
const optional: readonly { name: string; wordsOf(step: CurrentStep): string | null | undefined }[] = [
  { name: texts.labels, wordsOf: ({ labels }) => labels.join(', ') },
  { name: texts.runAs, wordsOf: ({ runAs }) => runAs },
  { name: texts.lock, wordsOf: ({ lock }) => lock },
  { name: texts.retries, wordsOf: ({ retries }) => (retries === 0 ? '' : String(retries)) },
  { name: texts.gate, wordsOf: describeGate },
];

const approval: Column<CurrentStep> = {
  name: texts.approval,
  cell: (step) => textOf(describeApproval(step)),
};

/** The steps of a plan as they were registered last. */
export function CurrentSteps({ plan }: { plan: Plan }): ReactNode {
  const { isRead, content, error, readAgain } = usePlanContent(plan);
  const steps = content?.steps ?? [];
  const columns = [
    ...always,
    ...optional
      .filter(({ wordsOf }) => steps.some(wordsOf))
      .map(({ name, wordsOf }) => ({ name, cell: (step: CurrentStep) => textOf(wordsOf(step)) })),
    approval,
  ];
  return (
    <Section title={texts.title}>
      {isRead ? (
        <>
          <Table
            columns={columns}
            rows={steps}
            keyOf={({ task }) => task}
            label={texts.title}
            none={texts.none}
          />
          {content !== undefined && content.stepCount > steps.length && (
            <p className="muted">{texts.shown(steps.length, content.stepCount)}</p>
          )}
          <p className="muted">
            {texts.notKnown} <code>nightshift plan show</code>
          </p>
        </>
      ) : error ? (
        <Problem error={error} onRetry={readAgain} />
      ) : (
        <Loading rows={4} />
      )}
    </Section>
  );
}
