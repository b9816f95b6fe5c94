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
  const byName = new Map(steps.map((step) => [step.task, step]));
  const needed = (step: S) => step.needs.filter((need) => byName.has(need));
  const left = new Map(steps.map((step) => [step, needed(step).length]));
  const dependants = new Map(steps.map((step) => [step.task, [] as S[]]));
  for (const step of steps) for (const need of needed(step)) dependants.get(need)?.push(step);
  const indexOf = new Map(steps.map((step, index) => [step, index]));
  const layers: S[][] = [];
  let layer = steps.filter((step) => left.get(step) === 0);
  while (layer.length > 0) {
    layers.push(layer);
    const next: S[] = [];
    for (const dependant of layer.flatMap(({ task }) => dependants.get(task) ?? [])) {
      const open = (left.get(dependant) ?? 0) - 1;
      left.set(dependant, open);
      if (open === 0) next.push(dependant);
    }
    layer = next.sort((a, b) => (indexOf.get(a) ?? 0) - (indexOf.get(b) ?? 0));
  }
  return layers;
}

/** Follows what cannot be placed from need to need until a step comes again; undefined when all can be placed. */
function findCircle(steps: readonly Needing[]): string[] | undefined {
  const placed = new Set(layersOf(steps).flat());
  const stuck = new Map(steps.filter((step) => !placed.has(step)).map((step) => [step.task, step]));
  const path: string[] = [];
  let next = stuck.keys().next().value;
  while (next !== undefined && !path.includes(next)) {
    path.push(next);
    next = stuck.get(next)?.needs.find((need) => stuck.has(need));
  }
  return next === undefined ? undefined : [...path.slice(path.indexOf(next)), next];
}
