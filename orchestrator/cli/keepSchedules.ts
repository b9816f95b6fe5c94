import type { Client } from '../../client/index.ts';
import { planLabel } from '../../contract/projectName.ts';
import type { Plan } from '../plan/schema.ts';
import { secretsOf } from '../plan/secretsOf.ts';
import type { HomeFinder } from '../project/planHomes.ts';
import { keepSchedule } from '../schedule/keepSchedule.ts';
import { nextRunOf } from '../schedule/nextRun.ts';
import { showTime } from '../text/showTime.ts';
import type { CliContext } from './context.ts';
import { loadOwnPlanFile, soundPlan } from './ownPlan.ts';
import { describeRest } from './planList.ts';
import { createEventLog, printFact } from './printLines.ts';

/**
 * Keeps the schedules of plan files until it is disposed of or the signal comes, and says when each is due next. Gives
 * the plans that have one; a faulty file is waited for.
 */
export async function keepSchedules(
  context: CliContext,
  { client, homeOf, files }: { client: Client; homeOf: HomeFinder; files: readonly string[] },
  signal: AbortSignal,
): Promise<AsyncDisposable & { plans: readonly Plan[] }> {
  const config = context.config();
  const kept = await Promise.all(
    files.map(async (file) =>
      keepSchedule(await soundPlan(context, file), {
        client,
        homeOf,
        load: () => loadOwnPlanFile(context, file),
        secretsOf: (plan) => secretsOf(config, plan),
        log: createEventLog(context),
      }),
    ),
  );
  const stop = () => Promise.all(kept.map((one) => one.stop()));
  // No run is started while what runs is being ended.
  if (signal.aborted) await stop();
  else signal.addEventListener('abort', () => void stop(), { once: true });
  const plans = kept.flatMap((one) => one.plan() ?? []).filter(({ schedule }) => schedule !== undefined);
  for (const plan of plans) {
    const label = planLabel({ project: (await homeOf(plan)).project, name: plan.name });
    printFact(context, 'Plan', (await describeRest(client, label)) ?? describeNext(plan));
  }
  return {
    plans,
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}

function describeNext(plan: Plan): string {
  const next = nextRunOf(plan);
  if (next === null) return `${plan.name} has no further runs (${plan.schedule} ${plan.timezone})`;
  return `${plan.name} runs next at ${showTime(next)} (${plan.schedule} ${plan.timezone})`;
}
