import { join } from 'node:path';
import type { PlanDefinition, StepDefinition } from '../../../contract/plan/definition.ts';
import { PlanError, readPlan } from '../../../orchestrator/plan/readPlan.ts';
import type { Plan } from '../../../orchestrator/plan/schema.ts';
import type { Chance } from './nights.ts';

/** A plan file that changes. Each content of it bears a number, in a variable that the server does not hear of. */
export interface ChangingPlan {
  readonly name: string;
  readonly file: string;
  readonly schedule: string;
  readonly timezone: string;
  /** How many times it was changed, faults put in and taken out included. */
  changes(): number;
  /** Reads the file as it is now. @throws PlanError while it has a fault */
  load(): Promise<Plan>;
  /** Changes it by chance; says how. */
  change(): string;
  /** Puts a fault into it, or takes it out. */
  spoil(isFaulty: boolean): void;
}

/** A step with a number that it keeps whatever its name; it needs only steps with lower ones. */
interface Step {
  id: number;
  name: string;
  needs: number[];
  options: Partial<StepDefinition>;
}

/** What can be set anew of a step. */
const options: Record<string, (chance: Chance) => Partial<StepDefinition>> = {
  gate: ({ pick }) => ({
    gate: pick([undefined, true, { expiresAfter: '30h' }, { expiresAfter: '48h', onExpire: 'reject' }]),
  }),
  escalatedGate: ({ pick }) => ({
    gate: pick([undefined, { expiresAfter: '36h', onExpire: 'escalate', escalateTo: ['lead@example.com'] }]),
  }),
  approval: ({ pick }) => ({
    approval: pick(['auto', 'always', 'never', { mode: 'always', expiresAfter: '96h' }]),
  }),
  labels: ({ pick }) => ({ labels: pick([[], [], [], ['gpu'], ['rare']]) }),
  lock: ({ pick }) => ({ lock: pick([undefined, 'database', 'site']) }),
  retries: ({ pick }) => ({
    retries: pick([0, 1, 3]),
    backoff: pick([{ delay: '1m' }, { delay: '20m', factor: 3, max: '2h' }]),
  }),
  retryOn: ({ pick }) => ({ retryOn: pick([['exit', 'timeout', 'lost'], ['exit'], ['lost']]) }),
  onOpen: ({ pick }) => ({ onOpen: pick([undefined, 'run', 'skip', 'supersede']) }),
};

/** What can be set anew of a plan. */
const settings: Record<string, (chance: Chance) => Partial<PlanDefinition>> = {
  concurrency: ({ pick }) => ({ concurrency: pick([1, 2, 4]) }),
  unclaimed: ({ pick }) =>
    pick([
      { unclaimedAfter: undefined, unclaimedFails: undefined },
      { unclaimedAfter: '20m', unclaimedFails: '5h' },
      { unclaimedAfter: '2h', unclaimedFails: '48h' },
    ]),
  notify: ({ pick }) => ({
    notify: pick([undefined, { schedule: 'digest' }, { schedule: 'now', failure: 'digest' }]),
  }),
};

interface Content {
  number: number;
  steps: Step[];
  setting: Partial<PlanDefinition>;
}

/** Makes a plan file of six steps. */
export function changingPlan(
  about: Pick<ChangingPlan, 'name' | 'schedule' | 'timezone'> & Pick<PlanDefinition, 'catchUp'>,
  directory: string,
  chance: Chance,
): ChangingPlan {
  const { pick, next } = chance;
  const { catchUp, ...fixed } = about;
  const file = join(directory, `${fixed.name}.plan.ts`);
  let [number, made, isFaulty, spoils] = [1, 6, false, 0];
  let content: Content = {
    number,
    setting: { concurrency: 2 },
    steps: [
      { id: 0, name: 's0', needs: [], options: {} },
      { id: 1, name: 's1', needs: [], options: { lock: 'database', retries: 1 } },
      { id: 2, name: 's2', needs: [0], options: { gate: { expiresAfter: '48h' } } },
      { id: 3, name: 's3', needs: [1], options: { approval: 'always' } },
      { id: 4, name: 's4', needs: [2, 3], options: { lock: 'site' } },
      { id: 5, name: 's5', needs: [], options: { labels: ['gpu'] } },
    ],
  };
  const earlier: Content[] = [];

  const ways: Record<string, (to: Content) => void> = {
    add({ steps }) {
      if (steps.length > 8) steps.splice(Math.floor(next() * steps.length), 1);
      const id = made++;
      const needs = steps.map((step) => step.id).filter(() => next() < 0.25);
      steps.splice(Math.floor(next() * (steps.length + 1)), 0, { id, name: `s${id}`, needs, options: {} });
    },
    drop({ steps }) {
      if (steps.length > 3) steps.splice(Math.floor(next() * steps.length), 1);
    },
    rename({ steps }) {
      pick(steps).name = `s${made++}`;
    },
    reorder: ({ steps }) => void steps.sort(() => next() - 0.5),
    needs({ steps }) {
      const step = pick(steps);
      step.needs = steps.map(({ id }) => id).filter((id) => id < step.id && next() < 0.4);
    },
    option: ({ steps }) => void Object.assign(pick(steps).options, pick(Object.values(options))(chance)),
    setting: (to) => void Object.assign(to.setting, pick(Object.values(settings))(chance)),
    // Only what the server does not hear of.
    command: () => undefined,
  };
  const likely = [
    'add',
    'drop',
    'rename',
    'reorder',
    'needs',
    'setting',
    'setting',
    'command',
    'command',
    'command',
    'option',
    'option',
    'option',
    'option',
    'option',
    'option',
    'option',
  ];

  return {
    ...fixed,
    file,
    changes: () => number + earlier.length + spoils,
    async load() {
      if (isFaulty) throw new PlanError(`${file} has a fault`);
      const { steps, setting } = content;
      const names = new Map(steps.map(({ id, name }) => [id, name]));
      const definition = {
        schedule: fixed.schedule,
        timezone: fixed.timezone,
        catchUp,
        ...withoutUndefined(setting),
        steps: steps.map(({ name, needs, options }) => ({
          task: name,
          cmd: ['work', [name]],
          env: { CONTENT: String(content.number) },
          needs: needs.flatMap((need) => names.get(need) ?? []),
          ...withoutUndefined(options),
        })),
      };
      return readPlan(definition, file, fixed.name);
    },
    change() {
      const before = earlier.at(-1);
      if (before !== undefined && next() < 0.2) {
        // Somebody takes the last change back.
        earlier.push(content);
        content = before;
        number += 1;
        return 'revert';
      }
      earlier.push(content);
      content = structuredClone(content);
      number += 1;
      content.number = number;
      const way = pick(likely);
      ways[way]?.(content);
      return way;
    },
    spoil(faulty) {
      if (isFaulty !== faulty) spoils += 1;
      isFaulty = faulty;
    },
  };
}

/** Reads the number of a content. */
export function numberOf(plan: Plan): number {
  return Number(plan.steps[0]?.env.CONTENT);
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}
