import { keyBounds } from '../../../contract/words/keys.ts';
import { type Scope, scopes } from '../../../contract/words/viewers.ts';

/** A key that is not made yet, as its form has it. */
export interface KeyDraft {
  isOwn: boolean;
  name: string;
  scopes: readonly Scope[];
  /** In how many days it expires; 0 for never. */
  days: string;
  bounds: Readonly<Record<(typeof keyBounds)[number], string>>;
}

/** Reads a draft from an address, so that it is still there after a sign-in in between; undefined where there is none. */
export function readDraft(search: URLSearchParams): KeyDraft | undefined {
  const make = search.get('make');
  if (make !== 'own' && make !== 'service') return undefined;
  return {
    isOwn: make === 'own',
    name: search.get('name') ?? '',
    scopes: scopes.filter((scope) => search.getAll('scope').includes(scope)),
    days: search.get('days') ?? '90',
    bounds: {
      projects: search.get('projects') ?? '',
      plans: search.get('plans') ?? '',
      labels: search.get('labels') ?? '',
      tasks: search.get('tasks') ?? '',
    },
  };
}

/** Writes a draft into an address, in place of what it has. */
export function writeDraft(search: URLSearchParams, draft: KeyDraft): URLSearchParams {
  const next = withoutDraft(search);
  next.set('make', draft.isOwn ? 'own' : 'service');
  if (draft.name !== '') next.set('name', draft.name);
  for (const scope of draft.scopes) next.append('scope', scope);
  next.set('days', draft.days);
  for (const bound of keyBounds) if (draft.bounds[bound] !== '') next.set(bound, draft.bounds[bound]);
  return next;
}

/** The same address without a draft. */
export function withoutDraft(search: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const name of ['make', 'name', 'scope', 'days', ...keyBounds]) next.delete(name);
  return next;
}
