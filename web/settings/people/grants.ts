import type { PersonRowFragment } from '../../generated/graphql.ts';
import { peopleTexts as texts } from '../../texts/people.ts';
import { readable } from '../../texts/words.ts';

export type Grants = PersonRowFragment['grants'];

/** Writes roles as people read them: `admin`, `approver in acme/site`. */
export function describeGrants(grants: Grants): string {
  return grants
    .map(({ role, project }) => (project === null ? readable(role) : texts.onlyIn(readable(role), project)))
    .join(', ');
}
