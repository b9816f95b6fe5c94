import * as z from 'zod';
import { keyBounds } from '../../contract/words/keys.ts';
import type { Scope } from '../../contract/words/viewers.ts';
import type { Bounds } from '../../domain/input/viewer.ts';

/** The issuer of the tokens of workflows on github.com. */
const githubIssuer = 'https://token.actions.githubusercontent.com';

/** What a token of a workflow may be allowed to do: what workers and reporters do, never what people do. */
const grantable = ['read', 'report', 'work'] as const satisfies readonly Scope[];

/** Which workflows are let in, and what they may do. */
export interface ActionsRule {
  issuer: string;
  /** The number of the repository, which stays when it is renamed. */
  repositoryId: string;
  /** Claims of the token and the values that each may have; a `*` at the end stands for any end. */
  claims: ReadonlyMap<string, readonly string[]>;
  /** Of the service that the workflow is here. */
  name: string;
  scopes: readonly Scope[];
  bounds: Bounds;
}

/** Claims that a rule may ask about. */
const claimNames = ['event_name', 'job_workflow_ref', 'environment', 'ref'] as const;

/** A pull request may change the workflow that it runs in, so it must be asked for. */
const usualEvents = ['schedule', 'workflow_dispatch'];

/** The workflows of GitHub Actions that are let in by the tokens of their runs. */
export const actionsRules = z
  .string()
  .default('')
  .transform((text, context): ActionsRule[] => {
    const entries = text.split(';').filter((entry) => entry.trim() !== '');
    return entries.map((entry, index) => {
      const read = readRule(entry.trim());
      if (!('expected' in read)) return read;
      const message = `expected ${read.expected} in rule ${index + 1}, such as "repository_id=1234 scopes=report,work event_name=schedule"`;
      context.addIssue({ code: 'custom', message, input: read.got });
      return z.NEVER;
    });
  });

/** What is wrong with a part of a rule. */
interface RuleFault {
  expected: string;
  got: string;
}

function readRule(entry: string): ActionsRule | RuleFault {
  const given = new Map<string, string[]>();
  for (const pair of entry.split(/\s+/)) {
    const equals = pair.indexOf('=');
    const [name, values] = [pair.slice(0, Math.max(equals, 0)), pair.slice(equals + 1).split(',')];
    if (!known.has(name)) return { expected: `one of ${[...known].join(', ')}, "=" and values`, got: pair };
    if (given.has(name)) return { expected: `${name} once, with commas between its values`, got: pair };
    if (values.includes('')) return { expected: `values of ${name} with commas between them`, got: pair };
    given.set(name, values);
  }
  for (const { name, expected, isOptional, isRight } of demands) {
    const values = given.get(name);
    if (values === undefined ? isOptional : isRight(values)) continue;
    return { expected: `${expected} as ${name}`, got: values?.join(',') ?? entry };
  }
  return ruleOf(given);
}

const isOne = (pattern: RegExp) => (values: readonly string[]) =>
  values.length === 1 && pattern.test(values[0] ?? '');

/** What the parts of a rule must be. */
const demands: {
  name: string;
  expected: string;
  isOptional?: boolean;
  isRight(values: readonly string[]): boolean;
}[] = [
  { name: 'repository_id', expected: 'the number of one repository', isRight: isOne(/^\d{1,20}$/) },
  {
    name: 'scopes',
    expected: `one or more of ${grantable.join(', ')}`,
    isRight: (values) => values.every((scope) => grantable.some((one) => one === scope)),
  },
  {
    name: 'issuer',
    expected: 'one https URL',
    isOptional: true,
    isRight: isOne(/^https:\/\/[^\s?#]{1,200}$/),
  },
  {
    name: 'name',
    isOptional: true,
    expected: '1 to 63 lower-case letters, digits, ".", "_" or "-"',
    isRight: isOne(/^[a-z0-9][a-z0-9._-]{0,62}$/),
  },
];

function ruleOf(given: ReadonlyMap<string, readonly string[]>): ActionsRule {
  const repositoryId = given.get('repository_id')?.[0] ?? '';
  const asked = claimNames.flatMap((claim) => {
    const values = given.get(claim) ?? (claim === 'event_name' ? usualEvents : undefined);
    return values === undefined ? [] : [[claim, values] as const];
  });
  const bounds = keyBounds.flatMap((bound) => (given.has(bound) ? [[bound, given.get(bound)]] : []));
  return {
    issuer: given.get('issuer')?.[0] ?? githubIssuer,
    repositoryId,
    claims: new Map(asked),
    name: given.get('name')?.[0] ?? `actions-${repositoryId}`,
    scopes: (given.get('scopes') ?? []) as Scope[],
    bounds: Object.fromEntries(bounds) as Bounds,
  };
}

const known = new Set<string>(['repository_id', 'scopes', 'issuer', 'name', ...claimNames, ...keyBounds]);
