import { findPlanOrKept } from '../plan/loadPlan.ts';
import { openPlanStore } from '../worker/planStore.ts';
import type { CliContext } from './context.ts';

/**
 * Finds the file of a plan by its name or path, or where it stood when runs began with it, so that these go on while it is
 * gone.
 * @throws PlanError
 */
export function planFileOf(context: CliContext, nameOrPath: string): Promise<string> {
  const kept = () => openPlanStore(context.config().dataDir).planFiles();
  return findPlanOrKept(nameOrPath, context.directory, kept);
}
