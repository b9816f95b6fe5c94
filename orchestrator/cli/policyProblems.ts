import { ApiError, ApiUnreachableError, type Client } from '../../client/index.ts';
import { ownValue } from '../../contract/ownValue.ts';
import { planArgument } from '../plan/planArgument.ts';
import { planInput } from '../plan/planInput.ts';
import type { Plan } from '../plan/schema.ts';
import { secretsOf } from '../plan/secretsOf.ts';
import { createHomeFinder } from '../project/planHomes.ts';
import { findConnection } from './connect.ts';
import type { CliContext } from './context.ts';

/** A step whose approval nobody can give, and why. */
type PolicyProblem = Awaited<ReturnType<Client['policyProblems']>>[number];

/**
 * Finds the steps whose approvals nobody could give: on the server that the commands speak to, or where none answers, on
 * one of the configuration of this directory. A server that is away or refuses is reported, unless all steps of the plan
 * approve as they please: then only a server can demand more.
 */
export async function findPolicyProblems(context: CliContext, plan: Plan): Promise<PolicyProblem[]> {
  const connection = await findConnection(context);
  const demands = hasPolicies(plan) || ownValue(context.config().variables, 'APPROVAL_FLOOR') !== undefined;
  if (connection === undefined && !demands) return [];
  const { input, project } = await contentOf(context, plan);
  if (connection === undefined) return context.gateway.policyProblems(input, project);
  try {
    return await connection.client.policyProblems({ plan: planArgument(input), project });
  } catch (error) {
    // The plan itself can be judged without it.
    if (!(error instanceof ApiError || error instanceof ApiUnreachableError)) throw error;
    if (demands)
      context.print(
        `Could not check at ${connection.url} whether someone can give its approvals: ${error.message}`,
      );
    return [];
  }
}

/** Says before a run which of its approvals nobody can give on its server; what is not known is not said. */
export async function warnOfProblems(context: CliContext, client: Client, plan: Plan): Promise<void> {
  if (!hasPolicies(plan)) return;
  const { input, project } = await contentOf(context, plan);
  const problems = await client.policyProblems({ plan: planArgument(input), project }).catch(() => []);
  for (const { task, problem } of problems) context.print(`Nobody can approve step ${task}: ${problem}`);
}

/** The plan as a server knows it, and the project for which that may demand more. */
async function contentOf(context: CliContext, plan: Plan) {
  const config = context.config();
  const { project } = await createHomeFinder(config.project)(plan);
  return { input: planInput(plan, secretsOf(config, plan)), project };
}

function hasPolicies({ steps }: Plan): boolean {
  return steps.some(({ approval, gate }) => typeof approval !== 'string' || typeof gate === 'object');
}

/** Says which approvals nobody can give. */
export function describeProblems(file: string, problems: readonly PolicyProblem[]): string {
  const lines = problems.map(({ task, problem }) => `  - step ${task}: ${problem}`);
  return `${file} has approvals that nobody can give:\n${lines.join('\n')}`;
}
