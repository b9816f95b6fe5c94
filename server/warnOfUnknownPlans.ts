import type { Database } from '../database/database.ts';
import { findUnknownPlans, type NamedPlans } from '../domain/plans/unknownPlans.ts';
import type { ServerConfig } from './config.ts';
import type { Logger } from './log.ts';

/** Warns at startup of projects and plans that settings name although no plan of that name is registered. */
export async function warnOfUnknownPlans(
  db: Pick<Database, 'query'>,
  { approvalFloor, actionsRules = [] }: Pick<ServerConfig, 'approvalFloor' | 'actionsRules'>,
  log: Pick<Logger, 'warn'>,
): Promise<void> {
  const named: (NamedPlans & { setting: string; rule: string })[] = [
    ...(approvalFloor?.places ?? []).map((place) => ({ setting: 'APPROVAL_FLOOR', rule: place, place })),
    ...actionsRules.flatMap(({ name: rule, bounds: { projects = [], plans = [] } }) => [
      ...projects.map((project) => ({ setting: 'GITHUB_ACTIONS_RULES', rule, project })),
      ...plans.map((plan) => ({ setting: 'GITHUB_ACTIONS_RULES', rule, plan })),
    ]),
  ];
  for (const { setting, rule, project, plan, place } of await findUnknownPlans(db, named)) {
    const name = project ?? plan ?? place;
    log.warn(
      { setting, rule, name },
      `${setting} names ${name}, and no such project or plan is registered here: that part of the rule applies to nothing. Check how it is written`,
    );
  }
}
