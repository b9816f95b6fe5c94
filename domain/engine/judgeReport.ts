import type { Choice } from '../../contract/outcome/chooseOutput.ts';
import { judgeAttempt, type Verdict } from '../../contract/outcome/judgeAttempt.ts';
import type { Queryable } from '../../database/database.ts';
import type { StepDefinition } from '../plans/planDefinition.ts';
import type { Store } from '../store.ts';
import type { AttemptReport } from './attemptReport.ts';
import { noChoice, readChoice } from './awaitPull.ts';
import type { OpenAttempt } from './openAttempt.ts';

/** Chooses what a report's command has made, and judges both by the step; of a lost attempt nothing is known. */
export async function judgeReport(
  tx: Queryable,
  report: AttemptReport | 'lost',
  context: { attempt: OpenAttempt; step: StepDefinition; github: Store['github']; isReturned: boolean },
): Promise<{ verdict: Verdict; choice: Choice }> {
  const { attempt, step, github, isReturned } = context;
  if (report === 'lost') {
    const { tries, lostBefore } = attempt;
    const reason = isReturned ? 'lost: its worker was killed' : null;
    const verdict = judgeAttempt({ ending: 'lost', lostBefore, reason }, step, tries, false);
    return { verdict, choice: noChoice };
  }
  const choice = await readChoice(tx, report, attempt, github);
  const verdict = judgeAttempt(report, step, attempt.tries, choice.holds);
  // Of a command that failed, or that nobody need look at, there is nothing to say.
  const isWorthSaying = report.exitCode === 0 && step.approval !== 'never';
  return { verdict, choice: isWorthSaying ? choice : { ...choice, remarks: [] } };
}
