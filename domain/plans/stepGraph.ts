import { type NeedGraph, needGraphOf } from '../../contract/plan/needGraph.ts';
import type { StepDefinition } from './planDefinition.ts';

/** What follows from the steps of a plan alone. Steps are named by their places in it. */
export interface StepGraph extends NeedGraph {
  /** The steps by the labels that a worker must have. */
  byLabels: readonly { labels: readonly string[]; steps: readonly number[] }[];
}

const known = new WeakMap<readonly StepDefinition[], StepGraph>();

/** Gives what follows from the steps of a plan; remembered as long as they are. */
export function graphOf(steps: readonly StepDefinition[]): StepGraph {
  const found = known.get(steps) ?? makeGraph(steps);
  known.set(steps, found);
  return found;
}

function makeGraph(steps: readonly StepDefinition[]): StepGraph {
  const groups = Map.groupBy(steps.keys(), (place) => [...(steps[place]?.labels ?? [])].sort().join(' '));
  const byLabels = [...groups.values()].map((own) => ({
    labels: steps[own[0] ?? 0]?.labels ?? [],
    steps: own,
  }));
  return { ...needGraphOf(steps), byLabels };
}

/** The places of a step and of all that needs it, near or far. */
export function withDependants({ dependants }: StepGraph, first: number): Set<number> {
  const found = new Set([first]);
  for (const place of found) for (const next of dependants[place] ?? []) found.add(next);
  return found;
}
