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

const expected =
  'expected rules such as "repository_id=1234 scopes=report,work event_name=schedule", with semicolons between them; also job_workflow_ref, environment, ref, issuer, name, projects, plans, labels, tasks';

/** The workflows of GitHub Actions that are let in by the tokens of their runs. */
export const actionsRules = z
  .string()
  .default('')
  .transform((text, context): ActionsRule[] => {
    const entries = text.split(';').filter((entry) => entry.trim() !== '');
    const rules = entries.map(readRule).filter((rule) => rule !== undefined);
    if (rules.length === entries.length) return rules;
    context.addIssue({ code: 'custom', message: expected });
    return z.NEVER;
  });

function readRule(entry: string): ActionsRule | undefined {
  const pairs = entry.trim().split(/\s+/);
  const given = new Map<string, string[]>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const [name, values] = [pair.slice(0, Math.max(equals, 0)), pair.slice(equals + 1).split(',')];
    if (!known.has(name) || given.has(name) || values.includes('')) return undefined;
    given.set(name, values);
  }
  const one = (name: string) => (given.get(name)?.length === 1 ? given.get(name)?.[0] : undefined);
  const repositoryId = one('repository_id');
  const scopes = given.get('scopes') ?? [];
  const issuer = given.has('issuer') ? one('issuer') : githubIssuer;
  const name = given.has('name') ? one('name') : `actions-${repositoryId}`;
  const isWhole =
    /^\d{1,20}$/.test(repositoryId ?? '') &&
    scopes.length > 0 &&
    scopes.every((scope) => grantable.some((one) => one === scope)) &&
    /^https:\/\/[^\s?#]{1,200}$/.test(issuer ?? '') &&
    /^[a-z0-9][a-z0-9._-]{0,62}$/.test(name ?? '');
  if (!isWhole || !repositoryId || !issuer || !name) return undefined;
  const asked = claimNames.flatMap((claim) => {
    const values = given.get(claim) ?? (claim === 'event_name' ? usualEvents : undefined);
    return values === undefined ? [] : [[claim, values] as const];
  });
  const bounds = keyBounds.flatMap((bound) => (given.has(bound) ? [[bound, given.get(bound)]] : []));
  return {
    issuer,
    repositoryId,
    claims: new Map(asked),
    name,
    scopes: scopes as Scope[],
    bounds: Object.fromEntries(bounds) as Bounds,
  };
}

const known = new Set<string>(['repository_id', 'scopes', 'issuer', 'name', ...claimNames, ...keyBounds]);
