import { needGraphOf } from '../../contract/plan/needGraph.ts';
import { suggest } from '../../contract/text/suggest.ts';
import type { Step } from './schema.ts';

type Needing = Pick<Step, 'task' | 'needs'>;

/** Lists what is wrong with what steps need of each other: names that no step has, repeated ones, and circles. */
export function faultsOfNeeds(steps: readonly Needing[]): string[] {
  const names = steps.map(({ task }) => task);
  const known = new Set(names);
  const wrong = steps.flatMap(({ task, needs }, index) =>
    needs.flatMap((need, position) => {
      const where = `step ${index + 1} (${task}), needs`;
      if (need === task) return [`${where}: a step cannot need itself; remove "${need}".`];
      if (needs.indexOf(need) !== position) return [`${where}: "${need}" is listed twice; remove one.`];
      if (known.has(need)) return [];
      const meant = suggest(need, names);
      const advice = meant === undefined ? `Steps: ${names.join(', ')}.` : `Did you mean "${meant}"?`;
      return [`${where}: there is no step "${need}". ${advice}`];
    }),
  );
  if (wrong.length > 0) return wrong;
  const circle = findCircle(steps);
  return circle === undefined
    ? []
    : [`steps need each other in a cycle: ${circle.join(' -> ')}. Remove one of these needs.`];
}

/** Puts steps into layers: each stands below all that it needs, those of one layer in the order of the file. */
export function layersOf<S extends Needing>(steps: readonly S[]): S[][] {
  const { needs, order } = needGraphOf(steps);
  const layerOf = new Map<number, number>();
  for (const index of order)
    layerOf.set(index, Math.max(0, ...(needs[index] ?? []).map((need) => (layerOf.get(need) ?? 0) + 1)));
  const placed = [...steps.entries()].filter(([index]) => layerOf.has(index));
  const layers = Map.groupBy(placed, ([index]) => layerOf.get(index) ?? 0);
  return [...layers].sort(([one], [other]) => one - other).map(([, layer]) => layer.map(([, step]) => step));
}

/** Follows what cannot be placed from need to need until a step comes again; undefined when all can be placed. */
function findCircle(steps: readonly Needing[]): string[] | undefined {
  const placed = new Set(needGraphOf(steps).order);
  const stuck = new Map(
    [...steps.entries()].filter(([index]) => !placed.has(index)).map(([, step]) => [step.task, step]),
  );
  const path: string[] = [];
  let next = stuck.keys().next().value;
  while (next !== undefined && !path.includes(next)) {
    path.push(next);
    next = stuck.get(next)?.needs.find((need) => stuck.has(need));
  }
  return next === undefined ? undefined : [...path.slice(path.indexOf(next)), next];
}
