import { planLabel } from '../../contract/projectName.ts';
import { OutOfBoundsError } from '../input/errors.ts';
import type { Bounds } from '../input/viewer.ts';

/**
 * Says why a key may not change a plan; undefined if it may. Bounds of plans and bounds of external tasks exclude each
 * other's work: a key that names only tasks may change no plan.
 */
export function planRefusal(
  bounds: Bounds,
  plan: { project: string; name: string },
  what = `change the plan ${planLabel(plan)}`,
): OutOfBoundsError | undefined {
  const { projects, plans, tasks, and } = bounds;
  if (projects === undefined && plans === undefined && tasks)
    return outOfBounds(bounds, what, externalTasks(tasks));
  if (projects !== undefined && (plan.project === '' || !projects.includes(plan.project)))
    return outOfBounds(bounds, what, plansOfProjects(projects));
  if (plans !== undefined && !isAmong(plan.name, plans)) return outOfBounds(bounds, what, plansNamed(plans));
  return and && planRefusal(and, plan, what);
}

/** Refuses a plan that a key may not change. @throws OutOfBoundsError */
export function refusePlanOutside(
  bounds: Bounds | undefined,
  plan: { project: string; name: string },
  what?: string,
): void {
  const refusal = bounds && planRefusal(bounds, plan, what);
  if (refusal) throw refusal;
}

/**
 * Says why a key may not report or decide a task outside the engine; undefined if it may. A key that names plans or
 * projects, but no tasks, may change none.
 */
export function reportRefusal(bounds: Bounds, task: string): OutOfBoundsError | undefined {
  const { projects, plans, tasks, and } = bounds;
  const what = `change the external task ${task}`;
  if (tasks !== undefined && !isAmong(task, tasks)) return outOfBounds(bounds, what, externalTasks(tasks));
  if (tasks === undefined && (projects !== undefined || plans !== undefined))
    return outOfBounds(bounds, what, allOf({ projects, plans }));
  return and && reportRefusal(and, task);
}

/** Refuses a task outside the engine that a key may not report. @throws OutOfBoundsError */
export function refuseReportOutside(bounds: Bounds | undefined, task: string): void {
  const refusal = bounds && reportRefusal(bounds, task);
  if (refusal) throw refusal;
}

/** Refuses labels that a key may not have as a worker. @throws OutOfBoundsError */
export function refuseLabelsOutside(bounds: Bounds | undefined, labels: readonly string[]): void {
  const { labels: allowed, and } = bounds ?? {};
  const outside = allowed && labels.find((label) => !allowed.includes(label));
  if (bounds && allowed && outside !== undefined)
    throw outOfBounds(bounds, `work with the label ${outside}`, labelsNamed(allowed));
  if (and) refuseLabelsOutside(and, labels);
}

/** Refuses what is about the whole server to every key that has a bound. @throws OutOfBoundsError */
export function refuseBounded(bounds: Bounds | undefined, what: string): void {
  const limits = bounds && allOf(bounds);
  if (bounds && limits) throw outOfBounds(bounds, what, limits);
  if (bounds?.and) refuseBounded(bounds.and, what);
}

/** The projects whose plans a key may change; undefined where nothing bounds them. */
export function projectsWithin(bounds: Bounds | undefined): readonly string[] | undefined {
  const { projects, and } = bounds ?? {};
  const others = and && projectsWithin(and);
  return projects && others ? projects.filter((one) => others.includes(one)) : (projects ?? others);
}

/** Those bounds that bound somebody together, one by one. */
export function eachOf({ and, ...one }: Bounds): Bounds[] {
  return [one, ...(and ? eachOf(and) : [])];
}

function outOfBounds({ areOfRoles }: Bounds, what: string, limits: string): OutOfBoundsError {
  const message = areOfRoles
    ? `You may not ${what}. Your role for this is limited to ${limits}.`
    : `This key may not ${what}. It is limited to ${limits}.`;
  return new OutOfBoundsError(message);
}

/** Says whether names mean a name: exactly, or by its beginning where they end in `*`. */
function isAmong(name: string, names: readonly string[]): boolean {
  return names.some((one) => one === name || (one.endsWith('*') && name.startsWith(one.slice(0, -1))));
}

const plansOfProjects = (names: readonly string[]) => `plans of the projects ${listed(names)}`;
const plansNamed = (names: readonly string[]) => `the plans ${listed(names)}`;
const externalTasks = (names: readonly string[]) => `the external tasks ${listed(names)}`;
const labelsNamed = (names: readonly string[]) => `the labels ${listed(names)}`;

function allOf({ projects, plans, labels, tasks }: Bounds): string {
  const limits = [
    projects && plansOfProjects(projects),
    plans && plansNamed(plans),
    labels && labelsNamed(labels),
    tasks && externalTasks(tasks),
  ];
  return limits.filter((one) => one !== undefined).join(', and to ');
}

/** So many names of a bound are named. */
const maxNamed = 20;

function listed(names: readonly string[]): string {
  if (names.length === 0) return '(none)';
  const more = names.length - maxNamed;
  return `${names.slice(0, maxNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
