import { writeDuration } from '../text/duration.ts';
import { plural } from '../text/plural.ts';
import type { PlanDefinition } from './plan.ts';

/** One thing that differs between two contents of a plan. */
export interface ContentChange {
  /** The step that it is about; null for what concerns the plan. */
  step: string | null;
  /** What differs, as a sentence. */
  text: string;
}

type Values = Readonly<Record<string, unknown>>;

/**
 * Says what differs between two contents of a plan, the later one second: of the plan first, then step by step in the order of
 * the later one, and of the steps that are gone last.
 */
export function changesBetween(before: PlanDefinition, after: PlanDefinition): ContentChange[] {
  const [old, own] = [before, after].map(({ steps }) => new Map(steps.map((step) => [step.task, step])));
  const ofSteps = after.steps.flatMap((step): ContentChange[] => {
    const was = old?.get(step.task);
    if (was === undefined) return [{ step: step.task, text: `Step ${step.task} was added.` }];
    return differences(withoutName(was), withoutName(step)).map((what) => ({
      step: step.task,
      text: `Step ${step.task}: ${what}`,
    }));
  });
  const gone = before.steps.filter(({ task }) => own?.has(task) === false);
  return [
    ...differences(ofPlan(before), ofPlan(after)).map((what) => ({ step: null, text: `The plan: ${what}` })),
    ...orderChange(before, after),
    ...ofSteps,
    ...gone.map(({ task }) => ({ step: task, text: `Step ${task} was removed.` })),
  ];
}

function withoutName({ task: _task, ...rest }: PlanDefinition['steps'][number]): Values {
  return rest;
}

function ofPlan({ name: _name, steps: _steps, ...rest }: PlanDefinition): Values {
  return rest;
}

/** Steps that both have may stand in another order. */
function orderChange(before: PlanDefinition, after: PlanDefinition): ContentChange[] {
  const [old, own] = [before, after].map(({ steps }) => new Set(steps.map(({ task }) => task)));
  const kept = (steps: PlanDefinition['steps'], others: Set<string> | undefined) =>
    steps.flatMap(({ task }) => (others?.has(task) ? [task] : []));
  const [first, second] = [kept(before.steps, own), kept(after.steps, old)];
  const moved = second.filter((task, place) => first[place] !== task).length;
  return moved === 0
    ? []
    : [{ step: null, text: `The plan: ${plural(moved, 'step')} moved to another place in its order.` }];
}

/** What differs between two sets of options, one sentence for each. */
function differences(before: Values, after: Values): string[] {
  const [old, own] = [flatten(before), flatten(after)];
  const names = new Set([...own.keys(), ...old.keys()]);
  return [...names].flatMap((name) => {
    const [from, to] = [old.get(name) ?? 'not set', own.get(name) ?? 'not set'];
    return from === to ? [] : [`${nameOf(name)} changed from ${from} to ${to}.`];
  });
}

/** The values that are set, as texts, those of an object by the names of both. */
function flatten(values: Values, within = ''): Map<string, string> {
  const entries = Object.entries(values).flatMap(([name, value]): [string, string][] => {
    const path = within === '' ? name : `${within}.${name}`;
    if (value === undefined) return [];
    // Null says never of a time, and of all else that it is not there.
    if (value === null) return name === 'expiresAfterMs' ? [[path, 'never']] : [];
    if (Array.isArray(value)) return value.length === 0 ? [] : [[path, value.map(String).join(', ')]];
    if (typeof value === 'object') return [[path, 'set'], ...flatten(value as Values, path)];
    return [[path, textOf(name, value)]];
  });
  return new Map(entries);
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number' && name.endsWith('Ms')) return writeDuration(value);
  return String(value);
}

/** The name of an option as its plan file has it: times have no unit there. */
function nameOf(path: string): string {
  return path.replace(/Ms$/, '');
}
