import { Option } from 'commander';
import { planLabel } from '../../contract/projectName.ts';
import { loadPlan } from '../plan/loadPlan.ts';
import { createHomeFinder } from '../project/planHomes.ts';
import { type CliContext, UserError } from './context.ts';

/** The option `--plan`, the same for every command that has a plan. */
export function planOption(): Option {
  return new Option('--plan <file>', 'plan file, instead of the plan name');
}

/** The plan that a command means, by its name or its file. @throws UserError where both are given */
export function wantedPlan(name: string | undefined, file: string | undefined): string {
  refuseBoth(name, file);
  return file ?? name ?? 'nightly';
}

/**
 * The name by which the server knows the plan that a command means: the one that was written, or that of the plan in the
 * file.
 * @throws UserError unless exactly one of them is given, PlanError
 */
export async function wantedName(
  context: CliContext,
  name: string | undefined,
  file: string | undefined,
): Promise<string> {
  refuseBoth(name, file);
  if (file !== undefined) return nameOfFile(context, file);
  if (name !== undefined) return name;
  throw new UserError('Which plan? Pass its name, or its file with --plan FILE.', 2);
}

/** The name by which the server knows the plan of a file. @throws PlanError */
export async function nameOfFile(context: CliContext, file: string): Promise<string> {
  const plan = await loadPlan(file, context.directory);
  const { project } = await createHomeFinder(context.config().project)(plan);
  return planLabel({ project, name: plan.name });
}

function refuseBoth(name: string | undefined, file: string | undefined): void {
  if (name !== undefined && file !== undefined)
    throw new UserError(`Pass the plan name (${name}) or its file (--plan ${file}), not both.`, 2);
}
