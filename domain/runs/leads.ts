import { splitLabel } from '../../contract/projectName.ts';
import type { RunFilter } from './input.ts';

/** Values of columns that lead an index of runs, the status aside. */
export interface Lead {
  columns: readonly ('project' | 'plan')[];
  rows: readonly (readonly string[])[];
}

/** Whether a filter is about more than the time. */
export function hasLeads({ statuses = [], projects = [], plans = [], labels = [] }: RunFilter): boolean {
  return statuses.length + projects.length + plans.length + labels.length > 0;
}

/**
 * Says by which columns the runs of a filter's plans and projects are found: a plan by its name alone or, where its project
 * is known, by both. No run is found twice.
 */
export function leadsOf({ projects = [], plans = [] }: RunFilter): Lead[] {
  if (plans.length === 0)
    return [
      projects.length === 0
        ? { columns: [], rows: [] }
        : lead(
            ['project'],
            projects.map((one) => [one]),
          ),
    ];
  const names = new Set(plans);
  const named = plans.flatMap((text) => {
    const { project, name } = splitLabel(text) ?? {};
    const isWanted = project !== undefined && (projects.length === 0 || projects.includes(project));
    return isWanted && name !== undefined && !names.has(name) ? [[project, name]] : [];
  });
  const pairs = [...named, ...projects.flatMap((project) => [...names].map((name) => [project, name]))];
  return [
    ...(projects.length === 0
      ? [
          lead(
            ['plan'],
            [...names].map((name) => [name]),
          ),
        ]
      : []),
    ...(pairs.length === 0 ? [] : [lead(['project', 'plan'], pairs)]),
  ];
}

function lead(columns: Lead['columns'], rows: readonly (readonly string[])[]): Lead {
  const unique = new Map(rows.map((row) => [JSON.stringify(row), row]));
  return { columns, rows: [...unique.values()] };
}
