import type { ApiKey } from '../../client/index.ts';
import { wordOf } from '../../contract/words/words.ts';
import { showTime } from '../text/showTime.ts';
import { narrowDetail, narrowName, narrowWrapped } from './narrowing.ts';
import type { Printer } from './output.ts';

/** How keys are listed. */
export const keyRows: Printer<ApiKey> = {
  empty: 'No keys. Create one with: nightshift keys create --name ci --scopes read,report',
  columns: [
    { head: 'NAME', show: ({ name }) => name, narrow: narrowName },
    { head: 'OWNER', show: ({ owner }) => owner ?? 'service', narrow: narrowName },
    { head: 'KEY', show: ({ prefix }) => `${prefix}…` },
    { head: 'SCOPES', show: ({ scopes: may }) => may.map(wordOf).join(', '), narrow: narrowWrapped },
    { head: 'ONLY', show: showBounds, narrow: narrowWrapped },
    { head: 'LAST USED', show: ({ lastUsedAt }) => showTime(lastUsedAt), narrow: narrowDetail },
    {
      head: 'EXPIRES',
      show: showEnd,
      narrow: narrowWrapped,
    },
    { head: 'CREATED BY', show: ({ madeBy }) => madeBy, narrow: narrowDetail },
  ],
  fields: {
    id: ({ databaseId }) => databaseId,
    name: ({ name }) => name,
    owner: ({ owner }) => owner,
    prefix: ({ prefix }) => prefix,
    state: ({ state }) => wordOf(state),
    scopes: ({ scopes: may }) => may.map(wordOf),
    projects: ({ projects }) => projects,
    plans: ({ plans }) => plans,
    labels: ({ labels }) => labels,
    tasks: ({ tasks }) => tasks,
    created_by: ({ madeBy }) => madeBy,
    created_at: ({ createdAt }) => createdAt,
    expires_at: ({ expiresAt }) => expiresAt,
    last_used_at: ({ lastUsedAt }) => lastUsedAt,
    replaced_at: ({ replacedAt }) => replacedAt,
    revoked_at: ({ revokedAt }) => revokedAt,
    revoked_by: ({ revokedBy }) => revokedBy,
  },
};

/** Until when it works, or why it works no more. */
function showEnd({ state, expiresAt, revokedAt }: ApiKey): string {
  if (state === 'REVOKED') return `revoked ${showTime(revokedAt).slice(0, 10)}`;
  const day = expiresAt === null ? 'never' : showTime(expiresAt).slice(0, 10);
  return state === 'ACTIVE' ? day : `${wordOf(state)}, ${day}`;
}

function showBounds({ projects, plans, labels, tasks }: ApiKey): string {
  const bounds = { project: projects, plan: plans, label: labels, task: tasks };
  return Object.entries(bounds)
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `${what} ${names.join(', ')}`)
    .join('; ');
}
