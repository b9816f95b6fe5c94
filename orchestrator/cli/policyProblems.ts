import { ApiError, ApiUnreachableError, type Client } from '../../client/index.ts';
import { planArgument } from '../plan/planArgument.ts';
import { planInput } from '../plan/planInput.ts';
import type { Plan } from '../plan/schema.ts';
import { secretsOf } from '../plan/secretsOf.ts';
import { findConnection } from './connect.ts';
import type { CliContext } from './context.ts';

/** A step whose approval nobody can give, and why. */
type PolicyProblem = Awaited<ReturnType<Client['policyProblems']>>[number];

/**
 * Finds the steps whose approvals nobody could give: on the server that the commands speak to, or where none answers, on
 * one of the configuration of this directory. A server that is away or refuses is reported. A plan whose steps all approve as
 * they please needs none of them.
 */
export async function findPolicyProblems(context: CliContext, plan: Plan): Promise<PolicyProblem[]> {
  if (!hasPolicies(plan)) return [];
  const input = planInput(plan, secretsOf(context.config(), plan));
  const connection = await findConnection(context);
  if (connection === undefined) return context.gateway.policyProblems(input);
  try {
    return await connection.client.policyProblems(planArgument(input));
  } catch (error) {
    // The plan itself can be judged without it.
    if (!(error instanceof ApiError || error instanceof ApiUnreachableError)) throw error;
    context.print(
      `Could not check at ${connection.url} whether someone can give its approvals: ${error.message}`,
    );
    return [];
  }
}

/** Says before a run which of its approvals nobody can give on its server; what is not known is not said. */
export async function warnOfProblems(context: CliContext, client: Client, plan: Plan): Promise<void> {
  if (!hasPolicies(plan)) return;
  const input = planInput(plan, secretsOf(context.config(), plan));
  const problems = await client.policyProblems(planArgument(input)).catch(() => []);
  for (const { task, problem } of problems) context.print(`Nobody can approve step ${task}: ${problem}`);
}

function hasPolicies({ steps }: Plan): boolean {
  return steps.some(({ approval, gate }) => typeof approval !== 'string' || typeof gate === 'object');
}

/** Says which approvals nobody can give. */
export function describeProblems(file: string, problems: readonly PolicyProblem[]): string {
  const lines = problems.map(({ task, problem }) => `  - step ${task}: ${problem}`);
  return `${file} has approvals that nobody can give:\n${lines.join('\n')}`;
}
