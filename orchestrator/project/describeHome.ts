import { isGuessed } from './atHome.ts';
import type { PlanHome } from './planHomes.ts';

const sources = {
  plan: 'set in its plan',
  variable: 'set by NIGHTSHIFT_PROJECT',
  origin: 'the repository of the remote "origin"',
  directory: 'guessed from the path of the remote "origin"',
  package: 'guessed from package.json',
  folder: 'guessed from the folder',
} as const;

/** Says which project it is, and how that was found out. */
export function describeProject({ project, from }: Pick<PlanHome, 'project' | 'from'>): string {
  return `${project} (${sources[from]})`;
}

/** Warns that other projects have a schedule of a plan of this name; nothing where somebody named the project on purpose. */
export function describeSecond(
  name: string,
  home: Pick<PlanHome, 'project' | 'from'> | undefined,
  others: readonly string[],
): string | undefined {
  const [first] = others;
  if (first === undefined || home === undefined || home.from === 'plan' || home.from === 'variable')
    return undefined;
  const project = first.includes(':') ? first.slice(0, first.lastIndexOf(':')) : 'NAME';
  const what = isGuessed(home) ? 'so this schedule does not start' : 'and this schedule is a second one';
  return `The plan ${name} of the project ${describeProject(home)} is not the same as ${others.join(' and ')}, which already has a schedule, ${what}. If they are one plan, set NIGHTSHIFT_PROJECT=${project}, or "project" in the plan; if not, set its project in the same way.`;
}
