import { EnvFileError } from '../../contract/environment/envFiles.ts';
import { describeUnset, refuseLostOfPlan } from '../plan/askedVariables.ts';
import { loadPlan, loadPlanFile } from '../plan/loadPlan.ts';
import type { Plan } from '../plan/schema.ts';
import type { CliContext } from './context.ts';

/** Loads a plan that is to run here, by its name or file. @throws PlanError, EnvFileError when it would miss variables */
export async function loadOwnPlan(context: CliContext, nameOrPath: string): Promise<Plan> {
  const plan = await loadPlan(nameOrPath, context.directory);
  refuseLostOfPlan(plan, context.config());
  return plan;
}

/** Says which secrets of a plan are set nowhere here, before the night finds out. */
export function printUnset(context: CliContext, plan: Plan): void {
  const unset = describeUnset(plan, context.config());
  if (unset !== undefined) context.print(unset);
}

/** Loads the plan of a file, as it is now. @throws PlanError, EnvFileError when it would miss variables */
export async function loadOwnPlanFile(context: CliContext, file: string): Promise<Plan> {
  const plan = await loadPlanFile(file);
  refuseLostOfPlan(plan, context.config());
  return plan;
}

/** Gives the plan of a file, or nothing while it is faulty, which the caller reports when it waits for it. @throws EnvFileError */
export async function soundPlan(context: CliContext, file: string): Promise<Plan | undefined> {
  try {
    return await loadOwnPlanFile(context, file);
  } catch (error) {
    if (error instanceof EnvFileError) throw error;
    return undefined;
  }
}
