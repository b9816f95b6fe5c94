/** What follows from the names and needs of steps alone. Steps are named by their places in the plan. */
export interface NeedGraph {
  /** The place of each step, by its name. */
  places: ReadonlyMap<string, number>;
  /** What each step needs, as far as it is in the plan. */
  needs: readonly (readonly number[])[];
  /** What needs each step. */
  dependants: readonly (readonly number[])[];
  /** All steps, each after those that it needs; without those in a circle and behind one. */
  order: readonly number[];
}

/** Finds what follows from the names and needs of steps. */
export function needGraphOf(
  steps: readonly { readonly task: string; readonly needs: readonly string[] }[],
): NeedGraph {
  const places = new Map(steps.map(({ task }, place) => [task, place]));
  const needs = steps.map((step) => [...new Set(step.needs)].flatMap((need) => places.get(need) ?? []));
  const dependants: number[][] = steps.map(() => []);
  for (const [place, own] of needs.entries()) for (const need of own) dependants[need]?.push(place);
  return { places, needs, dependants, order: orderOf(needs, dependants) };
}

function orderOf(needs: NeedGraph['needs'], dependants: NeedGraph['dependants']): number[] {
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
