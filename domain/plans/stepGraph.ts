import type { StepDefinition } from './planDefinition.ts';

/** What follows from the steps of a plan alone. Steps are named by their places in it. */
export interface StepGraph {
  /** The place of each step, by its name. */
  places: ReadonlyMap<string, number>;
  /** What each step needs. */
  needs: readonly (readonly number[])[];
  /** What needs each step. */
  dependants: readonly (readonly number[])[];
  /** All steps, each after those that it needs; without those in a circle and behind one. */
  order: readonly number[];
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
  const places = new Map(steps.map(({ task }, place) => [task, place]));
  const needs = steps.map((step) => [...new Set(step.needs)].flatMap((need) => places.get(need) ?? []));
  const dependants: number[][] = steps.map(() => []);
  for (const [place, own] of needs.entries()) for (const need of own) dependants[need]?.push(place);
  const groups = Map.groupBy(steps.keys(), (place) => [...(steps[place]?.labels ?? [])].sort().join(' '));
  const byLabels = [...groups.values()].map((own) => ({
    labels: steps[own[0] ?? 0]?.labels ?? [],
    steps: own,
  }));
  return { places, needs, dependants, order: orderOf(needs, dependants), byLabels };
}

function orderOf(needs: StepGraph['needs'], dependants: StepGraph['dependants']): number[] {
  const left = needs.map(({ length }) => length);
  const order = [...needs.keys()].filter((place) => left[place] === 0);
  for (const place of order) {
    for (const next of dependants[place] ?? []) {
      left[next] = (left[next] ?? 0) - 1;
      if (left[next] === 0) order.push(next);
    }
  }
  return order;
}

/** The places of a step and of all that needs it, near or far. */
export function withDependants({ dependants }: StepGraph, first: number): Set<number> {
  const found = new Set([first]);
  for (const place of found) for (const next of dependants[place] ?? []) found.add(next);
  return found;
}
